/** Run by folder_test.ts: takes a data folder, says so, and holds it until its input ends. */
import { openFolder } from "../../../src/store/folder.ts";

const folder = await openFolder(Deno.args[0] ?? "", { create: true });
await Deno.stdout.write(
  new TextEncoder().encode(folder === undefined ? "busy\n" : "mine\n"),
);
await Deno.stdin.read(new Uint8Array(1));
await folder?.close();
