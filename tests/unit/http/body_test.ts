import assert from "node:assert/strict";
import { DavError } from "../../../src/dav/errors.ts";
import { hasBody, readBody } from "../../../src/http/body.ts";
import { readXml } from "../../../src/http/xml_body.ts";
import { createFakeTimer } from "../../protocol/http_fixture.ts";

const times = { bodyIdle: 1000, bodyTotal: 5000 };

function request(
  body: BodyInit | null,
  headers: Record<string, string> = {},
): Request {
  return new Request("http://h/", { method: "PUT", body, headers });
}

function streamOf(pieces: number, size: number): ReadableStream<Uint8Array> {
  let left = pieces;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(size).fill(7));
      else controller.close();
    },
  });
}

function conditionOf(error: unknown): string {
  assert.ok(error instanceof DavError, String(error));
  return error.condition;
}

Deno.test("readBody() joins pieces of any size", async () => {
  const timer = createFakeTimer();
  const cases: [pieces: number, size: number][] = [
    [0, 0],
    [1, 5],
    [3, 100_000],
    [5000, 17],
    [3, 0],
  ];
  for (const [pieces, size] of cases) {
    const bytes = await readBody(request(streamOf(pieces, size)), {
      limit: 1_000_000,
      times,
      timer,
    });
    assert.equal(bytes.length, pieces * size);
    assert.ok(bytes.every((byte) => byte === 7));
  }
  assert.equal(timer.pending(), 0);
});

Deno.test("readBody() gives nothing where no body is", async () => {
  const timer = createFakeTimer();
  const bytes = await readBody(request(null), { limit: 0, times, timer });
  assert.equal(bytes.length, 0);
});

Deno.test("readBody() takes a body of exactly the limit and refuses one byte more", async () => {
  const timer = createFakeTimer();
  const limits = { limit: 10, times, timer };
  assert.equal((await readBody(request("x".repeat(10)), limits)).length, 10);
  for (
    const large of [
      request("x".repeat(11)),
      request(streamOf(2, 6)),
      request(streamOf(1, 1), { "content-length": "11" }),
    ]
  ) {
    const error = await readBody(large, limits).catch((reason) => reason);
    assert.equal(conditionOf(error), "too-large");
  }
});

Deno.test("readBody() does not believe a Content-Length that is no number", async () => {
  const timer = createFakeTimer();
  const bytes = await readBody(
    request(streamOf(1, 3), { "content-length": "1e9" }),
    { limit: 10, times, timer },
  );
  assert.equal(bytes.length, 3);
});

Deno.test("hasBody() tells whether there are bytes, whatever the headers say", async () => {
  const timer = createFakeTimer();
  const cases: [request: Request, expected: boolean][] = [
    [request(null), false],
    [request(""), false],
    [request(streamOf(0, 0)), false],
    [request("x"), true],
    [request(streamOf(1, 1)), true],
    [request(streamOf(1, 1), { "content-length": "5" }), true],
  ];
  for (const [asked, expected] of cases) {
    assert.equal(await hasBody(asked, { times, timer }), expected);
  }
  const broken = new ReadableStream({
    start: (controller) => controller.error(new Error("cut")),
  });
  const error = await hasBody(request(broken), { times, timer })
    .catch((reason) => reason);
  assert.equal(conditionOf(error), "bad-request");
});

Deno.test("readXml() reads what calls itself XML, or nothing at all", () => {
  const bytes = new TextEncoder().encode("<a xmlns='x:'/>");
  for (
    const type of [
      null,
      "",
      "application/xml",
      "Text/XML; charset=utf-8",
      "application/foo+xml",
      "application/x-www-form-urlencoded",
    ]
  ) assert.equal(readXml(bytes, type)?.name, "a", `${type}`);
  for (const type of ["text/plain", "application/json", "xml"]) {
    assert.throws(
      () => readXml(bytes, type),
      (error) => conditionOf(error) === "unsupported-media-type",
    );
  }
  assert.equal(readXml(new Uint8Array(), "image/png"), undefined);
});
