/**
 * PUT: an object with exactly these bytes (RFC 4791 section 5.3.2, RFC 6352
 * section 6.3.2, RFC 4918 section 9.7).
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  BODY_BYTES,
  discardBlob,
  linkBlob,
  stageBlob,
  type StagedBlob,
} from "../../store/blobs.ts";
import { entryKey, memberKey, tombstoneKey } from "../../store/keys.ts";
import type { EntryRecord, ObjectFacts } from "../../store/records.ts";
import type { Row, Transaction } from "../../store/view.ts";
import { privilegesOn } from "../access.ts";
import { demand, lacking, missingParent } from "../authorise.ts";
import { contentStamp, makeEtag } from "../etag.ts";
import {
  checkComponent,
  heldRules,
  type ObjectRules,
  spaceRules,
} from "../kinds.ts";
import { needOfMembers } from "../locks.ts";
import { checkName } from "../names.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree, type FoundObject, type TreePath } from "../resolve.ts";
import type { Conditions } from "../conditions.ts";
import type { CollectionResource, PutResult, Session } from "../types.ts";
import { checkUid, keysOfName, writeObject } from "./entries.ts";
import { asObject } from "./found.ts";
import { guard, targetOf } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** What a PUT sends. */
export interface PutInput {
  /** The bytes as received. */
  readonly bytes: Uint8Array;
  /** Content type as sent, null where none was. */
  readonly type: string | null;
  /** Conditional headers. */
  readonly conditions: Conditions;
}

/** Characters that a content type is kept with at most. */
const TYPE_LENGTH = 255;

/** All that is known of the new object before anything is read. */
interface NewObject {
  readonly path: TreePath;
  readonly name: string;
  readonly session: Session;
  readonly conditions: Conditions;
  readonly rules: ObjectRules;
  readonly facts: ObjectFacts;
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly type: string;
  readonly staged: StagedBlob | undefined;
  readonly now: number;
  readonly epoch: string;
}

/** Content type as it will be answered to GET, or a refusal of another kind of data. */
function contentType(
  rules: ObjectRules,
  sent: string | null,
): Outcome<string> {
  const [essence = ""] = (sent ?? "").split(";");
  const media = essence.trim().toLowerCase();
  if (
    rules.accepts !== null && media !== "" && !rules.accepts.includes(media)
  ) {
    return refuse(
      rules.unsupported,
      `Only ${rules.accepts[0]} can be stored here, not ${media.slice(0, 80)}`,
    );
  }
  if (rules.type !== null) return succeed(rules.type);
  const usable = sent !== null && sent !== "" && sent.length <= TYPE_LENGTH;
  return succeed(usable ? sent : "application/octet-stream");
}

/**
 * The path's shape decides which rules the bytes must keep to; a place that
 * holds no objects at all is left to the operation, which knows why.
 */
function isObjectPlace(path: TreePath): boolean {
  return path.space === "files" || path.names.length === 2;
}

/** Checks the bytes as far as that needs no state. */
function checkBytes(
  path: TreePath,
  input: PutInput,
  maxSize: number,
): Outcome<{ facts: ObjectFacts; type: string }> {
  const rules = spaceRules(path.space);
  if (!isObjectPlace(path)) return succeed({ facts: { version: 0 }, type: "" });
  if (input.bytes.length > maxSize) {
    return refuse(rules.tooLarge, `An object has at most ${maxSize} bytes`);
  }
  const type = contentType(rules, input.type);
  if (!type.ok) return type;
  const facts = rules.check(input.bytes);
  if (!facts.ok) return facts;
  return succeed({ facts: facts.value, type: type.value });
}

/** Stores an object; see `Service.put`. */
export async function put(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  input: PutInput,
): Promise<Outcome<PutResult>> {
  const entered = await enter(deps, target, "dav:write-content");
  if (!entered.ok) return entered;
  const { path, session, trees } = entered.value;
  const name = path.names.at(-1);
  if (name === undefined) return onCollection();
  const named = checkName(name);
  if (!named.ok) return named;
  const checked = checkBytes(path, input, deps.maxResourceSize);
  if (!checked.ok) return checked;
  const { bytes } = input;
  const now = deps.now();
  const staged = bytes.length > BODY_BYTES && isObjectPlace(path)
    ? await stageBlob(deps.engine, bytes, { now })
    : undefined;
  const object: NewObject = {
    path,
    name,
    session,
    conditions: input.conditions,
    rules: spaceRules(path.space),
    facts: checked.value.facts,
    bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    type: checked.value.type,
    staged,
    now,
    epoch: deps.store.epoch,
  };
  let linked = false;
  try {
    const written = await deps.store.write(
      sessionOperation(object, trees, (tx) => decide(tx, object)),
    );
    if (!written.value.ok) return written.value;
    const { created, stamp } = written.value.value;
    linked = stamp === null;
    const etagStamp = stamp ?? written.stamp;
    if (etagStamp === null) throw new Error("A PUT was answered unwritten");
    return succeed({ created, etag: makeEtag(object.epoch, etagStamp) });
  } finally {
    if (staged !== undefined && !linked) {
      await discardBlob(deps.engine, staged, { now: deps.now() });
    }
  }
}

