/**
 * Writes groups of operations to a store in a data folder, and says so after
 * the first answer of each: for a system call tracer. Argument: data folder.
 *
 * @module
 */

import { openFolder } from "../../../src/store/folder.ts";
import { collKey, treeKey } from "../../../src/store/keys.ts";
import { createStore } from "../../../src/store/store.ts";

const GROUPS = 10;
const OPERATIONS = 20;

const [path = ""] = Deno.args;
const folder = await openFolder(path, { create: true });
if (folder === undefined) throw new Error("The folder is somebody else's");
const store = await createStore({ engine: folder.engine });
await store.write({
  trees: ["t"],
  run: (tx) => tx.set(treeKey("t"), { owner: "u", bytes: 0, objects: 0 }),
});
for (let group = 0; group < GROUPS; group++) {
  const answers = Array.from({ length: OPERATIONS }, (_, n) =>
    store.write({
      trees: ["t"],
      run(tx) {
        const ref = { id: `c${group}-${n}`, tree: "t" };
        tx.set(collKey(ref), {
          tree: "t",
          kind: "folder",
          parent: null,
          name: "",
          state: "live",
          created: 0,
        });
        tx.change(ref, "", "structure");
      },
    }));
  await Promise.race(answers);
  Deno.stdout.writeSync(new TextEncoder().encode(`answered ${group}\n`));
  await Promise.all(answers);
}
await store.close();
await folder.close();
