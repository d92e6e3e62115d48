/**
 * Objects with their bodies, UIDs, tombstones and properties: what `check`
 * finds wrong with them, page by page.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { checkAcls, checkViews } from "./check_access.ts";
import {
  type CheckState,
  type Finding,
  found,
  inGroups,
  isThere,
  lookUp,
  partOf,
  type PlacedRow,
  rowsBelow,
} from "./check_state.ts";
import { ownBlob } from "./check_structure.ts";
import type { EngineRow } from "./engine.ts";
import { COLL_PREFIXES } from "./key_prefixes.ts";
import {
  blobPrefix,
  bodyKey,
  entryKey,
  PRINCIPAL_MEMBER,
  SHARED_MEMBER,
  tombstoneKey,
  uidKey,
  viewKey,
} from "./keys.ts";
import type { BodyRecord, EntryRecord, UidRecord } from "./records.ts";

/** Rows with bodies that are read at once. */
const BODY_PAGE = 50;

/** Looks at every object and at every row that belongs to one. */
export async function* checkObjects(
  state: CheckState,
): AsyncGenerator<Finding> {
  const passes: Record<
    typeof COLL_PREFIXES[number],
    | ((
      rows: readonly PlacedRow[],
    ) => AsyncGenerator<Finding> | Generator<Finding>)
    | null
  > = {
    entry: (rows) => checkEntries(state, rows),
    body: (rows) => checkBodies(state, rows),
    uid: (rows) => checkUids(state, rows),
    tombstone: (rows) => checkTombstones(rows),
    prop: (rows) => checkProps(state, rows),
    // Links were looked at with the structure.
    member: null,
    acl: (rows) => checkAcls(state, rows),
    // Nobody writes these yet; they must belong to some collection all the same.
    version: null,
    // `check_locks.ts` looks at these.
    lock: null,
    view: checkViews,
  };
  for (const prefix of COLL_PREFIXES) {
    if (prefix === "member") continue;
    const rows = rowsBelow(state.engine, [prefix], BODY_PAGE);
    for await (const group of inGroups(rows, state.engine.limits.getMany)) {
      const placed: PlacedRow[] = [];
      for (const row of group) {
        const id = partOf(row, 1);
        const coll = state.colls.get(id);
        if (coll === undefined) {
          yield found(row.key, "Its collection does not exist");
          continue;
        }
        const ref = { id, tree: coll.record.tree };
        placed.push({ row, ref, coll, name: partOf(row, 2) });
      }
      const pass = passes[prefix];
      if (pass !== null) yield* pass(placed);
    }
  }
  yield* missingRows(
    state.flagged,
    "It says that it has properties, and has none",
  );
  yield* missingRows(state.withAcl, "It says that it has an ACL, and has none");
}

function* missingRows(
  flagged: ReadonlySet<string>,
  message: string,
): Generator<Finding> {
  for (const object of flagged) {
    const [coll = "", name = ""] = object.split("\0");
    yield found(entryKey({ id: coll, tree: "" }, name).parts, message);
  }
}

function stampOf(row: EngineRow, value: { readonly stamp?: string }): string {
  return value.stamp ?? row.versionstamp ?? "";
}

async function* checkEntries(
  state: CheckState,
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  const bodies = await lookUp(
    state,
    rows.map(({ ref, name }) => bodyKey(ref, name).parts),
  );
  const graves = await lookUp(
    state,
    rows.map(({ ref, name }) => tombstoneKey(ref, name).parts),
  );
  const uids = await lookUp(
    state,
    rows.map(({ ref, row }) =>
      uidKey(ref, (row.value as EntryRecord).facts.uid ?? "").parts
    ),
  );
  for (const [at, { row, ref, coll, name }] of rows.entries()) {
    const entry = row.value as EntryRecord;
    const stamp = stampOf(row, entry);
    if (coll.reach === "live" || coll.reach === "dead") {
      const sum = state.sums.get(ref.tree) ?? { bytes: 0, objects: 0 };
      state.sums.set(ref.tree, {
        bytes: sum.bytes + entry.size,
        objects: sum.objects + 1,
      });
    }
    if (stamp > (coll.head ?? "") && coll.reach === "live") {
      yield found(row.key, "It is newer than the head of its collection");
    }
    if (coll.members.has(name)) {
      yield found(row.key, "A collection is linked at the same name");
    }
    if (isThere(graves[at])) {
      yield found(row.key, "It has a tombstone beside it");
    }
    if (entry.props === true) state.flagged.add(`${ref.id}\0${name}`);
    if (entry.acl === true) state.withAcl.add(`${ref.id}\0${name}`);
    const { uid } = entry.facts;
    const owner = uids[at]?.value as UidRecord | null | undefined;
    if (uid !== undefined && owner?.name !== name) {
      yield found(row.key, "Its UID is not its own in the collection");
    }
    const body = bodies[at];
    if (entry.blob !== undefined) {
      if (isThere(body)) {
        yield found(row.key, "It has a large body and a small one");
      }
      const { id, chunks } = entry.blob;
      yield* ownBlob(state, id, {
        key: row.key,
        // What is torn down unseen loses its chunks first.
        chunks: coll.reach === "unseen" ? undefined : chunks,
        content: { size: entry.size, digest: entry.digest },
      });
    } else if (!isThere(body)) {
      yield found(row.key, "Its body is missing");
    } else {
      const record = body.value as BodyRecord;
      if (stampOf(body, record) !== stamp) {
        yield found(row.key, "Its body is of another version");
      }
      if (record.bytes.length !== entry.size) {
        yield found(row.key, "Its body has another size");
      } else if (digestOf([record.bytes]) !== entry.digest) {
        yield found(row.key, "Its body has another digest");
      }
    }
  }
}

