/**
 * GET and HEAD (RFC 9110 sections 9.3.1 and 9.3.2): the bytes of an object as
 * they were stored, a calendar or address book as one file, or a short page
 * for people.
 *
 * @module
 */

import { evaluateConditions } from "../../service/conditions.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
  Resource,
} from "../../service/types.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext } from "../context.ts";
import { DavError } from "../errors.ts";
import { writeListing } from "../listing.ts";
import type { ListingEntry } from "../listing.ts";
import { memberHref } from "../paths.ts";
import { isRangeWanted, parseRange } from "../ranges.ts";
import {
  checkWholeFile,
  hasWholeFile,
  wholeFileEtag,
  wholeFileObjects,
  wholeFileType,
  writeWholeFile,
} from "../whole_file.ts";
import { zoneVariant } from "../zone_variant.ts";

/** RFC 7809 section 3.1.3: what calendar data depend on. */
const VARY = { vary: "CalDAV-Timezones" };

/** What was found, from one version of the store. */
type Found =
  | {
    readonly type: "object";
    readonly object: ObjectResource;
    readonly etag: string;
    readonly size: number;
    readonly bytes: Uint8Array | null;
    /** True for the bytes that were stored. */
    readonly isStored: boolean;
    readonly met: "go" | "precondition-failed" | "not-modified";
  }
  | {
    readonly type: "whole";
    readonly mediaType: string;
    readonly isCalendar: boolean;
    readonly etag: string;
    readonly text: string | null;
    readonly met: "go" | "precondition-failed" | "not-modified";
  }
  | { readonly type: "page"; readonly html: string };

/** Handles GET and HEAD. */
export async function get(context: DavContext): Promise<Response> {
  const { config, session, service, target } = context;
  if (target.path.type === "root") return pageResponse(greeting());
  const wanted = { path: target.path, privilege: "dav:read" } as const;
  const found = await service.read(
    session,
    (reader) => find(reader, requireResource(reader, wanted, config), context),
  );
  if (found.type === "page") return pageResponse(found.html);
  if (found.met === "precondition-failed") {
    throw failedCondition();
  }
  return found.type === "whole"
    ? wholeResponse(found)
    : objectResponse(context, found);
}

/** Reads; may be run again, so it has no effects. */
function find(
  reader: Reader,
  resource: Resource,
  context: DavContext,
): Found {
  if (hasWholeFile(resource)) return findWhole(reader, resource, context);
  const variant = "entry" in resource
    ? findVariant(reader, resource, context)
    : undefined;
  if (variant !== undefined) return variant;
  const met = reader.meets(context.headers.conditions, resource, {
    safe: true,
  });
  if (!("entry" in resource)) {
    if (met === "precondition-failed") throw failedCondition();
    return { type: "page", html: pageOf(reader, resource, context) };
  }
  const etag = reader.etag(resource);
  const wanted = met === "go" && context.request.method !== "HEAD";
  return {
    type: "object",
    object: resource,
    etag,
    size: reader.size(resource),
    bytes: wanted ? reader.body(resource) : null,
    isStored: true,
    met,
  };
}

/** A calendar object in another form, where the client asks for that. */
function findVariant(
  reader: Reader,
  object: ObjectResource,
  context: DavContext,
): Found | undefined {
  const { conditions, zones } = context.headers;
  const variant = zoneVariant(reader, object, zones);
  if (variant === undefined) return undefined;
  const { bytes, etag } = variant;
  const { lists } = conditions;
  if (lists !== undefined && reader.meets({ lists }, object) !== "go") {
    throw failedCondition();
  }
  const target = { etag, modified: null };
  return {
    type: "object",
    object,
    etag,
    size: bytes.length,
    bytes: context.request.method === "HEAD" ? null : bytes,
    isStored: false,
    met: evaluateConditions(conditions, target, { safe: true }),
  };
}

function failedCondition(): DavError {
  return new DavError("precondition-failed", "A conditional header failed");
}

