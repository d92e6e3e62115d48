/**
 * What the server says of itself in headers, computed from the tables.
 *
 * @module
 */

import { NS } from "../xml/names.ts";
import type { DavTables, Method, MethodTarget } from "./context.ts";

function hasMethod(tables: DavTables, name: string): boolean {
  return tables.methods.some((row) => row.name === name);
}

function hasReport(tables: DavTables, ns: string, local: string): boolean {
  return tables.reports.some(({ name }) => name[0] === ns && name[1] === local);
}

/**
 * Features in the order of the header, each with what must be there. It begins
 * with 1 because Thunderbird takes the first one for a version. Class 2 comes
 * with LOCK, and access-control with ACL: RFC 3744 section 7.2 allows it only
 * to those who have all of that RFC.
 */
const FEATURES: readonly (readonly [
  token: string,
  holds: (tables: DavTables) => boolean,
])[] = [
  ["1", () => true],
  ["2", (tables) => hasMethod(tables, "LOCK")],
  ["3", () => true],
  ["access-control", (tables) => hasMethod(tables, "ACL")],
  // RFC 5689 section 3.1
  ["extended-mkcol", (tables) => hasMethod(tables, "MKCOL")],
  // RFC 4791 section 5.1
  [
    "calendar-access",
    (tables) => hasReport(tables, NS.caldav, "calendar-multiget"),
  ],
  // RFC 6352 section 6.1
  [
    "addressbook",
    (tables) => hasReport(tables, NS.carddav, "addressbook-multiget"),
  ],
];

/** Value of the DAV header (RFC 4918 section 10.1). */
export function formatDavHeader(tables: DavTables): string {
  return FEATURES.filter(([, holds]) => holds(tables))
    .map(([token]) => token).join(", ");
}

/** Whether a method can be used at a place. */
export function isAllowed(method: Method, target: MethodTarget): boolean {
  return method.on.includes(target);
}

/** Value of the Allow header for a kind of resource (RFC 9110 section 10.2.1). */
export function formatAllow(tables: DavTables, target: MethodTarget): string {
  return tables.methods.filter((method) => isAllowed(method, target))
    .map((method) => method.name).join(", ");
}
