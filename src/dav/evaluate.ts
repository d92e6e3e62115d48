/**
 * From names of properties to their values: one function for PROPFIND and all
 * reports.
 *
 * @module
 */

import type { ObjectResource, Reader, Resource } from "../service/types.ts";
import {
  childElements,
  clarkName,
  element,
  findChild,
  isElement,
  NS,
} from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import { lengthOfPropstats, noteLength } from "./answer_length.ts";
import type { DavContext, Property, PropertyValue } from "./context.ts";
import { DavError, errorElement } from "./errors.ts";
import type { Propstat } from "./multistatus.ts";
import { findProperty, PROPERTIES } from "./properties/mod.ts";

/** What a request wants to know. */
export type PropRequest =
  /** The elements in `DAV:prop`, each name once. */
  | { readonly type: "prop"; readonly names: readonly XmlElement[] }
  /** What RFC 4918 says, all dead ones, and the elements in `DAV:include`. */
  | { readonly type: "allprop"; readonly include: readonly XmlElement[] }
  /** Names only. */
  | { readonly type: "propname" };

/** What an evaluation needs beside the request. */
export interface EvaluateOptions {
  /** The state. */
  readonly reader: Reader;
  /** The request's context. */
  readonly context: DavContext;
  /** True in reports: rows that read bodies count, which are no properties (RFC 4791 section 9.6). */
  readonly bodies: boolean;
}

/** Properties that one request may name: each is looked for on every resource of the answer. */
const MAX_NAMES = 300;

/**
 * Refuses to look for that many properties; no resource has so many.
 *
 * @throws {DavError} `too-large`.
 */
export function checkNames(names: readonly unknown[]): void {
  if (names.length <= MAX_NAMES) return;
  throw new DavError(
    "too-large",
    `At most ${MAX_NAMES} properties can be asked for at once`,
  );
}

/**
 * Reads `DAV:prop`, `DAV:allprop` with `DAV:include`, or `DAV:propname` out of
 * a body's root.
 *
 * @throws {DavError} `bad-request` where not exactly one of them is there, `too-large` for too many names.
 */
export function parsePropRequest(root: XmlElement): PropRequest {
  const prop = findChild(root, NS.dav, "prop");
  const allprop = findChild(root, NS.dav, "allprop");
  const propname = findChild(root, NS.dav, "propname");
  const found = childElements(root).filter((child) =>
    child.ns === NS.dav && ["prop", "allprop", "propname"].includes(child.name)
  );
  if (found.length !== 1) {
    throw new DavError(
      "bad-request",
      `Cannot read ${root.name}: expected one of prop, allprop and propname`,
    );
  }
  if (prop !== undefined) return { type: "prop", names: unique(prop) };
  if (propname !== undefined || allprop === undefined) {
    return { type: "propname" };
  }
  const include = findChild(root, NS.dav, "include");
  return { type: "allprop", include: include ? unique(include) : [] };
}

function unique(parent: XmlElement): XmlElement[] {
  const byName = new Map<string, XmlElement>();
  for (const child of childElements(parent)) {
    const name = clarkName(child.ns, child.name);
    if (!byName.has(name)) byName.set(name, child);
  }
  const names = [...byName.values()];
  checkNames(names);
  return names;
}

/** Whether the request needs the bytes of objects; if so they are fetched with `Reader.needBodies` first. */
export function needsBodies(request: PropRequest): boolean {
  return request.type === "prop" &&
    request.names.some((name) =>
      findProperty(name.ns, name.name)?.needs === "body"
    );
}

/** Fetches the bodies that the request needs, in one go. */
export function prepareBodies(
  request: PropRequest,
  resources: readonly Resource[],
  reader: Reader,
): void {
  if (!needsBodies(request)) return;
  reader.needBodies(
    resources.filter((one): one is ObjectResource => "entry" in one),
  );
}

/**
 * The propstats of one resource: 200 first (KDE reads only the first one, C13),
 * then 404, then others. With `return=minimal` 404 is left out (RFC 8144
 * section 2.1). There is always at least one.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits` where all of the answer would be too long.
 */
