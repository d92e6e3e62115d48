/**
 * The `If` header (RFC 4918 section 10.4) as far as it can be told without
 * locks: there are none, so a state token never matches and `Not <token>`
 * always does. What is left are entity tags, which are handed to the commit as
 * If-Match and If-None-Match would be. A list that cannot be expressed so (tags
 * of another resource, mixtures) counts as false: the request may then be
 * refused with 412 although it might have been allowed, never the other way
 * round. See docs/adr/0009-if-header.md.
 *
 * @module
 */

import type { Conditions } from "../service/types.ts";
import { parseEtag } from "./etags.ts";

/** One condition in parentheses. */
interface Condition {
  readonly not: boolean;
  /** The tag, or null for a state token. */
  readonly etag: string | null;
}

/** One list: all of its conditions must hold. */
interface List {
  /** False where it speaks of another resource. */
  readonly own: boolean;
  readonly conditions: readonly Condition[];
}

const RESOURCE = /\s*<([^<>\s]+)>\s*/y;
const OPEN = /\s*\(\s*/y;
const CONDITION = /(Not)?\s*(?:<([^<>\s]+)>|\[([^\]]*)\])\s*/iy;
const CLOSE = /\)\s*/y;

/**
 * Reads an `If` header.
 *
 * @param isTarget Whether a resource tag names the request's own target.
 * @returns Conditions on the target that hold only if the header does, or undefined for what is none.
 */
export function parseIfHeader(
  text: string,
  isTarget: (tag: string) => boolean,
): Conditions | undefined {
  const lists = parseLists(text, isTarget);
  return lists && simplify(lists);
}

function parseLists(
  text: string,
  isTarget: (tag: string) => boolean,
): List[] | undefined {
  const lists: List[] = [];
  let at = 0;
  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  }
  let own = true;
  let tagged: boolean | undefined;
  while (at < text.length) {
    const tag = take(RESOURCE)?.[1];
    if (tag !== undefined) {
      if (tagged === false) return undefined;
      tagged = true;
      own = isTarget(tag);
    }
    tagged ??= false;
    if (take(OPEN) === null) return undefined;
    const conditions: Condition[] = [];
    for (;;) {
      const match = take(CONDITION);
      if (match === null) break;
      const etag = match[3] === undefined ? null : parseEtag(match[3]);
      if (etag === undefined) return undefined;
      conditions.push({ not: match[1] !== undefined, etag });
    }
    if (conditions.length === 0 || take(CLOSE) === null) return undefined;
    lists.push({ own, conditions });
  }
  return lists.length === 0 ? undefined : lists;
}

/** Nothing matches it: 412 wherever it is evaluated. */
const NEVER: Conditions = { ifMatch: [] };

function simplify(lists: readonly List[]): Conditions {
  const left = lists.map(simplifyList).filter((list) => list !== null);
  if (left.some((list) => list.match.length + list.noneMatch.length === 0)) {
    return {};
  }
  const positive = left.filter((list) => list.noneMatch.length === 0);
  if (positive.length > 0) {
    return { ifMatch: positive.flatMap((list) => list.match) };
  }
  const [first] = left;
  if (first === undefined) return NEVER;
  return {
    ...(first.match.length > 0 && { ifMatch: first.match }),
    ifNoneMatch: first.noneMatch,
  };
}

/** Tags that must match (one at most) and tags that must not; null: never true. */
function simplifyList(
  list: List,
): { match: string[]; noneMatch: string[] } | null {
  const match = new Set<string>();
  const noneMatch = new Set<string>();
  for (const { not, etag } of list.conditions) {
    if (etag === null) {
      if (!not) return null;
    } else if (!list.own) return null;
    else if (not) noneMatch.add(etag);
    else match.add(etag);
  }
  // One resource has one tag.
  if (match.size > 1) return null;
  return { match: [...match], noneMatch: [...noneMatch] };
}

/** Both must hold. */
export function joinConditions(one: Conditions, other: Conditions): Conditions {
  const ifMatch = intersect(one.ifMatch, other.ifMatch);
  const ifNoneMatch = unite(one.ifNoneMatch, other.ifNoneMatch);
  return {
    ...one,
    ...other,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  };
}

type Tags = "*" | readonly string[] | undefined;

function intersect(one: Tags, other: Tags): Tags {
  if (one === undefined || one === "*") return other ?? one;
  if (other === undefined || other === "*") return one;
  const known = new Set(other);
  return one.filter((tag) => known.has(tag));
}

function unite(one: Tags, other: Tags): Tags {
  if (one === undefined || other === undefined) return one ?? other;
  if (one === "*" || other === "*") return "*";
  return [...one, ...other];
}
