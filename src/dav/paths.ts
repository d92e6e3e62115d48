/**
 * The one place that knows the layout of URLs (DESIGN section 2): from a URL's
 * path to what it names, and back to the canonical href.
 *
 * @module
 */

import { foldLogin } from "../service/login_names.ts";
import { refuse, SPACES, succeed } from "../service/problems.ts";
import type { Outcome, ResourcePath, Space } from "../service/problems.ts";
import type { RequestTarget } from "./context.ts";

/** Bytes of UTF-8 that one name may have. */
export const MAX_NAME_BYTES = 255;

const FIRST_SEGMENTS: ReadonlySet<string> = new Set(SPACES);

/**
 * What a URL's path names.
 *
 * @param rawPath The path as sent, without query, not normalised.
 * @param basePath As in `DavConfig`.
 * @returns `path` null where the layout has no such place or it lies outside of
 * the base path; `bad-request` for a segment that is not percent-encoded UTF-8,
 * is `.` or `..`, holds NUL or is too long.
 */
export function parseTarget(
  rawPath: string,
  basePath: string,
): Outcome<RequestTarget> {
  const inside = rawPath === basePath || rawPath.startsWith(`${basePath}/`);
  const raw = inside ? rawPath.slice(basePath.length) : rawPath;
  const slash = raw.endsWith("/");
  const segments = raw.split("/");
  segments.shift();
  if (slash) segments.pop();
  const names: string[] = [];
  for (const segment of segments) {
    const name = decodeSegment(segment);
    if (!name.ok) return name;
    names.push(name.value);
  }
  const path = !inside || names.includes("") ? null : layOut(names);
  return succeed({ path, raw, slash });
}

function decodeSegment(segment: string): Outcome<string> {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return refuse(
      "bad-request",
      "Cannot read the path: a segment is not percent-encoded UTF-8",
    );
  }
  if (name === "." || name === ".." || name.includes("\0")) {
    return refuse(
      "bad-request",
      'Cannot read the path: ".", ".." and NUL are no names',
    );
  }
  if (
    !name.isWellFormed() || name.length > MAX_NAME_BYTES ||
    new TextEncoder().encode(name).length > MAX_NAME_BYTES
  ) {
    return refuse(
      "bad-request",
      `Cannot read the path: a name is Unicode of ${MAX_NAME_BYTES} bytes at most`,
    );
  }
  return succeed(name);
}

/** The table of DESIGN section 2. */
function layOut(names: readonly string[]): ResourcePath | null {
  const [first, second, third] = names;
  if (first === undefined) return { type: "root" };
  if (isSpace(first)) {
    if (second === undefined) return { type: "space", space: first };
    return {
      type: "tree",
      space: first,
      user: foldLogin(second),
      names: names.slice(2),
    };
  }
  if (first !== "principals" || names.length > 3) return null;
  if (second === undefined) return { type: "principals", set: "all" };
  if (second !== "users" && second !== "groups") return null;
  if (third === undefined) return { type: "principals", set: second };
  return { type: "principal", set: second, name: foldLogin(third) };
}

function isSpace(name: string): name is Space {
  return FIRST_SEGMENTS.has(name);
}

/**
 * What an href in a body or a Destination header names: an absolute URI or an
 * absolute path (RFC 4918 section 8.3), query and fragment left out.
 *
 * @returns `authority` null for a path; `target` null for what is neither;
 * refusals as of `parseTarget`.
 */
export function parseHref(
  href: string,
  basePath: string,
): Outcome<{ authority: string | null; target: RequestTarget | null }> {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/([^/?#]*))?([^?#]*)/i.exec(
    href.trim(),
  );
  const authority = match?.[1] ?? null;
  const sent = match?.[2] ?? "";
  const rawPath = sent === "" && authority !== null ? "/" : sent;
  if (!rawPath.startsWith("/")) return succeed({ authority, target: null });
  const target = parseTarget(rawPath, basePath);
  if (!target.ok) return target;
  return succeed({ authority, target: target.value });
}

/** Where the time-zone service is (RFC 7808): its context path, to which others add a slash and more. */
export function timezonesPath(basePath: string): string {
  return `${basePath}/timezones`;
}

/** One name as a path segment: everything but unreserved characters and `!*'()` is encoded. */
export function encodeSegment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** The canonical href of a path; a collection's ends in a slash. */
export function formatHref(
  path: ResourcePath,
  basePath: string,
  collection: boolean,
): string {
  const names = namesOf(path);
  const joined = names.map((name) => `/${encodeSegment(name)}`).join("");
  return `${basePath}${joined}${collection ? "/" : ""}`;
}

/** The decoded names of a path from the root down. */
export function namesOf(path: ResourcePath): readonly string[] {
  switch (path.type) {
    case "root":
      return [];
    case "principals":
      return path.set === "all" ? ["principals"] : ["principals", path.set];
    case "principal":
      return ["principals", path.set, path.name];
    case "space":
      return [path.space];
    case "tree":
      return [path.space, path.user, ...path.names];
  }
}

/**
 * Whether a path must be a collection wherever something is there: all but
 * what lies in a calendar or address book, and below the root of files.
 */
export function isCollectionPath(path: ResourcePath): boolean {
  if (path.type !== "tree") return true;
  return path.names.length <= (path.space === "files" ? 0 : 1);
}

/**
 * The href of a member as the request spells its collection: clients compare
 * the two as text (C11).
 */
export function memberHref(
  target: RequestTarget,
  basePath: string,
  member: { readonly name: string; readonly collection: boolean },
): string {
  const parent = selfHref(target, basePath, true);
  return `${parent}${encodeSegment(member.name)}${
    member.collection ? "/" : ""
  }`;
}

/** The request's own target as the request spells it, with the slash of a collection. */
export function selfHref(
  target: RequestTarget,
  basePath: string,
  collection: boolean,
): string {
  const bare = target.slash ? target.raw.slice(0, -1) : target.raw;
  return `${basePath}${bare}${collection ? "/" : ""}`;
}

/** The href of what is at or below the request's own target, which is spelt as the request spells it (C11). */
export function hrefBelow(
  target: RequestTarget & { readonly path: ResourcePath },
  basePath: string,
  member: { readonly path: ResourcePath; readonly collection: boolean },
): string {
  const below = namesOf(member.path).slice(namesOf(target.path).length);
  if (below.length === 0) return selfHref(target, basePath, member.collection);
  const self = selfHref(target, basePath, true);
  return self + below.map(encodeSegment).join("/") +
    (member.collection ? "/" : "");
}

/** The parent of a place in a tree, null at its root and outside of trees. */
export function parentPath(path: ResourcePath): ResourcePath | null {
  if (path.type !== "tree" || path.names.length === 0) return null;
  return { ...path, names: path.names.slice(0, -1) };
}