function onCollection(): Outcome<never> {
  return refuse("method-not-allowed", "A collection has no content to replace");
}

/** What a PUT has decided: `stamp` of the present content where nothing was changed. */
interface Decision {
  readonly created: boolean;
  readonly stamp: string | null;
}

function decide(tx: Transaction, object: NewObject): Outcome<Decision> {
  const { path, name, facts, session } = object;
  const found = findTree(tx, { ...path, names: path.names.slice(0, -1) });
  if (found?.type !== "collection") {
    return missingParent(tx, session, { path, privilege: "dav:write-content" });
  }
  const parent = found.collection;
  tx.need(keysOfName(parent.ref, name, facts.uid));
  const before = tx.get(entryKey(parent.ref, name));
  const old = before && { parent, name, row: before };
  const allowed = mayWrite(tx, { session, parent, old });
  if (!allowed.ok) return allowed;
  if (tx.get(memberKey(parent.ref, name)) !== undefined) return onCollection();
  const rules = heldRules(parent.kind);
  if (rules === undefined || rules.kind !== object.rules.kind) {
    return refuse("forbidden", "This collection holds no objects");
  }
  const free = guard(tx, object, {
    target: targetOf(tx, old && { type: "object", object: old }, object),
    needs: [
      { place: { coll: parent.ref, name }, below: false },
      ...before === undefined ? [needOfMembers(parent.ref)] : [],
    ],
  });
  if (!free.ok) return free;
  const component = checkComponent(parent.row, facts);
  if (!component.ok) return component;
  const unique = checkUid(tx, parent, {
    session,
    name,
    uid: facts.uid,
    before: before?.value,
    rules,
  });
  if (!unique.ok) return unique;
  if (before !== undefined && before.value.digest === object.digest) {
    return keep(tx, { parent, before }, object);
  }
  return replace(tx, { parent, before }, object);
}

function mayWrite(
  tx: Transaction,
  place: {
    readonly session: Session;
    readonly parent: CollectionResource;
    readonly old: FoundObject | undefined;
  },
): Outcome<null> {
  const { session, parent, old } = place;
  if (old === undefined) {
    const free = demand(tx, session, {
      resource: parent,
      privilege: "dav:bind",
    });
    // Who may not look in is not told that nothing is there.
    return free.ok || privilegesOn(tx, session, parent).has("dav:read")
      ? free
      : lacking("dav:write-content");
  }
  return demand(tx, session, {
    resource: asObject(old),
    privilege: "dav:write-content",
  });
}

/** The bytes are there already: nothing changes but, for files, the content type. */
function keep(
  tx: Transaction,
  place: {
    readonly parent: CollectionResource;
    readonly before: Row<EntryRecord>;
  },
  object: NewObject,
): Outcome<Decision> {
  const { parent, before } = place;
  const stamp = contentStamp(before);
  if (stamp === null || before.value.type !== object.type) {
    // A pending stamp cannot be answered: writing a name of the same group
    // again has this operation run in the next one, where the stamp is known.
    tx.set(entryKey(parent.ref, object.name), {
      ...before.value,
      type: object.type,
      ...(stamp === null ? {} : { stamp }),
    });
    tx.change(parent.ref, object.name, "other");
  }
  return succeed({ created: false, stamp });
}

function replace(
  tx: Transaction,
  place: {
    readonly parent: CollectionResource;
    readonly before: Row<EntryRecord> | undefined;
  },
  object: NewObject,
): Outcome<Decision> {
  const { parent } = place;
  const { name, staged, now } = object;
  const before = place.before?.value;
  const buried = tx.get(tombstoneKey(parent.ref, name))?.value.deleted ?? 0;
  const blob = staged && linkBlob(tx, staged);
  const entry: EntryRecord = {
    facts: object.facts,
    size: object.bytes.length,
    digest: object.digest,
    type: object.type,
    created: before?.created ?? now,
    // Never goes back, whatever the clock does: clients compare it.
    modified: Math.max(now, before?.modified ?? 0, buried),
    ...(blob === undefined ? {} : { blob }),
    ...(before?.props === true ? { props: true } : {}),
    ...(before?.acl === true ? { acl: true } : {}),
  };
  writeObject(tx, { coll: parent.ref, name }, {
    entry,
    bytes: blob === undefined ? object.bytes : null,
    before,
    now,
  });
  return succeed({ created: before === undefined, stamp: null });
}
