/**
 * All methods and reports, each in a form that changes nothing where it is
 * allowed: a condition that never holds comes after the rights are checked.
 *
 * @module
 */

import { card, event } from "../harness.ts";
import type { Need, PrivilegeName } from "./oracle.ts";

/** Kinds of resources that an ACL decides about. */
export const KINDS = {
  "calendar-home": { path: "/calendars/me/", depth: 0 },
  calendar: { path: "/calendars/me/home/", depth: 1 },
  "calendar-object": { path: "/calendars/me/home/a.ics", depth: 2 },
  "addressbook-home": { path: "/addressbooks/me/", depth: 0 },
  addressbook: { path: "/addressbooks/me/contacts/", depth: 1 },
  "addressbook-object": { path: "/addressbooks/me/contacts/a.vcf", depth: 2 },
  "files-root": { path: "/files/me/", depth: 0 },
  folder: { path: "/files/me/d/", depth: 1 },
  file: { path: "/files/me/d/a.txt", depth: 2 },
} as const;

/** One of them. */
export type Kind = keyof typeof KINDS;

/** One row: a request, what it needs, and how it is answered where it is allowed. */
export interface Row {
  readonly name: string;
  readonly method: string;
  readonly on: readonly Kind[];
  readonly need: Need;
  readonly allowed: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ((kind: Kind) => string);
  /** Name below the target that the request is for, where nothing is yet. */
  readonly below?: string;
}

const EVERYWHERE = Object.keys(KINDS) as Kind[];
const OBJECTS: readonly Kind[] = [
  "calendar-object",
  "addressbook-object",
  "file",
];
const MADE: readonly Kind[] = [...OBJECTS, "calendar", "addressbook", "folder"];
/** Objects that leave their tree on the way to where everybody may put what they like. */
const LEAVING: readonly Kind[] = ["calendar-object", "addressbook-object"];
const COLLECTIONS = EVERYWHERE.filter((kind) => !OBJECTS.includes(kind));
const NEVER = { "if-match": '"never"' };
const NS =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:R="urn:ietf:params:xml:ns:carddav"';
/** A type that every place takes. */
const TYPED = { ...NEVER, "content-type": "application/octet-stream" };
const HOST = "http://dav.example.org";
const HOLDERS: readonly Kind[] = [
  "calendar",
  "addressbook",
  "folder",
  "files-root",
];

/** A folder in which everybody who has signed in may read and put what they like. */
export const OPEN = "/files/me/open/";

/** Where a row's request goes, with its headers. */
export function addressOf(
  row: Row,
  kind: Kind,
): {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { need, headers = {}, below = "" } = row;
  const path = `${KINDS[kind].path}${below}`;
  if (need.destination !== true) return { path, headers };
  const destination = `${HOST}${path}`;
  return { path: `${OPEN}source.txt`, headers: { ...headers, destination } };
}

function report(
  name: string,
  on: readonly Kind[],
  options: {
    readonly body: string;
    readonly allowed?: number;
    readonly depth?: string;
    readonly privileges?: readonly PrivilegeName[];
  },
): Row {
  const { body, allowed = 207, depth = "0", privileges = ["read"] } = options;
  return {
    name,
    method: "REPORT",
    on,
    need: {
      target: privileges,
      any: true,
      secret: privileges.includes("read-free-busy"),
    },
    allowed,
    headers: { depth, "content-type": "application/xml" },
    body: body.replace(/^<([\w:-]+)/, `<$1 ${NS}`),
  };
}

const RANGE = '<C:time-range start="20260101T000000Z" end="20270101T000000Z"/>';

