import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatServerUrl, formatWelcome } from "../../../src/cli/welcome.ts";
import { runCli } from "../../../src/cli/run.ts";
import { openFolder } from "../../../src/store/folder.ts";
import {
  cli,
  createFakeIo,
  defaultSettings,
  FAKE_HTTP,
  inFolder,
  serving,
  whoIs,
} from "./fakes.ts";

async function mode(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

function passwordOf(lines: readonly string[]): string {
  const line = lines.find((it) => it.startsWith("  password"));
  return line?.replace(/^ *password */, "") ?? "";
}

Deno.test("the first start shows the first password on a terminal only", () =>
  inFolder((data) =>
    serving(data, async ({ url, io }) => {
      const password = passwordOf(io.printed);
      assert.match(password, /^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
      assert.equal(await whoIs(url, "me", password), "me");
      for await (const { name } of Deno.readDir(data)) {
        assert.notEqual(name, "first-password");
      }
    }, { io: { terminal: true } })
  ));

Deno.test("the first start writes the first password to a file elsewhere", () =>
  inFolder((data) =>
    serving(data, async ({ url, io, stop }) => {
      const path = `${data}/first-password`;
      assert.equal(passwordOf(io.printed), `in the file ${path}`);
      assert.equal(await mode(path), 0o600);
      const password = (await Deno.readTextFile(path)).trim();
      assert.ok(!io.printed.join("\n").includes(password));
      assert.ok(!io.complained.join("\n").includes(password));
      assert.equal(await whoIs(url, "me", password), "me");
      assert.equal(await stop(), 0);
      // The second start makes no account and tells of none.
      await serving(data, async ({ url, io }) => {
        assert.ok(io.printed.some((line) => line.includes("user list")));
        assert.equal(await whoIs(url, "me", password), "me");
      });
    })
  ));

Deno.test("the first account can be chosen", () =>
  inFolder(async (parent) => {
    const file = `${parent}/secret`;
    await Deno.writeTextFile(file, "secret-1\n");
    const chosen = { KALENDS_USER: "Anna", KALENDS_PASSWORD_FILE: file };
    await serving(`${parent}/a`, async ({ url, io }) => {
      assert.equal(await whoIs(url, "anna", "secret-1"), "anna");
      assert.ok(!io.printed.join("\n").includes("secret-1"));
      assert.equal(passwordOf(io.printed), `as in ${file}`);
    }, { io: { environment: chosen, terminal: true } });
    await serving(`${parent}/b`, async ({ url, io }) => {
      assert.equal(await whoIs(url, "me", "secret-2"), "me");
      assert.ok(!io.printed.join("\n").includes("secret-2"));
    }, { io: { environment: { KALENDS_PASSWORD: "secret-2" } } });
  }));

for (
  const [name, environment, pattern] of [
    ["a missing file", { KALENDS_PASSWORD_FILE: "/none" }, /Cannot read/],
    ["a short password", { KALENDS_PASSWORD: "short" }, /at least 8/],
    ["a bad name", { KALENDS_USER: "a b" }, /sign-in name/],
  ] as const
) {
  Deno.test(`the first start refuses ${name} and leaves the folder usable`, () =>
    inFolder(async (data) => {
      const args = ["serve", "--data", data, "--listen", "127.0.0.1:0"];
      const { code, err } = await cli(args, { environment });
      assert.equal(code, 1);
      assert.match(err.join("\n"), pattern);
      await serving(data, ({ url }) => Promise.resolve(assert.ok(url)));
    }));
}

Deno.test("an account made before the first start is the first account", () =>
  inFolder(async (parent) => {
    const data = `${parent}/data`;
    await cli(["user", "add", "anna", "--data", data], { input: "secret-1" });
    await serving(data, async () => {
      const { out } = await cli(["user", "list", "--data", data]);
      assert.deepEqual(out, ["anna\tanna"]);
    });
  }));

Deno.test("serve says when its address is taken, and lets go of the folder", () =>
  inFolder(async (data) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const listen = `127.0.0.1:${taken.addr.port}`;
    const { code, err } = await cli([
      "serve",
      "--data",
      data,
      "--listen",
      listen,
    ]);
    assert.equal(code, 1);
    assert.match(err.join("\n"), /another program listens there/);
    const folder = await openFolder(data, { create: false });
    await folder?.close();
    assert.equal(folder?.replaced, false);
  }));

Deno.test("serve names a folder that it cannot use", () =>
  inFolder(async (parent) => {
    await Deno.writeTextFile(`${parent}/file`, "");
    const { code, err } = await cli(["serve", "--data", `${parent}/file`]);
    assert.equal(code, 1);
    assert.match(err.join("\n"), /Cannot use the data folder/);
  }));

Deno.test("a server that ends leaves the folder clean, without its socket", () =>
  inFolder(async (data) => {
    await serving(data, async ({ stop }) => {
      assert.equal(await mode(`${data}/admin.sock`), 0o600);
      assert.equal(await stop(), 0);
    });
    await assert.rejects(Deno.stat(`${data}/admin.sock`), Deno.errors.NotFound);
    const stamp = await Deno.readTextFile(`${data}/kalends.stamp`);
    assert.ok(JSON.parse(stamp).clean);
  }));

Deno.test("one process serves a folder; commands of others go through it", () =>
  inFolder(async (parent) => {
    const data = `${parent}/data`;
    const child = spawn("serve", "--data", data, "--listen", "127.0.0.1:0");
    const output = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    const printed = await readUntil(output, /server +\S+\n/);
    const url = /server +(\S+)\n/.exec(printed)?.[1] ?? "";
    const second = await cli(["serve", "--data", data]);
    assert.equal(second.code, 1);
    assert.ok(second.err.join().includes(`(${child.pid})`), second.err.join());
    const add = await cli(["user", "add", "anna", "--data", data], {
      input: "secret-1",
    });
    assert.deepEqual([add.code, add.err], [0, []]);
    assert.equal(await whoIs(url, "anna", "secret-1"), "anna");
    child.kill("SIGTERM");
    const { code } = await child.status;
    assert.equal(code, 0);
    await output.cancel();
    // And without it, on what it has left behind.
    const { out } = await cli(["user", "list", "--data", data]);
    assert.deepEqual(out, ["anna\tanna", "me\tme"]);
  }));

Deno.test("a socket that a killed server left behind is in nobody's way", () =>
  inFolder(async (data) => {
    const child = spawn("serve", "--data", data, "--listen", "127.0.0.1:0");
    const output = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    await readUntil(output, /server/);
    child.kill("SIGKILL");
    await child.status;
    await output.cancel();
    assert.ok((await Deno.stat(`${data}/admin.sock`)).isSocket);
    assert.deepEqual((await cli(["user", "list", "--data", data])).out, [
      "me\tme",
    ]);
    await serving(data, async () => {
      assert.equal((await cli(["user", "list", "--data", data])).code, 0);
    });
  }));

Deno.test("a database put back by copy is told of in the log", () =>
  inFolder(async (data) => {
    await serving(data, () => Promise.resolve());
    await Deno.remove(`${data}/kalends.stamp`);
    await serving(
      data,
      ({ io }) =>
        Promise.resolve(assert.match(io.complained.join("\n"), /put back/)),
    );
  }));

Deno.test("serve passes on what it did not expect, and lets go of the folder", () =>
  inFolder(async (data) => {
    const http = {
      ...FAKE_HTTP,
      serve: () => Promise.reject("odd"),
    };
    const io = createFakeIo();
    await assert.rejects(
      runCli(["serve", "--data", data], { io, http }),
      (error) => error === "odd",
    );
    await (await openFolder(data, { create: false }))?.close();
  }));

Deno.test("formatServerUrl() gives what a program on this machine can type", () => {
  const shutdown = () => Promise.resolve();
  for (
    const [hostname, settings, url] of [
      ["127.0.0.1", {}, "http://127.0.0.1:80/"],
      ["0.0.0.0", { basePath: "/dav" }, "http://localhost:80/dav/"],
      ["::", {}, "http://localhost:80/"],
      ["::1", { tlsCert: "a", tlsKey: "b" }, "https://[::1]:80/"],
      ["cal.example", {}, "http://cal.example:80/"],
    ] as const
  ) {
    const server = { hostname, port: 80, shutdown };
    assert.equal(formatServerUrl(defaultSettings(settings), server), url);
    const lines = formatWelcome({
      settings: defaultSettings(settings),
      server,
      first: { made: false },
    });
    const local = hostname === "127.0.0.1" || hostname === "::1";
    assert.equal(lines.some((line) => line.includes("Only programs")), local);
  }
});

function spawn(...args: string[]): Deno.ChildProcess {
  const script = fileURLToPath(new URL("./serve_process.ts", import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function readUntil(
  reader: ReadableStreamDefaultReader<string>,
  pattern: RegExp,
): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Ended after: ${text}`);
    text += value;
  }
  return text;
}
