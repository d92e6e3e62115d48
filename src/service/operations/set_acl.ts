/**
 * ACL: the ACEs of a resource that are neither inherited nor protected (RFC
 * 3744 section 8.1).
 *
 * @module
 */

import {
  accessKey,
  aclKey,
  collKey,
  entryKey,
  grantKey,
} from "../../store/keys.ts";
import type { AceRecord, AceSubject, AclRecord } from "../../store/records.ts";
import type { Transaction, View } from "../../store/view.ts";
import { demand, missing } from "../authorise.ts";
import { contentStamp } from "../etag.ts";
import { needOf, placeOf } from "../locks.ts";
import { principalNameAt, type PrincipalRef } from "../principal_names.ts";
import { findPrincipals } from "../principals.ts";
import {
  decodePrivileges,
  encodePrivileges,
  READING_HELD,
} from "../privileges.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree, type Found, type TreePath } from "../resolve.ts";
import type { Ace } from "../ace.ts";
import type { Conditions } from "../conditions.ts";
import type { Session } from "../types.ts";
import { asResource } from "./found.ts";
import { guard, targetOf } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** ACEs that one resource may have of its own. */
export const MAX_ACES = 600;

/** Characters that they may take as JSON: a value of the store has an end, too. */
const MAX_ACL_BYTES = 56 * 1024;

interface Setting {
  readonly session: Session;
  readonly path: TreePath;
  /** What the ACL is to be, from what it is. */
  readonly change: AclChange;
  readonly conditions: Conditions;
  readonly now: number;
  readonly epoch: string;
}

/** Makes an ACL from the present one, on the state that it is decided on. */
export type AclChange = (
  view: View,
  before: AclRecord,
) => Outcome<readonly AceRecord[]>;

/** Replaces the ACEs of what is at a path; see `Service.setAcl`. */
export function setAcl(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  input: { readonly aces: readonly Ace[]; readonly conditions: Conditions },
): Promise<Outcome<null>> {
  return changeAcl(deps, target, {
    conditions: input.conditions,
    change: (view, before) => readAces(view, input.aces, before),
  });
}

/** Changes the ACEs of what is at a path, for who has the privilege to. */
export async function changeAcl(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  input: { readonly change: AclChange; readonly conditions: Conditions },
): Promise<Outcome<null>> {
  const entered = await enter(deps, target, "dav:write-acl");
  if (!entered.ok) return entered;
  const { session, path, trees } = entered.value;
  const setting: Setting = {
    session,
    path,
    ...input,
    now: deps.now(),
    epoch: deps.store.epoch,
  };
  const written = await deps.store.write(
    sessionOperation(setting, trees, (tx) => decide(tx, setting)),
  );
  return written.value;
}

function decide(tx: Transaction, setting: Setting): Outcome<null> {
  const { session, path } = setting;
  const found = findTree(tx, path);
  if (found === undefined) {
    return missing(tx, session, { path, privilege: "dav:write-acl" });
  }
  const allowed = demand(tx, session, {
    resource: asResource(found),
    privilege: "dav:write-acl",
  });
  if (!allowed.ok) return allowed;
  const free = guard(tx, setting, {
    target: targetOf(tx, found, setting),
    needs: [needOf(found)],
  });
  if (!free.ok) return free;
  const { coll, name } = placeOf(found);
  const before = tx.get(aclKey(coll, name))?.value ?? { aces: [] };
  const drafted = setting.change(tx, before);
  if (!drafted.ok) return drafted;
  const checked = checkAces(found, drafted.value);
  if (!checked.ok) return checked;
  write(tx, found, { before, after: { aces: drafted.value } });
  return succeed(null);
}

function tooMany(): ReturnType<typeof refuse> {
  return refuse(
    "dav:limited-number-of-aces",
    `A resource has at most ${MAX_ACES} ACEs of its own, and fewer where they are long: name groups instead`,
  );
}

/** The conditions of RFC 3744 section 8.1.1 that ACEs can be held against as a whole. */
function checkAces(found: Found, aces: readonly AceRecord[]): Outcome<null> {
  // As JSON they take about as much as in the store: all in them is ASCII.
  const isLarge = JSON.stringify(aces).length > MAX_ACL_BYTES;
  if (aces.length > MAX_ACES || isLarge) return tooMany();
  const firstGrant = aces.findIndex((ace) => ace.deny !== true);
  const lastDeny = aces.findLastIndex((ace) => ace.deny === true);
  if (firstGrant >= 0 && lastDeny > firstGrant) {
    return refuse(
      "dav:deny-before-grant",
      "ACEs that deny stand before all that grant",
    );
  }
  const owner = asResource(found);
  for (const { who, deny } of aces) {
    const isOwner = who.type === "owner" ||
      (who.type === "user" && "owner" in owner && who.id === owner.owner.id);
    if (deny === true && isOwner) {
      return refuse(
        "dav:no-protected-ace-conflict",
        "An owner cannot be denied anything",
      );
    }
  }
  return checkContradictions(aces);
}

