/**
 * The versions of collections' contents: as all see them, and as those see them
 * who are not shown private objects.
 *
 * @module
 */

import { headKey } from "./keys.ts";
import type { CollRef, HeadRecord } from "./records.ts";
import type { Row, Transaction } from "./view.ts";

/**
 * Notes that the content of a collection changed. `hidden` says that nobody
 * is told of it who is not shown private objects: neither of what was there
 * before nor of what is there now.
 */
export function moveHead(
  tx: Transaction,
  coll: CollRef,
  { hidden }: { readonly hidden: boolean },
): void {
  tx.set(headKey(coll), hidden ? hiddenHead(tx.get(headKey(coll))) : true);
}

/** One commit of many operations concerns everybody as soon as one of them does. */
function hiddenHead(before: Row<HeadRecord> | undefined): HeadRecord {
  if (before === undefined) return true;
  if (before.value !== true || before.stamp === null) return before.value;
  return { shown: before.stamp };
}

/** The stamp of a head for those who are not shown private objects; null while it is pending, undefined where there is none. */
export function shownStamp(
  head: Row<HeadRecord> | undefined,
): string | null | undefined {
  return head === undefined || head.value === true
    ? head?.stamp
    : head.value.shown;
}
