/**
 * Live properties of RFC 4918 section 15, RFC 3253 section 3.1, RFC 4331,
 * RFC 6578, and the collection's tag.
 *
 * @module
 */

import { refuse, succeed } from "../../service/problems.ts";
import type { Resource } from "../../service/types.ts";
import { element, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property, PropertyScope } from "../context.ts";
import { hasWholeFile, wholeFileEtag } from "../whole_file.ts";
import { activeLockElement, SUPPORTED_LOCKS } from "../lock_elements.ts";
import {
  COLLECTIONS,
  DATED,
  EVERYWHERE,
  isCollection,
  isObject,
  OBJECTS,
  protectedRow,
  STORED,
  textRow,
} from "./values.ts";

/** The elements in `DAV:resourcetype` of each kind; a calendar's are exactly these (C20). */
const TYPES: Readonly<
  Record<Resource["kind"], readonly (readonly [ns: string, local: string])[]>
> = {
  root: [[NS.dav, "collection"]],
  principals: [[NS.dav, "collection"]],
  principal: [[NS.dav, "collection"], [NS.dav, "principal"]],
  group: [[NS.dav, "collection"], [NS.dav, "principal"]],
  space: [[NS.dav, "collection"]],
  "calendar-home": [[NS.dav, "collection"]],
  "addressbook-home": [[NS.dav, "collection"]],
  "files-root": [[NS.dav, "collection"]],
  calendar: [[NS.dav, "collection"], [NS.caldav, "calendar"]],
  addressbook: [[NS.dav, "collection"], [NS.carddav, "addressbook"]],
  folder: [[NS.dav, "collection"]],
  "calendar-object": [],
  "addressbook-object": [],
  file: [],
};

const DISPLAYNAME = textRow([NS.dav, "displayname"], {
  on: EVERYWHERE,
  allprop: true,
  fallback: ({ resource }) => defaultName(resource),
});