function checkContradictions(aces: readonly AceRecord[]): Outcome<null> {
  const denied = new Set<string>();
  for (const { who, deny, privileges } of aces) {
    for (const privilege of decodePrivileges(privileges)) {
      const key = JSON.stringify([who, privilege]);
      if (deny === true) denied.add(key);
      else if (denied.has(key)) {
        return refuse(
          "dav:no-ace-conflict",
          `The same principal is both granted and denied ${privilege}`,
        );
      }
    }
  }
  return succeed(null);
}

/** ACEs as sent, with names turned into ids. */
function readAces(
  view: View,
  aces: readonly Ace[],
  before: AclRecord,
): Outcome<readonly AceRecord[]> {
  // Before any of them is looked up.
  if (aces.length > MAX_ACES) return tooMany();
  const records: AceRecord[] = [];
  const subjects = subjectsOf(view, aces);
  for (
    const [at, { principal, deny, privileges, private: mode }] of aces.entries()
  ) {
    const who = subjectOf(principal, subjects[at]);
    if (!who.ok) return who;
    const kept = mode ??
      before.aces.find((ace) =>
        ace.deny !== true && sameSubject(ace.who, who.value)
      )?.private;
    records.push({
      who: who.value,
      ...(deny ? { deny: true as const } : {}),
      privileges: encodePrivileges(privileges),
      ...(kept === undefined || deny ? {} : { private: kept }),
    });
  }
  return checkAnonymous(records);
}

/** Nobody changes anything without having signed in. */
function checkAnonymous(
  records: readonly AceRecord[],
): Outcome<readonly AceRecord[]> {
  const bad = records.find((ace) =>
    ace.who.type === "unauthenticated" && ace.deny !== true &&
    decodePrivileges(ace.privileges).some((name) => !READING_HELD.has(name))
  );
  if (bad === undefined) return succeed(records);
  return refuse(
    "dav:allowed-principal",
    "Who has not signed in can be granted reading only",
  );
}

/** The users and groups that ACEs name, at the place of each. */
function subjectsOf(
  view: View,
  aces: readonly Ace[],
): readonly (PrincipalRef | undefined)[] {
  const names = aces.map(({ principal }) =>
    principal.type === "principal" ? principalNameAt(principal.path) : undefined
  );
  const found = findPrincipals(view, names.flatMap((name) => name ?? []))
    .values();
  return names.map((name) => name && found.next().value);
}

function subjectOf(
  principal: Ace["principal"],
  found: PrincipalRef | undefined,
): Outcome<AceSubject> {
  if (principal.type !== "principal") return succeed({ type: principal.type });
  return found === undefined
    ? refuse("dav:recognized-principal", "There is no such principal")
    : succeed(found);
}

/** Whether two ACEs are about the same. */
export function sameSubject(a: AceSubject, b: AceSubject): boolean {
  return a.type === b.type &&
    ("id" in a ? a.id : "") === ("id" in b ? b.id : "");
}

function write(
  tx: Transaction,
  found: Found,
  acl: { readonly before: AclRecord; readonly after: AclRecord },
): void {
  const { coll, name } = placeOf(found);
  const { before, after } = acl;
  const isSet = after.aces.length > 0;
  if (isSet) tx.set(aclKey(coll, name), after);
  else tx.delete(aclKey(coll, name));
  tx.set(accessKey(coll), true);
  tx.change(coll, name, "access");
  if (found.type === "collection") {
    const { ref, row } = found.collection;
    // Who may see it is a matter of the collection that it is listed in, too.
    if (row.parent !== null) {
      const parent = { id: row.parent, tree: ref.tree };
      tx.set(accessKey(parent), true);
      tx.change(parent, row.name, "access");
    }
    for (const id of idsNamed(after).difference(idsNamed(before))) {
      tx.set(grantKey(id, ref.id), { tree: ref.tree, kind: row.kind });
    }
    return;
  }
  // A COPY under way and other processes see by this row that something changed.
  const { parent, row } = found.object;
  tx.set(collKey(parent.ref), parent.row);
  const { acl: _, ...entry } = row.value;
  const stamp = contentStamp(row);
  tx.set(entryKey(coll, name), {
    ...entry,
    ...(isSet ? { acl: true } : {}),
    ...(stamp === null ? {} : { stamp }),
  });
}

/** Principals that are granted something. */
function idsNamed(acl: AclRecord): Set<string> {
  return new Set(
    acl.aces.flatMap(({ who, deny }) =>
      deny !== true && "id" in who ? [who.id] : []
    ),
  );
}