/** Refuses, like a report, what would be more data than is given at once. */
function findWhole(
  reader: Reader,
  collection: CollectionResource,
  context: DavContext,
): Found {
  const { conditions, zones } = context.headers;
  const { lists } = conditions;
  if (lists !== undefined && reader.meets({ lists }, collection) !== "go") {
    throw failedCondition();
  }
  const etag = wholeFileEtag(reader, collection, zones);
  const met = evaluateConditions(
    conditions,
    { etag, modified: null },
    { safe: true },
  );
  const wanted = met === "go" && context.request.method !== "HEAD";
  const objects = wanted ? wholeFileObjects(reader, collection) : [];
  checkWholeFile(objects, context.config);
  return {
    type: "whole",
    mediaType: wholeFileType(collection),
    isCalendar: collection.kind === "calendar",
    etag,
    text: wanted
      ? writeWholeFile(reader, collection, { objects, zones })
      : null,
    met,
  };
}

function wholeResponse(found: Found & { readonly type: "whole" }): Response {
  const headers = new Headers({
    etag: found.etag,
    "cache-control": "private, no-cache, no-transform",
    ...found.isCalendar && VARY,
  });
  if (found.met === "not-modified") {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", found.mediaType);
  headers.set("content-security-policy", "default-src 'none'; sandbox");
  if (found.text === null) return new Response(null, { headers });
  return bytesResponse(new TextEncoder().encode(found.text), 200, headers);
}

function objectResponse(
  context: DavContext,
  found: Found & { readonly type: "object" },
): Response {
  const { object, etag, bytes } = found;
  const { entry } = object;
  const headers = new Headers({
    etag,
    // what else goes into a variant has no such time
    ...found.isStored &&
      { "last-modified": new Date(entry.modified).toUTCString() },
    // Nothing in between may touch the bytes, or the tag that stands for them.
    "cache-control": "private, no-cache, no-transform",
    ...object.kind === "calendar-object" && VARY,
  });
  if (found.met === "not-modified") {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", entry.type);
  headers.set("accept-ranges", "bytes");
  // What somebody stored must not act in the name of this server.
  headers.set("content-security-policy", "default-src 'none'; sandbox");
  // RFC 9110 section 14.2: Range counts for GET only.
  if (bytes === null) {
    headers.set("content-length", String(found.size));
    return new Response(null, { headers });
  }
  const asked = context.request.headers;
  const range = isRangeWanted(asked.get("if-range"), etag)
    ? parseRange(asked.get("range"), bytes.length)
    : null;
  if (range === "unsatisfiable") {
    throw new DavError(
      "range-not-satisfiable",
      `There are ${bytes.length} bytes only`,
      { headers: { "content-range": `bytes */${bytes.length}` } },
    );
  }
  if (range === null) return bytesResponse(bytes, 200, headers);
  const { first, last } = range;
  headers.set("content-range", `bytes ${first}-${last}/${bytes.length}`);
  return bytesResponse(bytes.subarray(first, last + 1), 206, headers);
}

function bytesResponse(
  bytes: Uint8Array,
  status: number,
  headers: Headers,
): Response {
  headers.set("content-length", String(bytes.length));
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
}

function greeting(): string {
  return writeListing({
    title: "Kalends",
    note:
      "This is a calendar and address-book server. Give the address of this page, with your name and password, to a calendar program (CalDAV, CardDAV) or a file manager (WebDAV).",
    entries: [],
  });
}

function pageOf(
  reader: Reader,
  resource: Exclude<Resource, ObjectResource>,
  context: DavContext,
): string {
  switch (resource.kind) {
    case "root":
      return greeting();
    case "files-root":
    case "folder":
      return writeListing({
        title: resource.row.name === "" ? "Files" : resource.row.name,
        note: "The members of this folder:",
        entries: entriesOf(reader, resource, context),
      });
    default:
      return writeListing({
        title: "Kalends",
        note:
          "This address is for calendar and address-book programs; there is nothing to look at here.",
        entries: [],
      });
  }
}

function entriesOf(
  reader: Reader,
  folder: CollectionResource,
  { target, config }: DavContext,
): ListingEntry[] {
  return reader.children(folder).flatMap((child) => {
    if (child.path.type !== "tree") return [];
    const name = child.path.names.at(-1) ?? "";
    const collection = !("entry" in child);
    const href = memberHref(target, config.basePath, { name, collection });
    return [{ href, name: collection ? `${name}/` : name }];
  });
}

function pageResponse(html: string): Response {
  const bytes = new TextEncoder().encode(html);
  return new Response(bytes, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-length": String(bytes.length),
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}
