/** rclone: a tree of 1,000 files copied, synchronised, renamed and deleted; and one that somebody has locked. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav } from "../dav.ts";
import { type Output, run } from "../process.ts";
import { assertTree, PATHS, textOf, writeTree } from "./tree.ts";

/** Takes files for what they are; it never locks, and so notices the locks of others only. */
export const RCLONE: Client = {
  name: "rclone",
  debian: ["rclone"],
  python: false,
  users: ["rica"],
  heavy: true,
  async run(session) {
    const { home, account, steps, target } = session;
    const dav = createDav(account);
    const files = target.files(account.name);
    const local = `${home}/tree`;
    const texts = new Map(PATHS.map((path) => [path, textOf(path)]));
    const [first = "", second = "", third = ""] = PATHS;
    await writeTree(local);
    await configure(session);
    const rclone = (...args: string[]) => runRclone(session, args);

    await steps.must("copies 1,000 files to the server", async () => {
      await rclone("copy", local, "server:tree");
      await assertTree(dav, `${files}tree/`, texts);
    });
    await steps.check("finds both sides equal, byte for byte", async () => {
      await rclone("check", "--download", local, "server:tree");
    });
    await steps.check("syncs edits and deletions", async () => {
      await Deno.writeTextFile(`${local}/${first}`, "edited\n");
      texts.set(first, "edited\n");
      await Deno.remove(`${local}/${second}`);
      texts.delete(second);
      await rclone("sync", "--ignore-times", local, "server:tree");
      await assertTree(dav, `${files}tree/`, texts);
    });
    await steps.check("renames the tree and a file in it", async () => {
      await rclone("moveto", "server:tree", "server:other");
      assert.equal(await dav.status(`${files}tree/`), 404);
      await rclone("moveto", `server:other/${third}`, "server:other/renamed");
      texts.delete(third);
      await assertTree(dav, `${files}other/`, texts);
    });
    await steps.check("is refused what somebody else has locked", async () => {
      const url = `${files}other/${encodeURI(first)}`;
      const unlock = await dav.lock(url);
      await Deno.writeTextFile(`${home}/mine`, "over the lock\n");
      const { code } = await runRclone(session, [
        ...["copyto", "--retries", "1", "--low-level-retries", "1"],
        `${home}/mine`,
        `server:other/${first}`,
      ], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.notEqual(code, 0);
      await assertTree(dav, `${files}other/`, texts);
      await unlock();
      await rclone("copyto", `${home}/mine`, `server:other/${first}`);
      texts.set(first, "over the lock\n");
    });
    await steps.check("copies all of it back", async () => {
      await rclone("copy", "server:other", `${home}/back`);
      for (const [path, text] of texts) {
        assert.equal(await Deno.readTextFile(`${home}/back/${path}`), text);
      }
    });
    await steps.check("deletes the tree", async () => {
      await rclone("purge", "server:other");
      assert.deepEqual(await dav.list(files), []);
    });
  },
};

async function configure({ home, account, target }: Session): Promise<void> {
  const { stdout } = await run(["rclone", "obscure", account.password], {
    home,
  });
  await Deno.writeTextFile(
    `${home}/rclone.conf`,
    [
      "[server]",
      "type = webdav",
      "vendor = other",
      `url = ${target.files(account.name)}`,
      `user = ${account.name}`,
      `pass = ${stdout.trim()}`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
}

function runRclone(
  { home }: Session,
  args: readonly string[],
  codes: readonly number[] = [0],
): Promise<Output> {
  return run(["rclone", "--config", `${home}/rclone.conf`, ...args], {
    home,
    codes,
    seconds: 300,
  });
}
