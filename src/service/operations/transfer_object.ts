/**
 * COPY and MOVE of one object, inside a tree or across two.
 *
 * @module
 */

import {
  ChunkMissing,
  discardBlob,
  linkBlob,
  readBlob,
  stageBlob,
  type StagedBlob,
} from "../../store/blobs.ts";
import {
  accessKey,
  aclKey,
  bodyKey,
  propKey,
  tombstoneKey,
  uidKey,
} from "../../store/keys.ts";
import {
  dropAcl,
  dropProps,
  unlinkCollection,
  unlinkObject,
} from "../../store/links.ts";
import { endLocksAt } from "../../store/locks.ts";
import type { EntryRecord, ObjectFacts } from "../../store/records.ts";
import type { Transaction, View } from "../../store/view.ts";
import { contentStamp } from "../etag.ts";
import {
  checkComponent,
  classOf,
  heldRules,
  type ObjectRules,
  spaceRules,
} from "../kinds.ts";
import type { Outcome } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { readProps } from "../props.ts";
import type { FoundObject } from "../resolve.ts";
import { keepsItsTree } from "../whole_access.ts";
import {
  type Ends,
  findEnds,
  isTaken,
  type TransferPlan,
} from "./destination.ts";
import { checkUid, writeObject } from "./entries.ts";
import { asObject } from "./found.ts";
import { type OperationDeps, sessionOperation } from "./operation.ts";

/** What became of a transfer; `again`: the source has changed since it was looked at. */
export type TransferResult = Outcome<{ created: boolean }> | "again";

/** What was made ready outside the operation, for the content with this digest. */
interface Prepared {
  readonly digest: string;
  /** Facts by the rules of the destination, where those are not the source's. */
  readonly facts: ObjectFacts | undefined;
  /** A copy of a large body. */
  readonly staged: StagedBlob | undefined;
}

/** Copies or moves the object that a look at the source has found. */
export async function transferObject(
  deps: OperationDeps,
  plan: TransferPlan,
  entry: EntryRecord,
): Promise<TransferResult> {
  const prepared = await prepare(deps, plan, entry);
  if (prepared === "again") return prepared;
  if (!prepared.ok) return prepared;
  const { staged } = prepared.value;
  let linked = false;
  try {
    const written = await deps.store.write(
      sessionOperation<{ created: boolean } | "again">(
        plan,
        plan.trees,
        (tx) => decide(tx, plan, prepared.value),
      ),
    );
    if (!written.value.ok) return written.value;
    const { value } = written.value;
    linked = value !== "again";
    return value === "again" ? value : succeed(value);
  } finally {
    if (staged !== undefined && !linked) {
      await discardBlob(deps.engine, staged, { now: deps.now() });
    }
  }
}

/** Whether bytes of the source have to keep to rules that they were not checked by. */
function needsCheck(plan: TransferPlan): boolean {
  const { source, destination } = plan;
  return source.space !== destination.space && destination.space !== "files";
}

async function prepare(
  deps: OperationDeps,
  plan: TransferPlan,
  entry: EntryRecord,
): Promise<Outcome<Prepared> | "again"> {
  const copies = !plan.move && entry.blob !== undefined;
  const checks = needsCheck(plan);
  let facts: ObjectFacts | undefined;
  let staged: StagedBlob | undefined;
  if (copies || checks) {
    const bytes = await bytesOf(deps, plan, entry);
    if (bytes === "again" || !bytes.ok) return bytes;
    if (checks) {
      const checked = spaceRules(plan.destination.space).check(bytes.value);
      if (!checked.ok) return checked;
      facts = checked.value;
    }
    if (copies) {
      staged = await stageBlob(deps.engine, bytes.value, { now: plan.now });
    }
  }
  return succeed({ digest: entry.digest, facts, staged });
}

/**
 * The bytes that an entry describes, as long as it is still there and nothing
 * speaks against the transfer: nobody makes us copy in vain.
 */
async function bytesOf(
  deps: OperationDeps,
  plan: TransferPlan,
  entry: EntryRecord,
): Promise<Outcome<Uint8Array> | "again"> {
  const { blob } = entry;
  const ready = await deps.store.read((view) => {
    const ends = findEnds(view, plan);
    if (!ends.ok) return ends;
    const { found } = ends.value;
    if (
      found.type !== "object" || found.object.row.value.digest !== entry.digest
    ) return "again";
    return succeed(
      blob === undefined ? inlineBytes(view, found.object) : undefined,
    );
  });
  if (ready === "again" || !ready.ok) return ready;
  if (ready.value !== undefined) return succeed(ready.value);
  if (blob === undefined) return "again";
  try {
    return succeed(await readBlob(deps.engine, blob));
  } catch (error) {
    if (error instanceof ChunkMissing) return "again";
    throw error;
  }
}

function inlineBytes(view: View, object: FoundObject): Uint8Array {
  const body = view.get(bodyKey(object.parent.ref, object.name));
  if (body === undefined || contentStamp(body) !== contentStamp(object.row)) {
    throw new Error(`The body of an object is not that of its entry`);
  }
  return body.value.bytes;
}