/** The rows. */
export const WEBDAV_PROPERTIES: readonly Property[] = [
  // RFC 4918 section 15.1
  {
    ...protectedRow([NS.dav, "creationdate"], DATED, ({ resource }) => {
      const created = createdAt(resource);
      return created === undefined
        ? undefined
        : `${new Date(created).toISOString().slice(0, 19)}Z`;
    }),
    allprop: true,
  },
  // RFC 4918 section 15.2. The name of a user or group is the account's, not a property's.
  {
    ...DISPLAYNAME,
    set: (sent, resource) =>
      resource.kind === "principal" || resource.kind === "group"
        ? refuse(
          "dav:cannot-modify-protected-property",
          "The name of a user or group is set with the account",
        )
        : DISPLAYNAME.set?.(sent, resource) ??
          succeed({ ns: NS.dav, local: "displayname", value: null }),
  },
  // RFC 4918 section 15.3
  textRow([NS.dav, "getcontentlanguage"], {
    on: OBJECTS,
    allprop: true,
    check: (text) =>
      /^[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*$/i.test(text.trim())
        ? succeed(null)
        : refuse("conflict", "Cannot set getcontentlanguage: no language tag"),
  }),
  // RFC 4918 section 15.4
  objectRow(
    "getcontentlength",
    (object, { reader }) => String(reader.size(object)),
  ),
  // RFC 4918 section 15.5
  objectRow("getcontenttype", ({ entry }) => entry.type),
  // RFC 4918 section 15.6
  {
    ...protectedRow(
      [NS.dav, "getetag"],
      // GET answers calendars and address books with a tag, too
      [...OBJECTS, "calendar", "addressbook"],
      ({ resource, reader }) =>
        isObject(resource)
          ? reader.etag(resource)
          : hasWholeFile(resource)
          ? wholeFileEtag(reader, resource, null)
          : undefined,
    ),
    allprop: true,
  },
  // RFC 4918 section 15.7
  objectRow(
    "getlastmodified",
    ({ entry }) => new Date(entry.modified).toUTCString(),
  ),
  // RFC 4918 section 15.9
  {
    ...protectedRow(
      [NS.dav, "resourcetype"],
      EVERYWHERE,
      ({ resource }) => TYPES[resource.kind].map((name) => element(...name)),
    ),
    allprop: true,
  },
  // RFC 4918 section 15.8
  {
    ...protectedRow(
      [NS.dav, "lockdiscovery"],
      STORED,
      ({ resource, reader, context }) =>
        reader.locks(resource)
          .map((lock) => activeLockElement(lock, context.config)),
    ),
    allprop: true,
  },
  // RFC 4918 section 15.10
  {
    ...protectedRow(
      [NS.dav, "supportedlock"],
      STORED,
      () => SUPPORTED_LOCKS,
    ),
    allprop: true,
  },
  // RFC 3253 section 3.1.3
  protectedRow(
    [NS.dav, "supported-method-set"],
    EVERYWHERE,
    ({ resource, context }) =>
      context.tables.methods
        .filter((method) => method.on.includes(resource.kind))
        .map((method) => ({
          ...element(NS.dav, "supported-method"),
          attributes: [{ ns: "", name: "name", value: method.name }],
        })),
  ),
  // RFC 3253 section 3.1.5, C23
  protectedRow(
    [NS.dav, "supported-report-set"],
    EVERYWHERE,
    ({ resource, context }) =>
      context.tables.reports
        .filter((report) => report.on.includes(resource.kind))
        .map((report) => supportedReport(element(...report.name))),
  ),
  // RFC 6578 section 4, C25
  collectionRow(
    [NS.dav, "sync-token"],
    ({ reader }, collection) => reader.syncToken(collection),
  ),
  // caldav-ctag section 4.1, C25
  collectionRow(
    [NS.cs, "getctag"],
    ({ reader }, collection) => reader.ctag(collection),
  ),
  // RFC 4331 sections 3 and 4, C35
  collectionRow(
    [NS.dav, "quota-available-bytes"],
    (scope, collection) => quotaOf(scope, collection, "available"),
  ),
  collectionRow(
    [NS.dav, "quota-used-bytes"],
    (scope, collection) => quotaOf(scope, collection, "used"),
  ),
];

function objectRow(
  local: string,
  value: (
    object: Extract<Resource, { entry: unknown }>,
    scope: PropertyScope,
  ) => string | undefined,
): Property {
  const row = protectedRow(
    [NS.dav, local],
    OBJECTS,
    (scope) =>
      isObject(scope.resource) ? value(scope.resource, scope) : undefined,
  );
  return { ...row, allprop: true };
}

/** How much somebody has in their tree is told to nobody else. */
function quotaOf(
  { reader }: PropertyScope,
  collection: Extract<Resource, { ref: unknown }>,
  which: "used" | "available",
): string | undefined {
  if (collection.owner.id !== reader.session?.user.id) return undefined;
  return String(reader.quota(collection)[which]);
}

function collectionRow(
  name: readonly [ns: string, local: string],
  value: (
    scope: PropertyScope,
    collection: Extract<Resource, { ref: unknown }>,
  ) => string | undefined,
): Property {
  return protectedRow(
    name,
    COLLECTIONS,
    (scope) =>
      isCollection(scope.resource) ? value(scope, scope.resource) : undefined,
  );
}

function supportedReport(name: XmlElement): XmlElement {
  return element(
    NS.dav,
    "supported-report",
    element(NS.dav, "report", name),
  );
}

/** A collection always has a name (C21), an object only one that was set. */
function defaultName(resource: Resource): string | undefined {
  switch (resource.kind) {
    case "root":
      return "Kalends";
    case "principals":
      return resource.path.type === "principals" && resource.path.set !== "all"
        ? resource.path.set
        : "principals";
    case "space":
      return resource.path.type === "space" ? resource.path.space : "";
    case "principal":
      return resource.user.displayName || resource.user.login;
    case "group":
      return resource.group.displayName || resource.group.name;
    case "calendar-object":
    case "addressbook-object":
    case "file":
      return undefined;
    default:
      return resource.path.names.at(-1) ??
        (resource.owner.displayName || resource.owner.login);
  }
}

function createdAt(resource: Resource): number | undefined {
  if (resource.kind === "principal") return resource.user.created;
  if (resource.kind === "group") return resource.group.created;
  if (isCollection(resource)) return resource.row.created;
  return isObject(resource) ? resource.entry.created : undefined;
}
