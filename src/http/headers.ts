/**
 * The request headers that WebDAV defines, parsed once to one typed value.
 * What cannot be read is refused with 400 and a sentence that says why; what
 * the RFC tells us to ignore is ignored.
 *
 * @module
 */

import type { DavHeaders, RequestTarget } from "../dav/context.ts";
import { DavError, problemError } from "../dav/errors.ts";
import { isOwnAuthority, pathOfHref } from "../dav/own_href.ts";
import { parseHref } from "../dav/paths.ts";
import type { ResourcePath } from "../service/problems.ts";
import type { Conditions, StateList } from "../service/conditions.ts";
import { parseHttpDate } from "./dates.ts";
import { parseEtagList } from "./etags.ts";
import { parseIfHeader } from "./if_header.ts";

/** What the headers are read against. */
export interface HeaderScope {
  /** What the request's URL names. */
  readonly target: RequestTarget;
  /** As in `DavConfig`. */
  readonly basePath: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Reads the headers of a request.
 *
 * @throws {DavError} `bad-request` for a value that cannot be read, `gone-elsewhere` for a destination on another host.
 */
export function parseDavHeaders(
  request: Request,
  scope: HeaderScope,
): DavHeaders {
  const { headers } = request;
  const depth = parseDepth(headers.get("depth"));
  const preferences = parsePrefer(headers.get("prefer"));
  return {
    depth: depth.depth,
    // RFC 4918 section 10.6
    overwrite: parseFlag(headers, "Overwrite") ?? true,
    destination: parseDestination(request, scope.basePath),
    conditions: parseConditions(request, scope),
    minimal: preferences.has("return=minimal") ||
      preferences.has("return-minimal") ||
      headers.get("brief")?.trim().toLowerCase() === "t",
    noRoot: depth.noRoot || preferences.has("depth-noroot"),
    zones: parseFlag(headers, "CalDAV-Timezones"),
  };
}

/** RFC 4918 section 10.2; `1,noroot` is an older way to say `Prefer: depth-noroot`. */
function parseDepth(
  value: string | null,
): { depth: DavHeaders["depth"]; noRoot: boolean } {
  if (value === null) return { depth: null, noRoot: false };
  const match = /^(0|1|infinity)(?:, *(noroot))?$/i.exec(value.trim());
  const depth = match?.[1]?.toLowerCase();
  if (depth !== "0" && depth !== "1" && depth !== "infinity") {
    throw cannotParse("Depth", '"0", "1" or "infinity"', value);
  }
  return { depth, noRoot: match?.[2] !== undefined };
}

/** "T" or "F"; null where the header is absent. */
function parseFlag(headers: Headers, name: string): boolean | null {
  const value = headers.get(name);
  if (value === null) return null;
  const flag = value.trim().toUpperCase();
  if (flag === "T") return true;
  if (flag === "F") return false;
  throw cannotParse(name, '"T" or "F"', value);
}

/** RFC 7240 section 2: preferences in lower case as `name=value`, parameters left out. */
function parsePrefer(value: string | null): ReadonlySet<string> {
  const preferences = (value ?? "").split(",").map((preference) =>
    (preference.split(";")[0] ?? "").replace(/[\s"]/g, "").toLowerCase()
  );
  return new Set(preferences);
}

/**
 * RFC 4918 section 10.3: an absolute URI of this host, or a path. The scheme
 * is not compared: TLS may end before us.
 */
function parseDestination(
  request: Request,
  basePath: string,
): RequestTarget | null {
  const value = request.headers.get("destination");
  if (value === null) return null;
  // A URI has neither spaces nor bytes above 126; and a fragment names no resource.
  if (!/^[\x21\x22\x24-\x7e]+$/.test(value.trim())) {
    throw cannotParse(
      "Destination",
      "an absolute URI or path, percent-encoded and without fragment",
      value,
    );
  }
  const href = parseHref(value, basePath);
  if (!href.ok) throw problemError(href.problem, { basePath });
  const { authority, target } = href.value;
  if (authority !== null && !isOwnAuthority(request, authority)) {
    throw new DavError(
      "gone-elsewhere",
      "The destination is on another server (or a proxy in between does not pass on the Host header)",
    );
  }
  if (target === null) {
    throw cannotParse("Destination", "an absolute URI or path", value);
  }
  return target;
}

function parseConditions(request: Request, scope: HeaderScope): Conditions {
  const { headers } = request;
  const safe = request.method === "GET" || request.method === "HEAD";
  const ifMatch = parseTags(headers, "If-Match");
  const ifNoneMatch = parseTags(headers, "If-None-Match");
  const unmodified = parseDate(headers, "if-unmodified-since", scope.now);
  const modified = parseDate(headers, "if-modified-since", scope.now);
  const conditions: Conditions = {
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    ...(unmodified !== null && { ifUnmodifiedSince: unmodified }),
    ...(safe && modified !== null && { ifModifiedSince: modified }),
  };
  const value = headers.get("if");
  if (value === null) return conditions;
  return { ...conditions, lists: parseLists(request, value, scope) };
}

/** Resources that one `If` header may speak of: each has to be looked up. */
const MAX_TAGS = 32;

function parseLists(
  request: Request,
  value: string,
  scope: HeaderScope,
): readonly StateList[] {
  const lists = parseIfHeader(value);
  if (lists === undefined) {
    throw cannotParse("If", "lists of conditions (RFC 4918, 10.4.2)", value);
  }
  const named = new Map<string | null, ResourcePath | null>();
  for (const { tag } of lists) {
    if (named.has(tag)) continue;
    if (named.size === MAX_TAGS) {
      throw new DavError(
        "bad-request",
        `An If header may speak of ${MAX_TAGS} resources at most`,
      );
    }
    named.set(
      tag,
      tag === null
        ? scope.target.path
        : pathOfHref(tag, { request, config: scope }),
    );
  }
  return lists.map(({ tag, conditions }) => ({
    on: named.get(tag) ?? null,
    conditions,
  }));
}

function parseTags(
  headers: Headers,
  name: string,
): "*" | readonly string[] | undefined {
  const value = headers.get(name);
  if (value === null) return undefined;
  const tags = parseEtagList(value);
  if (tags === undefined) {
    throw cannotParse(name, '"*" or a list of entity tags in quotes', value);
  }
  return tags;
}

/** RFC 9110 sections 13.1.3 and 13.1.4: what is no date must be ignored. */
function parseDate(headers: Headers, name: string, now: number): number | null {
  const value = headers.get(name);
  return value === null ? null : parseHttpDate(value, now);
}

function cannotParse(name: string, expected: string, value: string): DavError {
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  return new DavError(
    "bad-request",
    `Cannot parse ${name} header: expected ${expected}, got ${
      JSON.stringify(shown)
    }`,
  );
}