function decide(
  tx: Transaction,
  plan: TransferPlan,
  prepared: Prepared,
): Outcome<{ created: boolean } | "again"> {
  const found = findEnds(tx, plan);
  if (!found.ok) return found;
  const ends = found.value;
  if (
    ends.found.type !== "object" ||
    ends.found.object.row.value.digest !== prepared.digest
  ) return succeed("again");
  const source = ends.found.object;
  const { value: entry } = source.row;
  if (
    plan.move && entry.acl === true &&
    source.parent.ref.tree !== ends.parent.ref.tree
  ) return keepsItsTree();
  // A copy was staged if and only if the body was large then.
  const needsCopy = !plan.move && entry.blob !== undefined;
  if (needsCopy !== (prepared.staged !== undefined)) return succeed("again");
  const facts = checkKind(plan, ends, prepared.facts ?? entry.facts);
  if (!facts.ok) return facts;
  const fits = checkFit(tx, plan, { ends, source, ...facts.value });
  if (!fits.ok) return fits;
  write(tx, plan, { ends, source, ...facts.value, staged: prepared.staged });
  return succeed({ created: !isTaken(ends) });
}

interface Kind {
  readonly rules: ObjectRules;
  readonly facts: ObjectFacts;
}

/** The rules of the destination, and the object's facts by them. */
function checkKind(
  plan: TransferPlan,
  ends: Ends,
  facts: ObjectFacts,
): Outcome<Kind> {
  const rules = heldRules(ends.parent.kind);
  if (rules === undefined) {
    return refuse("forbidden", "The destination's collection holds no objects");
  }
  if (rules.kind !== "file" || plan.source.space === "files") {
    return succeed({ rules, facts });
  }
  // What was an event is a plain file there, without UID.
  const plain = rules.check(new Uint8Array());
  return plain.ok ? succeed({ rules, facts: plain.value }) : plain;
}

interface Fit extends Kind {
  readonly ends: Ends;
  readonly source: FoundObject;
}

function checkFit(
  tx: Transaction,
  plan: TransferPlan,
  fit: Fit,
): Outcome<null> {
  const { ends, source, rules, facts } = fit;
  const { parent, name, entry } = ends;
  const component = checkComponent(parent.row, facts);
  if (!component.ok) return component;
  if (facts.uid !== undefined) tx.need([uidKey(parent.ref, facts.uid)]);
  const leaves = plan.move && isSameCollection(ends, source);
  return checkUid(tx, parent, {
    session: plan.session,
    name,
    uid: facts.uid,
    before: entry?.value,
    rules,
    ...(leaves ? { moving: source.name } : {}),
  });
}

function isSameCollection(ends: Ends, source: FoundObject): boolean {
  return ends.parent.ref.id === source.parent.ref.id;
}

/** Everything is decided: from here on nothing is refused. */
function write(
  tx: Transaction,
  plan: TransferPlan,
  content: Fit & { readonly staged: StagedBlob | undefined },
): void {
  const { ends, source, facts, rules, staged } = content;
  const { parent, name, member } = ends;
  const { now, move } = plan;
  const from = { parent: source.parent.ref, name: source.name };
  const to = { parent: parent.ref, name };
  const old = source.row.value;
  const before = ends.entry?.value;
  const bytes = old.blob === undefined ? inlineBytes(tx, source) : null;
  const props = old.props === true
    ? readProps(tx, { coll: from.parent, member: from.name })
    : new Map();
  const buried = tx.get(tombstoneKey(to.parent, name))?.value.deleted ?? 0;
  if (before !== undefined) dropProps(tx, to, before);
  if (member !== undefined) unlinkCollection(tx, member.ref, { now });
  // RFC 3744 sections 7.3 and 7.4: ACEs go with a MOVE and stay with a COPY.
  const acl = move && old.acl === true
    ? tx.get(aclKey(from.parent, from.name))?.value
    : undefined;
  if (move) {
    if (before !== undefined) dropAcl(tx, to, before);
    const access = classOf(asObject(source));
    unlinkObject(tx, from, { now, moved: true, access });
    // What is written over by a MOVE is gone first (RFC 4918 section 9.9.3).
    endLocksAt(tx, to.parent, name);
  }
  const blob = staged === undefined ? old.blob : linkBlob(tx, staged);
  const entry: EntryRecord = {
    facts,
    size: old.size,
    digest: old.digest,
    type: rules.type ?? old.type,
    created: move ? old.created : now,
    modified: Math.max(now, before?.modified ?? 0, buried),
    ...(blob === undefined ? {} : { blob }),
    ...(props.size > 0 ? { props: true } : {}),
    ...(acl !== undefined || (!move && before?.acl === true)
      ? { acl: true }
      : {}),
  };
  writeObject(tx, { coll: to.parent, name }, { entry, bytes, before, now });
  if (acl !== undefined) {
    tx.set(aclKey(to.parent, name), acl);
    tx.set(accessKey(to.parent), true);
  }
  for (const [clark, record] of props) {
    tx.set(propKey(to.parent, name, clark), record);
  }
}
