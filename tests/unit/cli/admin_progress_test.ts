import assert from "node:assert/strict";
import { askOwner } from "../../../src/cli/admin_client.ts";
import { serveAdmin } from "../../../src/cli/admin_server.ts";
import {
  ADMIN_FILES,
  createLineReader,
  progressOf,
  sendLine,
} from "../../../src/cli/admin_wire.ts";
import { done } from "../../../src/cli/command.ts";
import type { CommandInput, Progress } from "../../../src/cli/command.ts";
import { inFolder } from "./fakes.ts";

const INPUT: CommandInput = { words: [], flags: {} };

Deno.test("what a command tells of its course comes before its answer", () =>
  inFolder(async (folder) => {
    const first = Promise.withResolvers<void>();
    const server = await serveAdmin(folder, {
      async run(_name, _input, { progress }) {
        progress({ share: 0.25, text: "a\nb" });
        // too soon after the first: left out
        progress({ share: 0.5, text: "c" });
        await first.promise;
        return done("ready");
      },
    });
    const seen: Progress[] = [];
    const answer = await askOwner(folder, { command: "x", input: INPUT }, {
      progress(said) {
        seen.push(said);
        first.resolve();
      },
    });
    assert.deepEqual(answer, done("ready"));
    assert.deepEqual(seen, [{ share: 0.25, text: "a\nb" }]);
    await server.close();
  }));

Deno.test("a command is asked to end when the server ends", () =>
  inFolder(async (folder) => {
    const begun = Promise.withResolvers<void>();
    const server = await serveAdmin(folder, {
      run(_name, _input, { signal }) {
        begun.resolve();
        return new Promise((resolve) =>
          signal.addEventListener("abort", () => resolve(done("ended early")))
        );
      },
    });
    const answer = askOwner(folder, { command: "x", input: INPUT });
    await begun.promise;
    await server.close();
    assert.deepEqual((await answer)?.out, ["ended early"]);
  }));

Deno.test("a command is asked to end when nobody listens to it any more", () =>
  inFolder(async (folder) => {
    const ended = Promise.withResolvers<void>();
    const server = await serveAdmin(folder, {
      run(_name, _input, { progress, signal }) {
        const tell = setInterval(() => progress({ share: 0, text: "" }), 5);
        return new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            clearInterval(tell);
            ended.resolve();
            resolve(done());
          })
        );
      },
    });
    const path = `${folder}/${ADMIN_FILES.socket}`;
    const conn = await Deno.connect({ transport: "unix", path });
    await sendLine(conn, { command: "x", input: INPUT });
    conn.close();
    await ended.promise;
    await server.close();
  }));

/** A connection that says these pieces and ends. */
function saying(...pieces: string[]): Deno.Conn {
  const rest = pieces.map((piece) => new TextEncoder().encode(piece));
  const read = (buffer: Uint8Array) => {
    const next = rest.shift();
    if (next !== undefined) buffer.set(next);
    return Promise.resolve(next?.length ?? null);
  };
  return { read } as Deno.Conn;
}

Deno.test("createLineReader() gives one line after the other, however they arrive", async () => {
  const receive = createLineReader(saying("1\n2", "2\n\n", "no\n3"), 100);
  assert.equal(await receive(), 1);
  assert.equal(await receive(), 22);
  assert.equal(await receive(), undefined, "an empty line is no JSON");
  assert.equal(await receive(), undefined, "no JSON");
  assert.equal(await receive(), undefined, "not ended");
  const limited = createLineReader(saying("1234", "5678\n"), 6);
  assert.equal(await limited(), undefined);
});

Deno.test("progressOf() tells progress from answers", () => {
  const progress = { share: 0.5, text: "x" };
  assert.deepEqual(
    progressOf({ progress: { ...progress, more: 1 } }),
    progress,
  );
  for (
    const other of [
      null,
      1,
      done(),
      { progress: null },
      { progress: { share: "1", text: "" } },
      { progress: { share: 1 } },
    ]
  ) assert.equal(progressOf(other), undefined);
});
