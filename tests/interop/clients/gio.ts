/** gio (GVfs, the file manager of GNOME): 1,000 files under a message bus of its own. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav } from "../dav.ts";
import { run } from "../process.ts";
import { assertTree, FOLDERS, PATHS, textOf, writeTree } from "./tree.ts";

/** Signs in by a dialogue; copies folder by folder, as gio copies none as a whole. */
export const GIO: Client = {
  name: "gio",
  debian: ["libglib2.0-bin", "gvfs", "gvfs-backends", "dbus"],
  python: false,
  users: ["gina"],
  heavy: true,
  async run(session) {
    const { home, account, steps, target } = session;
    const dav = createDav(account);
    const files = target.files(account.name);
    const tree = `${files}tree/`;
    const texts = new Map(PATHS.map((path) => [path, textOf(path)]));
    const [first = "", second = "", third = ""] = PATHS;
    const at = (path: string) =>
      `${files.replace(/^http/, "dav")}${encodeURI(path)}`;
    await writeTree(`${home}/tree`);

    await steps.must("signs in and makes folders", async () => {
      await gio(session, [
        `gio mkdir ${quote(at("tree"))}`,
        ...FOLDERS.map((name) => `gio mkdir ${quote(at(`tree/${name}`))}`),
      ]);
      assert.equal((await dav.list(tree)).length, FOLDERS.length);
    });
    await steps.must("copies 1,000 files to the server", async () => {
      await gio(
        session,
        FOLDERS.map((name) =>
          `gio copy ${quote(`tree/${name}`)}/* ${quote(at(`tree/${name}/`))}`
        ),
      );
      await assertTree(dav, tree, texts);
    });
    await steps.check("edits, renames and deletes", async () => {
      await Deno.writeTextFile(`${home}/edited`, "edited\n");
      await gio(session, [
        `gio save ${quote(at(`tree/${first}`))} < edited`,
        `gio rename ${quote(at(`tree/${second}`))} renamed.txt`,
        `gio remove ${quote(at(`tree/${third}`))}`,
      ]);
      texts.set(first, "edited\n");
      const folder = second.slice(0, second.indexOf("/"));
      texts.set(`${folder}/renamed.txt`, textOf(second));
      texts.delete(second);
      texts.delete(third);
      await assertTree(dav, tree, texts);
    });
    await steps.check("copies files back and sees none missing", async () => {
      const [folder = ""] = FOLDERS;
      const { stdout } = await gio(session, [
        `gio list ${quote(at(`tree/${folder}`))}`,
        `gio copy ${quote(at(`tree/${first}`))} back`,
      ]);
      assert.equal(await Deno.readTextFile(`${home}/back`), "edited\n");
      const expected = [...texts.keys()].filter((path) =>
        path.startsWith(`${folder}/`)
      );
      const names = stdout.split("\n").filter((line) => line.endsWith(".txt"));
      assert.equal(names.length, expected.length);
    });
    await steps.check(
      "renames the tree and deletes it, files first",
      async () => {
        await gio(session, [`gio rename ${quote(at("tree"))} other`]);
        await assertTree(dav, `${files}other/`, texts);
        await gio(session, [
          ...FOLDERS.map((folder) => {
            const inside = [...texts.keys()].filter((path) =>
              path.startsWith(`${folder}/`)
            );
            const urls = inside.map((path) => quote(at(`other/${path}`)));
            return `gio remove ${urls.join(" ")} ${
              quote(at(`other/${folder}`))
            }`;
          }),
          `gio remove ${quote(at("other"))}`,
        ]);
        assert.deepEqual(await dav.list(files), []);
      },
    );
  },
};

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Runs commands of a shell in a mounted tree, under a bus that ends with them. */
async function gio(
  { home, account, target }: Session,
  commands: readonly string[],
): Promise<{ stdout: string }> {
  const url = target.files(account.name).replace(/^http/, "dav");
  await Deno.mkdir(`${home}/run`, { recursive: true, mode: 0o700 });
  const script = [
    "set -e",
    `printf '%s\\n%s\\n' ${account.name} ${quote(account.password)} | ` +
    `gio mount ${quote(url)}`,
    ...commands,
    `gio mount -u ${quote(url)}`,
  ].join("\n");
  await Deno.writeTextFile(`${home}/script`, script, { mode: 0o600 });
  return await run(["dbus-run-session", "--", "bash", `${home}/script`], {
    home,
    env: { XDG_RUNTIME_DIR: `${home}/run` },
    seconds: 300,
  });
}
