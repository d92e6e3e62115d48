/**
 * The `If` header (RFC 4918 section 10.4.2), read character by character: each
 * is looked at a bounded number of times, whatever a client sends. What the
 * lists mean is told where the request is decided on (`service/if_lists.ts`).
 *
 * @module
 */

import type { StateCondition } from "../service/conditions.ts";
import { parseEtag } from "./etags.ts";

/** One list as written. */
export interface IfList {
  /** The resource tag before it, or before an earlier list; null in a header without tags. */
  readonly tag: string | null;
  /** At least one. */
  readonly conditions: readonly StateCondition[];
}

/** What was read, and the offset behind it. */
interface Read<T> {
  readonly value: T;
  readonly end: number;
}

/**
 * Reads an `If` header.
 *
 * @returns Its lists in their order, at least one; undefined for what the grammar does not have.
 */
export function parseIfHeader(text: string): readonly IfList[] | undefined {
  const lists: IfList[] = [];
  let at = skipSpace(text, 0);
  const tagged = text[at] === "<";
  let tag: string | null = null;
  // Whether the last tag has a list already.
  let used = true;
  while (at < text.length) {
    if (tagged && used && text[at] === "<") {
      const resource = readCoded(text, at);
      if (resource === undefined) return undefined;
      tag = resource.value;
      used = false;
      at = skipSpace(text, resource.end);
      continue;
    }
    const list = readList(text, at);
    if (list === undefined) return undefined;
    lists.push({ tag, conditions: list.value });
    used = true;
    at = skipSpace(text, list.end);
  }
  return lists.length === 0 || !used ? undefined : lists;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \t\r\n".includes(text[at] ?? "-")) at++;
  return at;
}

/** `"(" 1*Condition ")"` */
function readList(
  text: string,
  from: number,
): Read<readonly StateCondition[]> | undefined {
  if (text[from] !== "(") return undefined;
  const conditions: StateCondition[] = [];
  let at = skipSpace(text, from + 1);
  while (text[at] !== ")") {
    const condition = readCondition(text, at);
    if (condition === undefined) return undefined;
    conditions.push(condition.value);
    at = skipSpace(text, condition.end);
  }
  return conditions.length === 0
    ? undefined
    : { value: conditions, end: at + 1 };
}

/** `["Not"] (State-token | "[" entity-tag "]")` */
function readCondition(
  text: string,
  from: number,
): Read<StateCondition> | undefined {
  const not = text.slice(from, from + 3).toLowerCase() === "not";
  const at = not ? skipSpace(text, from + 3) : from;
  const isTag = text[at] === "[";
  const read = isTag ? readEtag(text, at) : readCoded(text, at);
  if (read === undefined) return undefined;
  const type = isTag ? "etag" : "token";
  return { value: { not, type, value: read.value }, end: read.end };
}

/** `"<" … ">"` without any white space: a Coded-URL or a resource tag. */
function readCoded(text: string, from: number): Read<string> | undefined {
  if (text[from] !== "<") return undefined;
  let at = from + 1;
  while (at < text.length && !"<> \t\r\n".includes(text.charAt(at))) at++;
  if (text[at] !== ">" || at === from + 1) return undefined;
  return { value: text.slice(from + 1, at), end: at + 1 };
}

/** `"[" entity-tag "]"`; a tag in quotes may hold brackets. */
function readEtag(text: string, from: number): Read<string> | undefined {
  const start = from + 1;
  const quote = text.startsWith("W/", start) ? start + 2 : start;
  if (text[quote] === '"') {
    const close = text.indexOf('"', quote + 1);
    if (close < 0 || text[close + 1] !== "]") return undefined;
    return { value: text.slice(start, close + 1), end: close + 2 };
  }
  // As in If-Match: tags without quotes, or with quotes escaped once too often.
  const close = text.indexOf("]", start);
  if (close < 0) return undefined;
  const value = parseEtag(text.slice(start, close));
  return value === undefined ? undefined : { value, end: close + 1 };
}