async function* checkBodies(
  state: CheckState,
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  const entries = await lookUp(
    state,
    rows.map(({ ref, name }) => entryKey(ref, name).parts),
  );
  for (const [at, { row }] of rows.entries()) {
    if (!isThere(entries[at])) {
      yield found(row.key, "Its object does not exist");
    }
  }
}

async function* checkUids(
  state: CheckState,
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  const names = rows.map(({ row }) => (row.value as UidRecord).name);
  const entries = await lookUp(
    state,
    rows.map(({ ref }, at) => entryKey(ref, names[at] ?? "").parts),
  );
  for (const [at, { row, ref }] of rows.entries()) {
    const uid = (entries[at]?.value as EntryRecord | null)?.facts.uid;
    // Compared as keys, because long UIDs are hashed there.
    const right = uid === undefined ? undefined : uidKey(ref, uid).text;
    if (right !== row.key.join("\0")) {
      yield found(row.key, `The object ${names[at]} does not have this UID`);
    }
  }
}

async function* checkTombstones(
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  for (const { row, coll, name } of rows) {
    if (coll.members.has(name)) {
      yield found(row.key, "A collection is linked at the same name");
    }
    if (coll.reach === "live" && (row.versionstamp ?? "") > (coll.head ?? "")) {
      yield found(row.key, "It is newer than the head of its collection");
    }
  }
}

async function* checkProps(
  state: CheckState,
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  const entries = await lookUp(
    state,
    rows.map(({ ref, name }) => entryKey(ref, name).parts),
  );
  for (const [at, { row, ref, coll, name }] of rows.entries()) {
    state.flagged.delete(`${ref.id}\0${name}`);
    // Built before, and torn down behind, the object that they belong to.
    if (coll.reach === "unseen" || coll.reach === "dead") continue;
    if (name === "") continue;
    const { kind } = coll.record;
    if (name === PRINCIPAL_MEMBER && kind === "calendar-home") continue;
    const isHome = kind === "calendar-home" || kind === "addressbook-home";
    const isView = isHome && name.startsWith(SHARED_MEMBER);
    const view = viewKey(ref, name.slice(SHARED_MEMBER.length)).parts;
    const [owner] = isView ? await lookUp(state, [view]) : [entries[at]];
    if (!isThere(owner)) {
      yield found(row.key, "What it belongs to does not exist");
    } else if (!isView && (owner.value as EntryRecord).props !== true) {
      yield found(row.key, "Its object says that it has no properties");
    }
  }
}

/** Chunks of large bodies against their owners. */
export async function* checkBlobs(state: CheckState): AsyncGenerator<Finding> {
  const missing = new Map(state.blobs);
  let blob = "";
  let chunks = 0;
  let size = 0;
  let hash = createHash("sha256");

  function* finish(): Generator<Finding> {
    if (blob === "") return;
    missing.delete(blob);
    const owner = state.blobs.get(blob);
    const key = [...blobPrefix(), blob];
    if (owner === undefined) yield found(key, "Nothing owns this large body");
    if (owner?.chunks === undefined) return;
    if (owner.chunks !== chunks) {
      yield found(key, `It has ${chunks} of ${owner.chunks} chunks`);
    } else if (
      owner.content !== undefined &&
      (owner.content.size !== size ||
        owner.content.digest !== hash.digest("hex"))
    ) {
      yield found(key, "It has another size or digest than its object says");
    }
  }

  for await (const row of rowsBelow(state.engine, blobPrefix(), BODY_PAGE)) {
    if (partOf(row, 1) !== blob) {
      yield* finish();
      blob = partOf(row, 1);
      chunks = 0;
      size = 0;
      hash = createHash("sha256");
    }
    if (row.key[2] !== chunks) {
      yield found(row.key, "A chunk before it is missing");
    }
    chunks++;
    if (row.value instanceof Uint8Array) {
      size += row.value.length;
      hash.update(row.value);
    } else yield found(row.key, "It is no bytes");
  }
  yield* finish();
  for (const [id, owner] of missing) {
    if (owner.chunks === undefined) continue;
    yield { key: owner.key, message: `All of the large body ${id} is missing` };
  }
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
