/**
 * COPY and MOVE (RFC 4918 sections 9.8 and 9.9): of objects in one operation,
 * of whole collections by relinking where that is enough, else by the store's
 * transfer.
 *
 * @module
 */

import type { CollRef, EntryRecord } from "../../store/records.ts";
import {
  clearName,
  detachCollection,
  linkCollection,
} from "../../store/links.ts";
import { transferCollection } from "../../store/transfer.ts";
import { StoreBusy, type Transaction, type View } from "../../store/view.ts";
import { checkSession, missing } from "../authorise.ts";
import { checkName } from "../names.ts";
import type { Outcome, Problem, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree } from "../resolve.ts";
import type { CollectionResource, Session, TransferOptions } from "../types.ts";
import {
  type Ends,
  findEnds,
  isTaken,
  type TransferPlan,
} from "./destination.ts";
import { checkMovable, checkReadable } from "../whole_access.ts";
import { checkPlace } from "./admit_collection.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";
import { transferObject, type TransferResult } from "./transfer_object.ts";

/** Looks at a source that keeps changing before the store counts as busy. */
const TRIES = 8;

/** Copies or moves what is at a path; see `Service.copy` and `Service.move`. */
export async function transfer(
  deps: OperationDeps,
  target: {
    readonly session: Session | null;
    readonly source: ResourcePath;
    readonly destination: ResourcePath;
    readonly move: boolean;
  },
  options: TransferOptions,
): Promise<Outcome<{ created: boolean }>> {
  const { session, move } = target;
  const from = await enter(
    deps,
    { session, path: target.source },
    move ? "dav:unbind" : "dav:read",
  );
  if (!from.ok) return from;
  const to = await enter(
    deps,
    { session, path: target.destination },
    "dav:bind",
  );
  if (!to.ok) return to;
  const source = from.value.path;
  const destination = to.value.path;
  const name = destination.names.at(-1);
  if (name === undefined || source.names.length === 0) {
    return refuse(
      "forbidden",
      "The root of a tree cannot be copied, moved or overwritten",
    );
  }
  const named = checkName(name);
  if (!named.ok) return named;
  const plan: TransferPlan = {
    session: from.value.session,
    trees: [...from.value.trees, ...to.value.trees],
    tree: to.value.tree,
    source,
    destination,
    move,
    options,
    now: deps.now(),
    epoch: deps.store.epoch,
  };
  for (let tries = 0; tries < TRIES; tries++) {
    const result = await attempt(deps, plan);
    if (result === "again") continue;
    if (result.ok) deps.kick();
    return result;
  }
  throw new StoreBusy("The source of a COPY or MOVE keeps changing");
}

type Glance =
  | { readonly type: "object"; readonly entry: EntryRecord }
  | { readonly type: "collection"; readonly ref: CollRef };

async function attempt(
  deps: OperationDeps,
  plan: TransferPlan,
): Promise<TransferResult> {
  const glance = await deps.store.read((view): Outcome<Glance> => {
    const found = findTree(view, plan.source);
    if (found === undefined) {
      const wanted = { path: plan.source, privilege: "dav:read" as const };
      return missing(view, plan.session, wanted);
    }
    return succeed(
      found.type === "object"
        ? { type: "object", entry: found.object.row.value }
        : { type: "collection", ref: found.collection.ref },
    );
  });
  if (!glance.ok) return glance;
  const seen = glance.value;
  if (seen.type === "object") {
    return await transferObject(deps, plan, seen.entry);
  }
  if (plan.move && seen.ref.tree === plan.tree) return await relink(deps, plan);
  const transferred = await transferCollection<Problem | "again">(deps, {
    source: seen.ref,
    depth: plan.move ? "infinity" : plan.options.depth,
    move: plan.move,
    trees: plan.trees,
    admit: (view) => admit(view, plan, seen.ref),
  });
  if (transferred.ok) return succeed({ created: transferred.created });
  const { refusal } = transferred;
  return refusal === "again" ? refusal : { ok: false, problem: refusal };
}

interface CollectionEnds extends Ends {
  readonly collection: CollectionResource;
}

/** Both ends of a transfer of a collection; `again` where an object is there now. */
function findCollectionEnds(
  view: View,
  plan: TransferPlan,
): Outcome<CollectionEnds | "again"> {
  const checked = checkSession(view, plan.session);
  if (!checked.ok) return checked;
  const ends = findEnds(view, plan);
  if (!ends.ok) return ends;
  const { found, parent, name } = ends.value;
  if (found.type === "object") return succeed("again");
  const placed = checkPlace(found.collection.kind, { parent, name });
  if (!placed.ok) return placed;
  const movable = plan.move
    ? checkMovable(view, found.collection, parent)
    : succeed(null);
  if (!movable.ok) return movable;
  const stays = plan.move && found.collection.ref.tree === parent.ref.tree;
  const readable = stays
    ? succeed(null)
    : checkReadable(view, plan.session, found.collection);
  if (!readable.ok) return readable;
  return succeed({ ...ends.value, collection: found.collection });
}

type Admitted =
  | {
    readonly ok: true;
    readonly place: { readonly parent: CollRef; readonly name: string };
  }
  | { readonly ok: false; readonly refusal: Problem | "again" };

function admit(view: View, plan: TransferPlan, source: CollRef): Admitted {
  const ends = findCollectionEnds(view, plan);
  if (!ends.ok) return { ok: false, refusal: ends.problem };
  const { value } = ends;
  if (value === "again" || value.collection.ref.id !== source.id) {
    return { ok: false, refusal: "again" };
  }
  return { ok: true, place: { parent: value.parent.ref, name: value.name } };
}

/** MOVE inside one tree: the collection is hung into another place. */
async function relink(
  deps: OperationDeps,
  plan: TransferPlan,
): Promise<TransferResult> {
  const written = await deps.store.write(
    sessionOperation<{ created: boolean } | "again">(
      plan,
      plan.trees,
      (tx) => {
        const ends = findCollectionEnds(tx, plan);
        if (!ends.ok || ends.value === "again") return ends as Outcome<"again">;
        hang(tx, plan, ends.value);
        return succeed({ created: !isTaken(ends.value) });
      },
    ),
  );
  if (!written.value.ok) return written.value;
  const { value } = written.value;
  return value === "again" ? value : succeed(value);
}

function hang(
  tx: Transaction,
  plan: TransferPlan,
  ends: CollectionEnds,
): void {
  const { parent, name } = ends;
  const { ref } = ends.collection;
  const place = { parent: parent.ref, name };
  clearName(tx, place, plan);
  const record = detachCollection(tx, ref, plan);
  linkCollection(tx, ref, { place, record, isNew: false });
}
