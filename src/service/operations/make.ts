/**
 * MKCOL, extended MKCOL and MKCALENDAR: a collection with its first
 * properties, in one commit (RFC 4918 section 9.3, RFC 5689, RFC 4791 section
 * 5.3.1).
 *
 * @module
 */

import { linkCollection } from "../../store/links.ts";
import type { CollRef } from "../../store/records.ts";
import type { Transaction } from "../../store/view.ts";
import { newComponents } from "../kinds.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { succeed } from "../problems.ts";
import { checkChanges, writeProps } from "../props.ts";
import type { TreePath } from "../resolve.ts";
import type { Conditions } from "../conditions.ts";
import type { NewCollection, Session } from "../types.ts";
import { admitCollection } from "./admit_collection.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** Makes a collection; see `Service.make`. */
export async function make(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  collection: NewCollection,
): Promise<Outcome<null>> {
  const entered = await enter(deps, target, "dav:bind");
  if (!entered.ok) return entered;
  const { session, path, tree, trees } = entered.value;
  const sized = checkChanges(collection.props);
  if (!sized.ok) return sized;
  const components = collection.kind === "calendar"
    ? newComponents(collection.components)
    : succeed(undefined);
  if (!components.ok) return components;
  const creation: Creation = {
    session,
    path,
    collection,
    components: components.value,
    ref: { id: deps.newId(), tree },
    now: deps.now(),
    epoch: deps.store.epoch,
    conditions: collection.conditions ?? {},
  };
  const written = await deps.store.write(
    sessionOperation(creation, trees, (tx) => decide(tx, creation)),
  );
  return written.value;
}

interface Creation {
  readonly session: Session;
  readonly path: TreePath;
  readonly collection: NewCollection;
  readonly components: readonly string[] | undefined;
  readonly ref: CollRef;
  readonly now: number;
  readonly epoch: string;
  readonly conditions: Conditions;
}

function decide(tx: Transaction, creation: Creation): Outcome<null> {
  const { collection, components, ref } = creation;
  const admitted = admitCollection(tx, {
    ...creation,
    kind: collection.kind,
    props: collection.props,
  });
  if (!admitted.ok) return admitted;
  linkCollection(tx, ref, {
    place: admitted.value.place,
    record: {
      kind: collection.kind,
      created: creation.now,
      ...(components === undefined ? {} : { components }),
    },
    isNew: true,
  });
  writeProps(tx, admitted.value.drafted);
  return succeed(null);
}
