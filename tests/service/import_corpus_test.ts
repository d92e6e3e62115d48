/**
 * Every file of the corpus through import: taken, split, or refused for a
 * reviewed reason; then out again and in again, to the same bytes.
 */
import assert from "node:assert/strict";
import { exportObjects } from "../../src/service/export.ts";
import type { ExportedObject } from "../../src/service/export.ts";
import { importObjects } from "../../src/service/import.ts";
import type {
  ImportFile,
  ImportPlan,
  ImportRefusal,
  ImportReport,
} from "../../src/service/import_types.ts";
import { corpusFiles, corpusFolder } from "../corpus.ts";
import { checkReasons, countClasses, reviewedRefusals } from "../refused.ts";
import { createWorld, type World } from "../store/world.ts";
import { at, value } from "./fixture.ts";

/** A part that is refused on purpose: one row of `tests/corpus/import_refused.json`. */
interface ReviewedPart {
  readonly file: string;
  readonly line: number;
  readonly condition: string;
  readonly class: string;
  readonly rule: string;
  readonly reason: string;
}

function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function bring(
  world: World,
  path: string,
  files: readonly ImportFile[],
): Promise<ImportReport> {
  const plan: ImportPlan = {
    ...{ path: at(path), files, source: path, props: [] },
  };
  return value(
    await importObjects(
      {
        store: world.store,
        engine: world.engine,
        now: () => world.clock.now,
        newId: () => crypto.randomUUID(),
        kick: () => {},
        maxResourceSize: 10 * 1024 * 1024,
      },
      world.session,
      { plan },
    ),
  );
}

async function takeOut(
  world: World,
  path: string,
): Promise<Map<string, ExportedObject>> {
  const out = new Map<string, ExportedObject>();
  value(
    await exportObjects(world.service, world.session, {
      path: at(path),
      sink: {
        write: (object) => Promise.resolve(void out.set(object.name, object)),
        remove: (name) => Promise.resolve(void out.delete(name)),
      },
    }),
  );
  return out;
}

function reviewedParts(ending: string): readonly ReviewedPart[] {
  const path = new URL("../corpus/import_refused.json", import.meta.url);
  const list = JSON.parse(Deno.readTextFileSync(path)) as ReviewedPart[];
  return list.filter(({ file }) => file.endsWith(ending));
}

for (
  const [ending, space] of [
    [".ics", "calendars"],
    [".vcf", "addressbooks"],
  ] as const
) {
  Deno.test(`import takes, splits or refuses every ${ending} file of the corpus, and reads back what was exported`, async () => {
    const world = await createWorld();
    const files = corpusFiles(ending);
    const counts = { whole: 0, split: 0, partly: 0, refused: 0, objects: 0 };
    const imported = new Map<string, number>();
    let changed = 0;
    const refused: ImportRefusal[] = [];
    let exported = 0;
    for (const [index, { path, bytes }] of files.entries()) {
      // Each by itself: UIDs are the same in many of them.
      const coll = `${space}/me/c${index}`;
      const done = await bring(world, coll, [{
        ...{ label: path, name: null, size: bytes.length, props: [] },
        read: () => Promise.resolve(bytes),
      }]);
      refused.push(...done.refused);
      counts.objects += done.taken;
      imported.set(path, done.taken);
      if (done.noteCount > 0) changed++;
      if (done.taken === 0) {
        counts.refused++;
        assert.ok(done.refused.length > 0, `${path}: nothing, and no reason`);
        continue;
      }
      if (done.refused.length > 0) counts.partly++;
      else if (done.taken > 1) counts.split++;
      else counts.whole++;
      const out = await takeOut(world, coll);
      assert.equal(out.size, done.taken, path);
      const again = await bring(
        world,
        `${coll}-again`,
        [...out.values()].map(({ name, bytes }) => ({
          ...{ label: name, name, size: bytes.length, props: [] },
          read: () => Promise.resolve(bytes),
        })),
      );
      assert.equal(again.taken, done.taken, path);
      assert.deepEqual(again.refused, [], path);
      assert.deepEqual(again.notes, [], path);
      assert.deepEqual(await takeOut(world, `${coll}-again`), out, path);
      exported += out.size;
    }
    assert.deepEqual(await world.findings(), []);
    await world.store.close();
    report(
      `corpus ${ending} imported: ${files.length} files: ${counts.whole} taken, ` +
        `${counts.split} split, ${counts.partly} in part, ${counts.refused} refused; ` +
        `${counts.objects} objects, ${changed} files with changes; ` +
        `${exported} exported and imported again to the same bytes`,
    );
    if (corpusFolder() === undefined) {
      return report("no corpus: nothing checked");
    }
    const list = reviewedParts(ending);
    const listed = reviewedRefusals(ending);
    report(`parts refused: ${list.length}: ${countClasses(list)}`);
    report(
      `files that PUT refuses: ${listed.length}, of which import takes ${
        listed.filter(({ imported }) => imported > 0).length
      }: ${countClasses(listed)}`,
    );
    const written = Deno.env.get("KALENDS_WRITE_REFUSED");
    if (written !== undefined) {
      await Deno.writeTextFile(
        `${written}${ending}.json`,
        JSON.stringify(refused),
      );
    }
    checkReasons(list);
    assert.deepEqual(
      refused.map(({ file, line, condition }) => ({ file, line, condition })),
      list.map(({ file, line, condition }) => ({ file, line, condition })),
    );
    assert.deepEqual(
      listed.map(({ file }) => [file, imported.get(file)]),
      listed.map(({ file, imported }) => [file, imported]),
    );
    assert.ok(counts.whole + counts.split > 100);
  });
}

Deno.test("docs/corpus-review.md counts the classes as the lists do", () => {
  const text = Deno.readTextFileSync(
    new URL("../../docs/corpus-review.md", import.meta.url),
  );
  const rows = (title: string) => {
    const section = text.split("\n## ").find((each) => each.startsWith(title));
    const row = /^\| `([a-z0-9-]+)` +\| +(\d+) \|(.*)\|$/gm;
    return [...(section ?? "").matchAll(row)]
      .map(([, name = "", count = "", rest = ""]) => ({
        name,
        count: Number(count),
        imported: Number(rest.split("|").at(-1)),
      }));
  };
  const files = Map.groupBy(reviewedRefusals(""), (row) => row.class);
  const parts = Map.groupBy(reviewedParts(""), (row) => row.class);
  assert.deepEqual(
    new Map(
      rows("What a PUT").map(({ name, count, imported }) => [
        name,
        { count, imported },
      ]),
    ),
    new Map([...files].map(([name, list]) => [name, {
      count: list.length,
      imported: list.filter(({ imported }) => imported > 0).length,
    }])),
  );
  assert.deepEqual(
    new Map(
      rows("What an import refuses").map(({ name, count }) => [name, count]),
    ),
    new Map([...parts].map(([name, list]) => [name, list.length])),
  );
});
