import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import { ics } from "../service/fixture.ts";
import {
  assertCondition,
  assertUnchanged,
  createHttpFixture,
  type HttpFixture,
} from "./http_fixture.ts";

async function createServer(): Promise<HttpFixture> {
  const server = await createHttpFixture();
  const { data } = server;
  await data.make("files/me/dir");
  await data.make("files/me/dir/sub");
  await data.put("files/me/dir/a.txt", "a");
  await data.put("files/me/dir/sub/b.txt", "b");
  await data.put("files/me/x.txt", "x");
  await data.put("files/me/y.txt", "y");
  return server;
}

function send(
  server: HttpFixture,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<Response> {
  return server.send(method, path, { headers });
}

Deno.test("copy() and move() answer 201 for a new place and 204 for one that is overwritten", async () => {
  const server = await createServer();
  const steps: [string, string, string, number][] = [
    ["COPY", "/files/me/x.txt", "/files/me/new.txt", 201],
    ["COPY", "/files/me/x.txt", "/files/me/y.txt", 204],
    ["MOVE", "/files/me/x.txt", "/files/me/moved.txt", 201],
    ["MOVE", "/files/me/moved.txt", "/files/me/y.txt", 204],
  ];
  for (const [method, path, destination, status] of steps) {
    const response = await send(server, method, path, { destination });
    assert.equal(response.status, status, `${method} ${destination}`);
  }
  assert.deepEqual(
    (await server.data.members("files/me")).sort(),
    ["dir", "new.txt", "y.txt"],
  );
  assert.equal(await server.data.text("files/me/y.txt"), "x");
});

Deno.test("move() finds its destination in every spelling (C45)", async () => {
  const spellings: [destination: string, headers?: Record<string, string>][] = [
    ["/files/me/a%20b.txt"],
    ["http://dav.example/files/me/a%20b.txt"],
    ["https://DAV.example:443/files/me/a%20b.txt"],
    ["http://dav.example:80/files/me/%61%20b.txt"],
    ["https://user@dav.example/files/me/a%20b.txt"],
    ["https://outside.example/files/me/a%20b.txt", {
      "x-forwarded-host": "outside.example",
    }],
    ["https://outside.example/files/me/a%20b.txt", { host: "outside.example" }],
  ];
  for (const [destination, headers] of spellings) {
    const server = await createServer();
    const response = await send(server, "MOVE", "/files/me/x.txt", {
      destination,
      ...headers,
    });
    assert.equal(response.status, 201, destination);
    assert.equal(await server.data.text("files/me/a b.txt"), "x");
  }
});

Deno.test("copy() and move() answer 412 for Overwrite F where something is", async () => {
  const server = await createServer();
  const before = server.snapshot();
  for (const method of ["COPY", "MOVE"]) {
    for (const destination of ["/files/me/y.txt", "/files/me/dir/"]) {
      const response = await send(server, method, "/files/me/x.txt", {
        destination,
        overwrite: "F",
      });
      assert.equal(response.status, 412, destination);
    }
  }
  await assertUnchanged(server, before);
  const fresh = await send(server, "MOVE", "/files/me/x.txt", {
    destination: "/files/me/z.txt",
    overwrite: "F",
  });
  assert.equal(fresh.status, 201);
});

Deno.test("copy() and move() refuse destinations that cannot be", async () => {
  const server = await createServer();
  const before = server.snapshot();
  const cases: [destination: string | null, status: number][] = [
    [null, 400],
    ["x.txt", 400],
    ["", 400],
    ["/files/me/a b", 400],
    ["/files/me/a#b", 400],
    ["/files/me/%00", 400],
    ["/files/me/../x", 400],
    ["/files/me/%FF", 400],
    [`/files/me/${"x".repeat(256)}`, 400],
    ["http://other.example/files/me/z.txt", 502],
    ["http://dav.example:8080/files/me/z.txt", 502],
    ["/files/me/x.txt", 403],
    ["http://dav.example/files/me/%78.txt", 403],
    ["/", 403],
    ["/files/me/", 403],
    ["/nowhere/z.txt", 403],
    ["/files//z.txt", 403],
    ["/files/me/none/z.txt", 409],
    ["/files/you/z.txt", 403],
  ];
  for (const method of ["COPY", "MOVE"]) {
    for (const [destination, status] of cases) {
      const response = await send(server, method, "/files/me/x.txt", {
        ...(destination !== null && { destination }),
      });
      assert.equal(response.status, status, `${method} ${destination}`);
      await response.body?.cancel();
    }
  }
  await assertUnchanged(server, before);
});

Deno.test("copy() copies a collection with Depth infinity or none, and alone with Depth 0", async () => {
  const server = await createServer();
  for (
    const [destination, headers] of [
      ["/files/me/deep/", {}],
      ["/files/me/deep2", { depth: "infinity" }],
    ] as const
  ) {
    const response = await send(server, "COPY", "/files/me/dir/", {
      destination,
      ...headers,
    });
    assert.equal(response.status, 201);
    const copied = destination.slice(1).replace(/\/$/, "");
    assert.equal(await server.data.text(`${copied}/sub/b.txt`), "b");
  }
  const flat = await send(server, "COPY", "/files/me/dir", {
    destination: "/files/me/flat",
    depth: "0",
  });
  assert.equal(flat.status, 201);
  assert.deepEqual(await server.data.members("files/me/flat"), []);
  assert.equal(await server.data.text("files/me/dir/a.txt"), "a");
});

Deno.test("move() moves a collection with all that it holds", async () => {
  const server = await createServer();
  const response = await send(server, "MOVE", "/files/me/dir/", {
    destination: "http://dav.example/files/me/moved/",
  });
  assert.equal(response.status, 201);
  assert.equal(await server.data.text("files/me/moved/sub/b.txt"), "b");
  assert.equal((await server.send("GET", "/files/me/dir/")).status, 404);
});

Deno.test("copy() and move() answer 400 for a Depth that a collection cannot have", async () => {
  const server = await createServer();
  const before = server.snapshot();
  const cases = [["COPY", "1"], ["MOVE", "0"], ["MOVE", "1"]] as const;
  for (const [method, depth] of cases) {
    const response = await send(server, method, "/files/me/dir/", {
      destination: "/files/me/z",
      depth,
    });
    assert.equal(response.status, 400, `${method} ${depth}`);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
  const object = await send(server, "MOVE", "/files/me/x.txt", {
    destination: "/files/me/z.txt",
    depth: "0",
  });
  assert.equal(object.status, 201, "on an object, Depth says nothing");
});

Deno.test("copy() and move() refuse a place in itself", async () => {
  const server = await createServer();
  const before = server.snapshot();
  for (const method of ["COPY", "MOVE"]) {
    for (const destination of ["/files/me/dir/sub/in", "/files/me/dir"]) {
      const response = await send(server, method, "/files/me/dir/", {
        destination,
      });
      assert.equal(response.status, 403, `${method} ${destination}`);
      await response.body?.cancel();
    }
  }
  await assertUnchanged(server, before);
});

Deno.test("move() hands conditional headers to the service", async () => {
  const server = await createServer();
  const before = server.snapshot();
  const lost = await send(server, "MOVE", "/files/me/x.txt", {
    "destination": "/files/me/z.txt",
    "if-match": '"lost"',
  });
  assert.equal(lost.status, 412);
  await assertUnchanged(server, before);
});

Deno.test("move() between calendars refuses a UID that is taken there", async () => {
  const server = await createServer();
  await server.data.make("calendars/me/work");
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  await server.data.put("calendars/me/work/b.ics", ics("a"));
  const before = server.snapshot();
  await assertCondition(
    await send(server, "MOVE", "/calendars/me/home/a.ics", {
      destination: "/calendars/me/work/a.ics",
    }),
    [403, NS.caldav, "no-uid-conflict"],
  );
  await assertUnchanged(server, before);
});

Deno.test("copy() and move() answer 404 for a missing source and 405 for a home", async () => {
  const server = await createServer();
  for (const method of ["COPY", "MOVE"]) {
    const destination = "/files/me/z";
    const missing = await send(server, method, "/files/me/no", { destination });
    assert.equal(missing.status, 404);
    const home = await send(server, method, "/calendars/me/", { destination });
    assert.equal(home.status, 405);
  }
});
