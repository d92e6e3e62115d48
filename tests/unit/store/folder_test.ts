import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openFolder } from "../../../src/store/folder.ts";
import type { DataFolder } from "../../../src/store/folder.ts";
import {
  FOLDER_FILES,
  FolderError,
  readOwner,
} from "../../../src/store/folder_lock.ts";
import { meta } from "../../../src/store/keys.ts";

const EPOCH = meta.epoch.parts;

async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await test(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function open(path: string, create = true): Promise<DataFolder> {
  const folder = await openFolder(path, { create });
  assert.ok(folder);
  return folder;
}

/** Opens, sets the epoch where there is none, and closes; gives what the folder said. */
async function visit(
  path: string,
): Promise<{ replaced: boolean; epoch: unknown }> {
  const folder = await open(path);
  let [row] = await folder.engine.getMany([EPOCH]);
  if (row?.versionstamp === null) {
    const value = { value: "first" };
    await folder.engine.commit([], [{ type: "set", key: EPOCH, value }]);
    [row] = await folder.engine.getMany([EPOCH]);
  }
  await folder.close();
  const { value } = row?.value as { value: unknown };
  return { replaced: folder.replaced, epoch: value };
}

async function mode(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("openFolder() makes folder and files for the owner only", () =>
  inFolder(async (parent) => {
    const path = `${parent}/data/deep`;
    const folder = await open(path);
    assert.equal(folder.created, true);
    assert.equal(folder.replaced, false);
    assert.equal(await mode(path), 0o700);
    for await (const { name } of Deno.readDir(path)) {
      assert.equal(await mode(`${path}/${name}`), 0o600, name);
    }
    await folder.close();
  }));

Deno.test("openFolder() makes a database of large pages that can shrink", () =>
  inFolder(async (path) => {
    await visit(path);
    const sqlite = new DatabaseSync(`${path}/${FOLDER_FILES.database}`);
    assert.equal(
      sqlite.prepare("pragma page_size").get()?.["page_size"],
      16384,
    );
    assert.equal(
      sqlite.prepare("pragma auto_vacuum").get()?.["auto_vacuum"],
      2,
    );
    sqlite.close();
  }));

Deno.test("a folder that is closed and opened keeps its epoch", () =>
  inFolder(async (path) => {
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(await visit(path), { replaced: false, epoch: "first" });
    }
  }));

Deno.test("a folder that was not closed cleanly keeps its epoch", () =>
  inFolder(async (path) => {
    await visit(path);
    const stamp = `${path}/${FOLDER_FILES.stamp}`;
    const folder = await open(path);
    const unclean = await Deno.readTextFile(stamp);
    assert.equal(JSON.parse(unclean).clean, undefined);
    await folder.engine.commit([], [{ type: "set", key: ["a"], value: 1 }]);
    // As a killed process leaves it: no mark, the lock let go of by the system.
    await Deno.rename(stamp, `${stamp}.kept`);
    await folder.close();
    await Deno.rename(`${stamp}.kept`, stamp);
    assert.deepEqual(await visit(path), { replaced: false, epoch: "first" });
  }));

Deno.test("a folder put back by copy gets a new epoch, once", () =>
  inFolder(async (parent) => {
    const [path, copy] = [`${parent}/data`, `${parent}/copy`];
    await visit(path);
    await run("cp", "-a", path, copy);
    await Deno.remove(path, { recursive: true });
    await run("cp", "-a", copy, path);
    const { replaced, epoch } = await visit(path);
    assert.equal(replaced, true);
    assert.notEqual(epoch, "first");
    assert.deepEqual(await visit(path), { replaced: false, epoch });
  }));

Deno.test("a database copied over the old one in place gets a new epoch", () =>
  inFolder(async (parent) => {
    const [path, copy] = [`${parent}/data`, `${parent}/copy`];
    await visit(path);
    await run("cp", "-a", path, copy);
    await visit(path);
    for (const name of [FOLDER_FILES.database, FOLDER_FILES.stamp]) {
      await Deno.copyFile(`${copy}/${name}`, `${path}/${name}`);
    }
    assert.equal((await visit(path)).replaced, true);
  }));

Deno.test("an older database gets a new epoch even where its file looks the same", () =>
  inFolder(async (path) => {
    await visit(path);
    const stamp = `${path}/${FOLDER_FILES.stamp}`;
    const { clean: _, ...rest } = JSON.parse(await Deno.readTextFile(stamp));
    const now = { ...rest, stamp: "f".repeat(20), written: Date.now() };
    await Deno.writeTextFile(stamp, JSON.stringify(now));
    assert.equal((await visit(path)).replaced, true);
  }));

for (
  const [name, spoil] of [
    ["missing", (stamp: string) => Deno.remove(stamp)],
    ["not JSON", (stamp: string) => Deno.writeTextFile(stamp, "{")],
    ["of another shape", (stamp: string) => Deno.writeTextFile(stamp, "[1]")],
    ["null", (stamp: string) => Deno.writeTextFile(stamp, "null")],
    [
      "written long before the file was",
      async (stamp: string) => {
        const value = JSON.parse(await Deno.readTextFile(stamp));
        const written = value.written - 3_600_000;
        await Deno.writeTextFile(stamp, JSON.stringify({ ...value, written }));
        await Deno.utime(stamp, written / 1000, written / 1000);
      },
    ],
  ] as const
) {
  Deno.test(`a folder whose stamp file is ${name} gets a new epoch`, () =>
    inFolder(async (path) => {
      await visit(path);
      await spoil(`${path}/${FOLDER_FILES.stamp}`);
      const { replaced, epoch } = await visit(path);
      assert.equal(replaced, true);
      assert.notEqual(epoch, "first");
    }));
}

Deno.test("openFolder() refuses to put an empty database in the place of a lost one", () =>
  inFolder(async (path) => {
    await visit(path);
    await Deno.remove(`${path}/${FOLDER_FILES.database}`);
    await assert.rejects(
      openFolder(path, { create: true }),
      (error) => error instanceof FolderError && /is gone/.test(error.message),
    );
    await Deno.remove(`${path}/${FOLDER_FILES.stamp}`);
    const folder = await open(path);
    assert.equal(folder.created, true);
    await folder.close();
  }));

Deno.test("openFolder() without create leaves a foreign folder alone", () =>
  inFolder(async (path) => {
    await assert.rejects(openFolder(path, { create: false }), FolderError);
    await assert.rejects(
      openFolder(`${path}/none`, { create: false }),
      FolderError,
    );
    for await (const { name } of Deno.readDir(path)) assert.fail(name);
    await visit(path);
    await (await open(path, false)).close();
  }));

Deno.test("openFolder() names a folder that is a file", () =>
  inFolder(async (parent) => {
    const path = `${parent}/file`;
    await Deno.writeTextFile(path, "");
    await assert.rejects(
      openFolder(path, { create: true }),
      (error) => error instanceof FolderError && error.message.includes(path),
    );
  }));

Deno.test("openFolder() lets go of a folder that it cannot open", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(`${path}/${FOLDER_FILES.database}`, "no database");
    await assert.rejects(openFolder(path, { create: true }));
    await Deno.remove(`${path}/${FOLDER_FILES.database}`);
    await (await open(path)).close();
  }));

Deno.test("one process owns a folder, until it ends", () =>
  inFolder(async (path) => {
    const holder = fileURLToPath(new URL("./hold_folder.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--unstable-kv", holder, path],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.getReader();
    const { value } = await lines.read();
    assert.equal(new TextDecoder().decode(value), "mine\n");
    assert.equal(await openFolder(path, { create: true }), undefined);
    assert.equal(await readOwner(path), child.pid);
    child.kill("SIGKILL");
    await child.status;
    await lines.cancel();
    await child.stdin.abort().catch(() => {});
    const folder = await open(path);
    assert.equal(folder.replaced, false);
    assert.equal(await readOwner(path), Deno.pid);
    await folder.close();
  }));

Deno.test("readOwner() knows nobody where no lock is, or where it holds something else", () =>
  inFolder(async (path) => {
    assert.equal(await readOwner(path), undefined);
    await Deno.writeTextFile(`${path}/${FOLDER_FILES.lock}`, "what");
    assert.equal(await readOwner(path), undefined);
  }));

async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  assert.ok(success);
}
