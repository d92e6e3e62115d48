/** cadaver: a session typed into the command-line WebDAV client. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav } from "../dav.ts";
import { assertSameBytes } from "../files.ts";
import { run } from "../process.ts";

/** Folders and files of every kind of bytes, in the plain WebDAV tree. */
export const CADAVER: Client = {
  name: "cadaver",
  debian: ["cadaver"],
  python: false,
  users: ["carl"],
  async run(session) {
    const { home, account, steps, target } = session;
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at * 7 % 256);
    await Deno.writeFile(`${home}/all bytes.bin`, bytes);
    await Deno.writeTextFile(`${home}/note.txt`, "first\n");
    await Deno.writeTextFile(
      `${home}/.netrc`,
      `machine 127.0.0.1\nlogin ${account.name}\npassword ${account.password}\n`,
      { mode: 0o600 },
    );
    const dav = createDav(account);
    const folder = `${target.files(account.name)}papers/`;
    const type = (lines: readonly string[], mustSucceed = true) =>
      cadaver(session, lines, mustSucceed);

    await steps.must("signs in and makes a folder (mkcol)", async () => {
      await type(["mkcol papers"]);
      assert.deepEqual(await dav.list(folder), []);
    });
    await steps.check("puts files, one with a space in its name", async () => {
      await type(["cd papers", `put "all bytes.bin"`, "put note.txt"]);
      assertSameBytes(await dav.get(`${folder}all%20bytes.bin`), bytes, "put");
    });
    await steps.check("lists them (ls)", async () => {
      const output = await type(["ls papers"]);
      assert.match(output, /all bytes\.bin +70000/);
      assert.match(output, /note\.txt +6/);
    });
    await steps.check("gets them back byte for byte", async () => {
      await type([`get "papers/all bytes.bin" back.bin`]);
      assertSameBytes(await Deno.readFile(`${home}/back.bin`), bytes, "get");
    });
    await steps.check("overwrites a file", async () => {
      await Deno.writeTextFile(`${home}/note.txt`, "second, longer\n");
      await type(["put note.txt papers/note.txt"]);
      assertSameBytes(
        await dav.get(`${folder}note.txt`),
        "second, longer\n",
        "overwritten",
      );
    });
    await steps.check("sets, reads and removes a property", async () => {
      const set = await type([
        "set namespace urn:example:interop",
        "propset papers/note.txt mood sunny",
        "propget papers/note.txt mood",
      ]);
      assert.match(set, /Value of mood is: sunny/);
      assert.equal(
        await dav.property(`${folder}note.txt`, "{urn:example:interop}mood"),
        "sunny",
      );
      await type([
        "set namespace urn:example:interop",
        "propdel papers/note.txt mood",
      ]);
      assert.equal(
        await dav.property(`${folder}note.txt`, "{urn:example:interop}mood"),
        undefined,
      );
    });
    await steps.check("copies a file and a whole folder", async () => {
      await type([
        "copy papers/note.txt papers/copy.txt",
        "mkcol papers/inner",
        "copy papers/note.txt papers/inner/deep.txt",
        "copy papers twin",
      ]);
      for (const path of ["papers/copy.txt", "twin/inner/deep.txt"]) {
        assertSameBytes(
          await dav.get(`${target.files(account.name)}${path}`),
          "second, longer\n",
          path,
        );
      }
    });
    await steps.check("moves a file and a whole folder", async () => {
      await type([
        "move papers/copy.txt papers/moved.txt",
        "move twin elsewhere",
      ]);
      const files = target.files(account.name);
      assert.equal(await dav.status(`${files}papers/copy.txt`), 404);
      assert.equal(await dav.status(`${files}papers/moved.txt`), 200);
      assert.equal(await dav.status(`${files}twin/inner/deep.txt`), 404);
      assert.equal(await dav.status(`${files}elsewhere/inner/deep.txt`), 200);
    });
    await steps.check("sees a change made on the other side", async () => {
      await dav.put(`${folder}note.txt`, "third\n");
      await type(["get papers/note.txt changed.txt"]);
      const text = await Deno.readTextFile(`${home}/changed.txt`);
      assert.equal(text, "third\n");
    });
    await steps.check("is told of a file that is not there", async () => {
      const output = await type(["get papers/none.txt none.bin"], false);
      assert.match(output, /failed:\s+404/i);
    });
    await steps.check("deletes a file and a folder", async () => {
      await type([
        "delete papers/note.txt",
        "rmcol elsewhere",
        "rmcol papers",
      ]);
      assert.deepEqual(await dav.list(target.files(account.name)), []);
    });
  },
};

/** Types the lines into cadaver; fails where it reports a failure. */
async function cadaver(
  session: Session,
  lines: readonly string[],
  mustSucceed = true,
): Promise<string> {
  const url = session.target.files(session.account.name);
  const { stdout, stderr } = await run(["cadaver", url], {
    home: session.home,
    input: [...lines, "quit", ""].join("\n"),
  });
  const output = `${stdout}${stderr}`;
  if (mustSucceed) {
    assert.doesNotMatch(output, /failed|could not|unrecognised|error/i);
  }
  return output;
}
