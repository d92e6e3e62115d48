import assert from "node:assert/strict";
import { askOwner } from "../../../src/cli/admin_client.ts";
import { serveAdmin } from "../../../src/cli/admin_server.ts";
import { ADMIN_FILES } from "../../../src/cli/admin_wire.ts";
import { done } from "../../../src/cli/command.ts";
import type { Command, CommandInput } from "../../../src/cli/command.ts";
import { runCommand } from "../../../src/cli/run_command.ts";
import { openFolder } from "../../../src/store/folder.ts";
import { inFolder } from "./fakes.ts";

const INPUT: CommandInput = { words: ["a"], flags: { b: ["c", "d"] } };

function echo(name: string, input: CommandInput) {
  return Promise.resolve(done(name, JSON.stringify(input)));
}

for (const unix of [true, false]) {
  const kind = unix ? "a Unix socket" : "TCP";
  Deno.test(`a command goes over ${kind} and its answer comes back`, () =>
    inFolder(async (folder) => {
      const server = await serveAdmin(folder, { run: echo, unix });
      const input = { ...INPUT, password: "gehe\u00ef\u{1f511}m" };
      assert.deepEqual(await askOwner(folder, { command: "x", input }), {
        code: 0,
        out: ["x", JSON.stringify(input)],
        err: [],
      });
      await server.close();
      for await (const { name } of Deno.readDir(folder)) assert.fail(name);
      assert.equal(await askOwner(folder, { command: "x", input }), undefined);
    }));
}

Deno.test("large commands and answers come through whole", () =>
  inFolder(async (folder) => {
    const server = await serveAdmin(folder, {
      run: (_, { words }) => Promise.resolve(done(...words, ...words)),
    });
    const words = Array.from({ length: 20_000 }, (_, n) => `\u00e4 word ${n}`);
    const answer = await askOwner(folder, {
      command: "x",
      input: { words, flags: {} },
    });
    assert.deepEqual(answer?.out, [...words, ...words]);
    await server.close();
  }));

Deno.test("TCP is for those who can read the token", () =>
  inFolder(async (folder) => {
    const server = await serveAdmin(folder, { run: echo, unix: false });
    const path = `${folder}/${ADMIN_FILES.address}`;
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    const address = JSON.parse(await Deno.readTextFile(path));
    for (const token of ["", "x".repeat(64), address.token.slice(1)]) {
      await Deno.writeTextFile(path, JSON.stringify({ ...address, token }));
      const answer = await askOwner(folder, { command: "x", input: INPUT });
      assert.equal(answer?.code, 1);
    }
    await server.close();
  }));

for (
  const [name, text] of [
    ["no JSON", "hello\n"],
    ["null", "null\n"],
    ["no input", '{"command":"x"}\n'],
    ["wrong words", '{"command":"x","input":{"words":[1],"flags":{}}}\n'],
    ["wrong flags", '{"command":"x","input":{"words":[],"flags":{"a":"b"}}}\n'],
    ["too long a line", `${"x".repeat(1 << 20)}xx`],
  ] as const
) {
  Deno.test(`a request with ${name} is refused`, () =>
    inFolder(async (folder) => {
      const server = await serveAdmin(folder, { run: echo });
      const conn = await Deno.connect({
        transport: "unix",
        path: `${folder}/${ADMIN_FILES.socket}`,
      });
      let rest = new TextEncoder().encode(text);
      while (rest.length > 0) rest = rest.subarray(await conn.write(rest));
      const buffer = new Uint8Array(1000);
      const count = await conn.read(buffer);
      const answer = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
      assert.equal(JSON.parse(answer).code, 1);
      conn.close();
      await server.close();
    }));
}

Deno.test("somebody who hangs up without a word does no harm", () =>
  inFolder(async (folder) => {
    const server = await serveAdmin(folder, { run: echo });
    const path = `${folder}/${ADMIN_FILES.socket}`;
    (await Deno.connect({ transport: "unix", path })).close();
    const answer = await askOwner(folder, { command: "x", input: INPUT });
    assert.equal(answer?.code, 0);
    await server.close();
  }));

Deno.test("a command whose server ends says that its outcome is unknown", () =>
  inFolder(async (folder) => {
    const path = `${folder}/${ADMIN_FILES.socket}`;
    using listener = Deno.listen({ transport: "unix", path });
    const asked = askOwner(folder, { command: "x", input: INPUT });
    (await listener.accept()).close();
    const answer = await asked;
    assert.equal(answer?.code, 1);
    assert.match(answer?.err.join() ?? "", /ended while/);
  }));

Deno.test("serveAdmin() uses TCP where the path is too long for a socket", () =>
  inFolder(async (parent) => {
    const folder = `${parent}/${"x".repeat(120)}`;
    await Deno.mkdir(folder);
    const server = await serveAdmin(folder, { run: echo });
    const answer = await askOwner(folder, { command: "x", input: INPUT });
    assert.equal(answer?.code, 0);
    assert.ok(await Deno.stat(`${folder}/${ADMIN_FILES.address}`));
    await server.close();
  }));

const COMMAND: Command = {
  name: "x",
  words: [],
  summary: "",
  details: [],
  flags: [],
  creates: true,
  run: () => Promise.resolve(done("here")),
};

Deno.test("runCommand() waits for an owner that ends, and gives up on one that does not", () =>
  inFolder(async (data) => {
    const folder = await openFolder(data, { create: true });
    let pauses = 0;
    const options = { data, log: () => {} };
    const busy = await runCommand(COMMAND, INPUT, {
      ...options,
      pause: () => Promise.resolve(void pauses++),
    });
    assert.equal(busy.code, 1);
    assert.match(busy.err.join(), /does not answer/);
    assert.equal(pauses, 100);
    const after = await runCommand(COMMAND, INPUT, {
      ...options,
      pause: async () => await folder?.close(),
    });
    assert.deepEqual(after, done("here"));
  }));

Deno.test("a command that fails lets go of the folder", () =>
  inFolder(async (data) => {
    const failing = { ...COMMAND, run: () => Promise.reject(new Error("x")) };
    const options = { data, log: () => {} };
    await assert.rejects(runCommand(failing, INPUT, options), /x/);
    assert.deepEqual(await runCommand(COMMAND, INPUT, options), done("here"));
  }));
