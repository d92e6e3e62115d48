/** davfs2: the server as a folder of this machine, where every open file is locked. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav } from "../dav.ts";
import { run } from "../process.ts";
import { assertTree, FOLDERS, PATHS, textOf, writeTree } from "./tree.ts";

/** Where davfs2 keeps its caches; its own account has to reach them. */
const CACHE = "/var/cache/davfs2";

/** Ordinary programs work on 1,000 files through the mount; LOCK, PUT and UNLOCK are davfs2's. */
export const DAVFS2: Client = {
  name: "davfs2",
  debian: ["davfs2"],
  python: false,
  users: ["dora"],
  heavy: true,
  async run(session) {
    const { home, account, steps, target } = session;
    const reason = await whyNot();
    if (reason !== undefined) {
      steps.add(`skipped: ${reason}`, true);
      return;
    }
    const dav = createDav(account);
    const files = target.files(account.name);
    const texts = new Map(PATHS.map((path) => [path, textOf(path)]));
    const [first = "", second = "", third = "", fourth = ""] = PATHS;
    const folder = `${home}/server`;
    await writeTree(`${home}/tree`);
    await configure(session);
    /** What programs do in the mounted folder; all is on the server when it is unmounted. */
    const mounted = (work: () => Promise<unknown>) => mount(session, work);
    const program = (...command: string[]) =>
      run(command, { home, seconds: 300 });

    await steps.must("copies 1,000 files into the mount (cp)", async () => {
      await mounted(() => program("cp", "-r", "tree", "server/tree"));
      await assertTree(dav, `${files}tree/`, texts);
    });
    await steps.check("reads all of it back, byte for byte", async () => {
      await mounted(() => program("diff", "-r", "tree", "server/tree"));
    });
    await steps.check("edits a file, locked while it is open", async () => {
      const url = `${files}tree/${encodeURI(first)}`;
      const statuses: number[] = [];
      await mounted(async () => {
        using file = await Deno.open(`${folder}/tree/${first}`, {
          append: true,
        });
        await file.write(new TextEncoder().encode("edited\n"));
        for (const method of ["PUT", "DELETE"]) {
          const { status } = await dav.request(method, url, {
            ...method === "PUT" ? { body: "past the lock\n" } : {},
          });
          statuses.push(status);
        }
      });
      texts.set(first, `${textOf(first)}edited\n`);
      assert.deepEqual(statuses, [423, 423]);
      await assertTree(dav, `${files}tree/`, texts);
      const discovery = "{DAV:}lockdiscovery";
      assert.equal(await dav.property(url, discovery), "", "is unlocked");
    });
    await steps.check("is refused what somebody else has locked", async () => {
      const url = `${files}tree/${encodeURI(fourth)}`;
      const unlock = await dav.lock(url);
      await mounted(async () => {
        await assert.rejects(
          Deno.writeTextFile(`${folder}/tree/${fourth}`, "over the lock\n"),
        );
      });
      await unlock();
      await assertTree(dav, `${files}tree/`, texts);
    });
    await steps.check("renames a file and the tree (mv)", async () => {
      const renamed = `${FOLDERS.at(-1)}/renamed.txt`;
      await mounted(async () => {
        await program("mv", `server/tree/${second}`, `server/tree/${renamed}`);
        await program("mv", "server/tree", "server/other");
      });
      texts.delete(second);
      texts.set(renamed, textOf(second));
      assert.equal(await dav.status(`${files}tree/`), 404);
      await assertTree(dav, `${files}other/`, texts);
    });
    await steps.check("copies the tree within the mount", async () => {
      await mounted(() => program("cp", "-r", "server/other", "server/twin"));
      await assertTree(dav, `${files}twin/`, texts);
    });
    await steps.check("deletes a file, then all (rm)", async () => {
      await mounted(() => program("rm", `server/other/${third}`));
      texts.delete(third);
      await assertTree(dav, `${files}other/`, texts);
      await mounted(() => program("rm", "-r", "server/other", "server/twin"));
      assert.deepEqual(await dav.list(files), []);
    });
    await removeCache(folder);
  },
};

/** Why nothing can be mounted here, undefined where it can. */
async function whyNot(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "davfs2 is a program of Linux";
  if (Deno.uid() !== 0) return "only root may mount";
  try {
    using _device = await Deno.open("/dev/fuse", { read: true, write: true });
    return undefined;
  } catch (error) {
    return `/dev/fuse does not open: ${error}`;
  }
}

async function configure(
  { home, account, target }: Session,
): Promise<void> {
  await Deno.mkdir(`${home}/server`);
  const options = { mode: 0o600 };
  await Deno.writeTextFile(
    `${home}/secrets`,
    `${target.files(account.name)} ${account.name} ${account.password}\n`,
    options,
  );
  const lines = [
    `secrets ${home}/secrets`,
    // Linux 6.16 and later ask for as much of a folder as a program does, 32 KiB,
    // which davfs2's usual 16 KiB cannot hold: EINVAL (alisarctl/davfs2#22).
    "buf_size 256",
    "delay_upload 0",
    "",
  ];
  await Deno.writeTextFile(`${home}/davfs2.conf`, lines.join("\n"), options);
}

/** Mounts, does the work, and unmounts: davfs2 ends when it has sent everything. */
async function mount(
  { home, account, target }: Session,
  work: () => Promise<unknown>,
): Promise<void> {
  const url = target.files(account.name);
  const folder = `${home}/server`;
  await run(["mount.davfs", url, folder, "-o", `conf=${home}/davfs2.conf`], {
    home,
  });
  try {
    await work();
  } finally {
    await run(["umount", folder], { home, seconds: 300 });
  }
}

/** davfs2 keeps what it has read of a mount in a folder that is named after it. */
async function removeCache(folder: string): Promise<void> {
  const mark = `+${folder.slice(1).replaceAll("/", "-")}+`;
  for await (const { name } of Deno.readDir(CACHE)) {
    if (!name.includes(mark)) continue;
    await Deno.remove(`${CACHE}/${name}`, { recursive: true });
  }
}