export function evaluate(
  request: PropRequest,
  resource: Resource,
  options: EvaluateOptions,
): Propstat[] {
  const found: XmlElement[] = [];
  const missing: XmlElement[] = [];
  const failed: Propstat[] = [];
  const take = (name: XmlElement, row: Property | undefined) => {
    try {
      const value = valueOf({ name, row }, resource, options);
      if (value === undefined) missing.push(element(name.ns, name.name));
      else found.push(value);
    } catch (error) {
      if (!(error instanceof DavError)) throw error;
      failed.push({
        status: error.status,
        props: [element(name.ns, name.name)],
        error: errorElement(error),
      });
    }
  };
  switch (request.type) {
    case "prop":
      for (const name of request.names) {
        take(name, findProperty(name.ns, name.name));
      }
      break;
    case "propname":
      found.push(...namesOn(resource, options));
      break;
    case "allprop":
      for (const { name, row } of all(resource, options)) {
        const value = valueOf({ name, row }, resource, options);
        if (value !== undefined) found.push(value);
      }
      for (const name of request.include) {
        if (found.some((one) => isElement(one, name.ns, name.name))) continue;
        take(name, findProperty(name.ns, name.name));
      }
      break;
  }
  const { minimal } = options.context.headers;
  const result: Propstat[] = [];
  if (found.length > 0) result.push({ status: 200, props: found });
  if (missing.length > 0 && !minimal) {
    result.push({ status: 404, props: missing });
  }
  result.push(...failed);
  noteLength(lengthOfPropstats(result), options);
  return result.length > 0 ? result : [{ status: 200, props: [] }];
}

/** The property's element with its value, undefined for 404. */
function valueOf(
  { name, row }: { name: XmlElement; row: Property | undefined },
  resource: Resource,
  { reader, context, bodies }: EvaluateOptions,
): XmlElement | undefined {
  if (row?.on.includes(resource.kind)) {
    if (row.needs === "body" && !bodies) return undefined;
    const value = row.get({ resource, reader, context, requested: name });
    return wrap(row, value);
  }
  const record = reader.props(resource).get(clarkName(name.ns, name.name));
  return record && {
    ...element(record.ns, record.local),
    raw: record.value,
  };
}

function wrap(row: Property, value: PropertyValue): XmlElement | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") {
    return element(...row.name, ...value === "" ? [] : [value]);
  }
  return "children" in value ? value : element(...row.name, ...value);
}

/** What allprop gives: rows that say so, and all that is dead (RFC 4918 section 9.1). */
function all(
  resource: Resource,
  { reader }: EvaluateOptions,
): { name: XmlElement; row: Property | undefined }[] {
  const { kind } = resource;
  const live = PROPERTIES.filter((row) => row.allprop && row.on.includes(kind))
    .map((row) => ({ name: element(...row.name), row }));
  const dead = deadNames(resource, reader)
    .map((name) => ({ name, row: undefined }));
  return [...live, ...dead];
}

function deadNames(resource: Resource, reader: Reader): XmlElement[] {
  return [...reader.props(resource).values()]
    .filter(({ ns, local }) =>
      !findProperty(ns, local)?.on.includes(resource.kind)
    ).map(({ ns, local }) => element(ns, local));
}

/** Names of all properties that the resource has. */
function namesOn(resource: Resource, options: EvaluateOptions): XmlElement[] {
  const live = PROPERTIES.filter((row) =>
    row.on.includes(resource.kind) && row.needs === "record" &&
    has(row, resource, options)
  ).map((row) => element(...row.name));
  return [...live, ...deadNames(resource, options.reader)];
}

/** A property that one may not read is still there. */
function has(
  row: Property,
  resource: Resource,
  { reader, context }: EvaluateOptions,
): boolean {
  try {
    const requested = element(...row.name);
    return row.get({ resource, reader, context, requested }) !== undefined;
  } catch (error) {
    if (error instanceof DavError) return true;
    throw error;
  }
}