/** All rows. */
export const ROWS: readonly Row[] = [
  {
    name: "OPTIONS",
    method: "OPTIONS",
    on: EVERYWHERE,
    need: { target: ["read"] },
    allowed: 200,
  },
  ...["GET", "HEAD"].map((method): Row => ({
    name: method,
    method,
    on: EVERYWHERE,
    need: { target: ["read"] },
    allowed: 200,
  })),
  {
    name: "PROPFIND",
    method: "PROPFIND",
    on: EVERYWHERE,
    need: { target: ["read"] },
    allowed: 207,
    headers: { depth: "0" },
  },
  {
    name: "PROPPATCH",
    method: "PROPPATCH",
    on: EVERYWHERE,
    need: { target: ["write-properties"] },
    allowed: 412,
    headers: { ...NEVER, "content-type": "application/xml" },
    body:
      `<D:propertyupdate ${NS}><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>`,
  },
  {
    name: "PUT where something is",
    method: "PUT",
    on: OBJECTS,
    need: { target: ["write-content"], makes: true },
    allowed: 412,
    headers: TYPED,
    body: contentOf,
  },
  {
    name: "PUT where nothing is",
    method: "PUT",
    on: ["calendar", "addressbook", "folder", "files-root"],
    need: { target: ["bind"] },
    allowed: 412,
    headers: TYPED,
    body: contentOf,
    below: "new",
  },
  {
    name: "DELETE",
    method: "DELETE",
    on: MADE,
    need: { parent: ["unbind"] },
    allowed: 412,
    headers: NEVER,
  },
  {
    name: "MKCOL",
    method: "MKCOL",
    on: COLLECTIONS,
    need: { target: ["bind"] },
    allowed: 412,
    headers: NEVER,
    below: "new",
  },
  {
    name: "MKCALENDAR",
    method: "MKCALENDAR",
    on: ["calendar-home"],
    need: { target: ["bind"] },
    allowed: 412,
    headers: NEVER,
    below: "new",
  },
  {
    name: "LOCK where something is",
    method: "LOCK",
    on: EVERYWHERE,
    need: { target: ["write-content"], makes: true },
    allowed: 412,
    headers: { ...NEVER, "content-type": "application/xml" },
    body: lockBody(),
  },
  {
    name: "LOCK where nothing is",
    method: "LOCK",
    on: ["folder", "files-root"],
    need: { target: ["bind"] },
    allowed: 412,
    headers: { ...NEVER, "content-type": "application/xml" },
    body: lockBody(),
    below: "new",
  },
  {
    name: "UNLOCK",
    method: "UNLOCK",
    on: EVERYWHERE,
    need: { target: ["unlock"] },
    allowed: 412,
    headers: { ...NEVER, "lock-token": "<urn:uuid:none>" },
  },
  {
    name: "ACL",
    method: "ACL",
    on: EVERYWHERE,
    need: { target: ["write-acl"] },
    allowed: 412,
    headers: { ...NEVER, "content-type": "application/xml" },
    body: `<D:acl ${NS}/>`,
  },
  {
    name: "MOVE from here",
    method: "MOVE",
    on: MADE.filter((kind) => !LEAVING.includes(kind)),
    need: { parent: ["unbind"] },
    allowed: 412,
    headers: { ...NEVER, destination: `${HOST}${OPEN}copy` },
  },
  {
    // Appendix B lets a server ask for more: there it can be read.
    name: "MOVE to another tree",
    method: "MOVE",
    on: LEAVING,
    need: { target: ["read"], parent: ["unbind"] },
    allowed: 412,
    headers: { ...NEVER, destination: `${HOST}${OPEN}copy` },
  },
  {
    name: "COPY from here",
    method: "COPY",
    on: MADE,
    need: { target: ["read"], changes: true },
    allowed: 412,
    headers: { ...NEVER, destination: `${HOST}${OPEN}copy` },
  },
  {
    name: "COPY to where nothing is",
    method: "COPY",
    on: HOLDERS,
    need: { target: ["bind"], destination: true },
    allowed: 412,
    headers: NEVER,
    below: "new",
  },
  {
    name: "COPY over what is",
    method: "COPY",
    on: OBJECTS,
    need: { target: ["write-content", "write-properties"], destination: true },
    allowed: 412,
    headers: NEVER,
  },
  {
    name: "MOVE to where nothing is",
    method: "MOVE",
    on: HOLDERS,
    need: { target: ["bind"], destination: true },
    allowed: 412,
    headers: NEVER,
    below: "new",
  },
  {
    name: "MOVE over what is",
    method: "MOVE",
    on: OBJECTS,
    need: { parent: ["bind", "unbind"], destination: true },
    allowed: 412,
    headers: NEVER,
  },
  report("sync-collection", COLLECTIONS, {
    body:
      "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>",
  }),
  report("calendar-query", ["calendar-home", "calendar"], {
    body:
      '<C:calendar-query><D:prop/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>',
    depth: "1",
  }),
  report("calendar-multiget", ["calendar"], {
    body:
      "<C:calendar-multiget><D:prop/><D:href>/calendars/me/home/a.ics</D:href></C:calendar-multiget>",
  }),
  report("free-busy-query", ["calendar-home", "calendar"], {
    body: `<C:free-busy-query>${RANGE}</C:free-busy-query>`,
    allowed: 200,
    privileges: ["read-free-busy"],
  }),
  report("addressbook-query", ["addressbook"], {
    body: "<R:addressbook-query><D:prop/><R:filter/></R:addressbook-query>",
    depth: "1",
  }),
  report("addressbook-multiget", ["addressbook"], {
    body:
      "<R:addressbook-multiget><D:prop/><D:href>/addressbooks/me/contacts/a.vcf</D:href></R:addressbook-multiget>",
  }),
  report("expand-property", EVERYWHERE, {
    body: '<D:expand-property><D:property name="owner"/></D:expand-property>',
  }),
  report("acl-principal-prop-set", EVERYWHERE, {
    body:
      "<D:acl-principal-prop-set><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>",
    // What it tells is what DAV:acl tells.
    privileges: ["read", "read-acl"],
  }),
  report("principal-property-search", EVERYWHERE, {
    body:
      "<D:principal-property-search><D:property-search><D:prop><D:displayname/></D:prop><D:match>x</D:match></D:property-search><D:prop/></D:principal-property-search>",
  }),
  report("principal-match", COLLECTIONS, {
    body: "<D:principal-match><D:self/><D:prop/></D:principal-match>",
  }),
];

/** An object that the place takes. */
function contentOf(kind: Kind): string {
  if (kind.startsWith("calendar")) return event("a");
  return kind.startsWith("addressbook") ? card("a") : "text";
}

function lockBody(): string {
  return `<D:lockinfo ${NS}><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`;
}
