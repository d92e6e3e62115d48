/**
 * Real files of many programs: in by PUT, back byte for byte by GET, by
 * multiget and by vdirsyncer, before and after a restart of the server.
 */

import assert from "node:assert/strict";
import type { Client, Session } from "./context.ts";
import {
  type CorpusFile,
  findCorpus,
  readCorpus,
  readRefused,
  type Refused,
} from "./corpus_files.ts";
import { createDav, type Dav } from "./dav.ts";
import {
  createPlaces,
  type Place,
  type Placed,
  type Refusal,
} from "./corpus_put.ts";
import { assertSameBytes, listFiles } from "./files.ts";
import { print } from "./report.ts";
import { createDevice } from "./vdir.ts";

const MINIMUM = { ".ics": 440, ".vcf": 60 };
const MULTIGET_BATCH = 50;

/** A row of the table of clients, though the client here is the corpus. */
export const CORPUS: Client = {
  name: "corpus",
  debian: [],
  python: true,
  users: ["cora"],
  async run(session) {
    const { steps } = session;
    const root = await findCorpus();
    if (root === undefined) {
      print(
        "  left out, 0 files read: KALENDS_CORPUS names no folder of files",
      );
      return;
    }
    const files = await steps.must("reads the corpus", () => readCorpus(root));
    const dav = createDav(session.account);
    const places = createPlaces(dav, session);
    await steps.must("puts every file", () => places.putAll(files));
    const { placed, refused } = places;
    printExceptions(placed);
    await judge(session, files, { placed, refused });

    await steps.check(
      "comes back byte for byte by GET",
      () => compareByGet(dav, placed),
    );
    await steps.check(
      "comes back byte for byte by multiget",
      () => compareByMultiget(dav, placed),
    );
    await steps.must("the server restarts", () => session.target.restart());
    await steps.check(
      "after the restart: by GET",
      () => compareByGet(dav, placed),
    );
    await steps.check(
      "after the restart: by multiget",
      () => compareByMultiget(dav, placed),
    );
    await steps.check(
      "by vdirsyncer into a second folder",
      () => compareByVdirsyncer(session, placed),
    );
  },
};

/** Says which accepted files XML cannot carry as they are. */
function printExceptions(placed: readonly Placed[]): void {
  for (const { file } of placed) {
    if (file.inXml === undefined) {
      print(`  ${file.path}: not compared in XML, which cannot carry it`);
    } else if (
      new TextEncoder().encode(file.inXml).length !== file.bytes.length
    ) {
      print(`  ${file.path}: in XML with its folds inside characters closed`);
    }
  }
}

async function judge(
  { steps }: Session,
  files: readonly CorpusFile[],
  { placed, refused }: {
    readonly placed: readonly Placed[];
    readonly refused: readonly Refusal[];
  },
): Promise<void> {
  for (const suffix of [".ics", ".vcf"] as const) {
    const read = files.filter((file) => file.suffix === suffix).length;
    const went = placed.filter(({ file }) => file.suffix === suffix).length;
    const enough = went >= MINIMUM[suffix];
    steps.add(
      `${suffix}: ${read} read, ${went} accepted, ${read - went} refused`,
      enough,
      `at least ${MINIMUM[suffix]} must be accepted`,
    );
  }
  await steps.check("each refusal is on the reviewed list", async () => {
    const list = await readRefused();
    const faults = compareWithList(list, { placed, refused });
    assert.equal(
      faults.length,
      0,
      `${faults.length} differ from tests/corpus/refused.json:\n` +
        faults.join("\n"),
    );
  });
}

/** What the server did otherwise than the list says, one line for each file. */
export function compareWithList(
  list: ReadonlyMap<string, Refused>,
  { placed, refused }: {
    readonly placed: readonly Placed[];
    readonly refused: readonly Refusal[];
  },
): string[] {
  const faults: string[] = [];
  for (const { file, status, condition } of refused) {
    const row = list.get(file.path);
    const got = `refused with ${status} ${condition}`;
    if (!row) faults.push(`${file.path}: ${got}, not on the list`);
    else if (row.condition !== condition) {
      faults.push(`${file.path}: ${got}, the list says ${row.condition}`);
    } else if (status !== 403) {
      faults.push(`${file.path}: ${got}, the status must be 403`);
    }
  }
  for (const { file } of placed) {
    if (list.has(file.path)) faults.push(`${file.path}: accepted, but listed`);
  }
  return faults;
}

async function compareByGet(
  dav: Dav,
  placed: readonly Placed[],
): Promise<void> {
  const faults: string[] = [];
  for (const { file, url } of placed) {
    const bytes = await dav.get(url);
    collect(faults, () => assertSameBytes(bytes, file.bytes, file.path));
  }
  assertNone(faults, placed.length);
}

async function compareByMultiget(
  dav: Dav,
  placed: readonly Placed[],
): Promise<void> {
  const faults: string[] = [];
  for (const [place, members] of groupByPlace(placed)) {
    for (let at = 0; at < members.length; at += MULTIGET_BATCH) {
      const batch = members.slice(at, at + MULTIGET_BATCH);
      const urls = batch.map(({ url }) => url);
      const bodies = await dav.multiget(place.kind, place.url, urls);
      for (const { file, url } of batch) {
        const text = bodies.get(new URL(url).pathname);
        if (text === undefined) faults.push(`${file.path}: no answer`);
        else if (file.inXml !== undefined) {
          const bytes = new TextEncoder().encode(text);
          const wanted = file.inXml;
          collect(faults, () => assertSameBytes(bytes, wanted, file.path));
        }
      }
    }
  }
  assertNone(faults, placed.length);
}

async function compareByVdirsyncer(
  session: Session,
  placed: readonly Placed[],
): Promise<void> {
  const device = await createDevice(session, "second", { seconds: 300 });
  await device.discover();
  await device.sync();
  const faults: string[] = [];
  for (const [place, members] of groupByPlace(placed)) {
    const folder = place.kind === "calendar"
      ? `${device.calendars}/${place.name}`
      : `${device.contacts}/${place.name}`;
    const names = listFiles(folder, place.suffix);
    if (names.length !== members.length) {
      faults.push(
        `${place.name}: ${names.length} instead of ${members.length}`,
      );
    }
    const found = new Set<string>();
    for (const name of names) {
      found.add((await Deno.readFile(`${folder}/${name}`)).toBase64());
    }
    for (const { file } of members) {
      if (file.inXml === undefined) continue;
      if (!found.has(new TextEncoder().encode(file.inXml).toBase64())) {
        faults.push(`${file.path}: not in ${folder} with these bytes`);
      }
    }
  }
  assertNone(faults, placed.length);
}

function groupByPlace(placed: readonly Placed[]): Map<Place, Placed[]> {
  return Map.groupBy(placed, ({ place }) => place);
}

function collect(faults: string[], body: () => void): void {
  try {
    body();
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
}

function assertNone(faults: readonly string[], compared: number): void {
  assert.equal(faults.length, 0, faults.join("\n"));
  print(`  ${compared} files compared`);
}
