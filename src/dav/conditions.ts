/**
 * The one table of refusals: what status and what condition element each has,
 * and which section asks for it. Nobody else chooses a status by hand; see
 * `docs/adr/0003-statuses.md`.
 *
 * @module
 */

import type { ProblemName } from "../service/problems.ts";
import { NS } from "../xml/names.ts";

/** Names of refusals: those of the service, and those that only the protocol has. */
export type ConditionKey =
  | ProblemName
  | "dav:no-external-entities"
  | "bad-gateway"
  | "unavailable"
  | "unauthorized"
  | "timeout"
  | "uri-too-long"
  | "range-not-satisfiable"
  | "expectation-failed"
  | "not-implemented";

/** One row. */
export interface Condition {
  /** HTTP status. */
  readonly status: number;
  /** The element inside `DAV:error`, null where the status says it all. */
  readonly element: readonly [ns: string, local: string] | null;
  /** Where it is written. */
  readonly rfc: string;
}

function dav(status: number, local: string, rfc: string): Condition {
  return { status, element: [NS.dav, local], rfc };
}

function caldav(local: string, section: string): Condition {
  return {
    status: 403,
    element: [NS.caldav, local],
    rfc: `RFC 4791 section ${section}`,
  };
}

function carddav(local: string, section: string): Condition {
  return {
    status: 403,
    element: [NS.carddav, local],
    rfc: `RFC 6352 section ${section}`,
  };
}

function plain(status: number, rfc: string): Condition {
  return { status, element: null, rfc };
}

/** Every refusal. */
export const CONDITIONS: Readonly<Record<ConditionKey, Condition>> = {
  "dav:cannot-modify-protected-property": dav(
    403,
    "cannot-modify-protected-property",
    "RFC 4918 section 16",
  ),
  "dav:propfind-finite-depth": dav(
    403,
    "propfind-finite-depth",
    "RFC 4918 section 16",
  ),
  "dav:preserved-live-properties": dav(
    409,
    "preserved-live-properties",
    "RFC 4918 section 16",
  ),
  "dav:lock-token-submitted": dav(
    423,
    "lock-token-submitted",
    "RFC 4918 section 16",
  ),
  "dav:no-conflicting-lock": dav(
    423,
    "no-conflicting-lock",
    "RFC 4918 section 16",
  ),
  "dav:lock-token-matches-request-uri": dav(
    409,
    "lock-token-matches-request-uri",
    "RFC 4918 section 16",
  ),
  "dav:no-external-entities": dav(
    403,
    "no-external-entities",
    "RFC 4918 section 16",
  ),
  "dav:resource-must-be-null": dav(
    403,
    "resource-must-be-null",
    "RFC 4791 section 5.3.1.1",
  ),
  "dav:need-privileges": dav(403, "need-privileges", "RFC 3744 section 7.1.1"),
  "dav:no-ace-conflict": dav(403, "no-ace-conflict", "RFC 3744 section 8.1.1"),
  "dav:no-protected-ace-conflict": dav(
    403,
    "no-protected-ace-conflict",
    "RFC 3744 section 8.1.1",
  ),
  "dav:limited-number-of-aces": dav(
    403,
    "limited-number-of-aces",
    "RFC 3744 section 8.1.1",
  ),
  "dav:deny-before-grant": dav(
    403,
    "deny-before-grant",
    "RFC 3744 section 8.1.1",
  ),
  "dav:no-invert": dav(403, "no-invert", "RFC 3744 section 8.1.1"),
  "dav:not-supported-privilege": dav(
    403,
    "not-supported-privilege",
    "RFC 3744 section 8.1.1",
  ),
  "dav:recognized-principal": dav(
    403,
    "recognized-principal",
    "RFC 3744 section 8.1.1",
  ),
  "dav:allowed-principal": dav(
    403,
    "allowed-principal",
    "RFC 3744 section 8.1.1",
  ),
  "dav:valid-resourcetype": dav(
    403,
    "valid-resourcetype",
    "RFC 5689 section 3.3",
  ),
  "dav:valid-sync-token": dav(403, "valid-sync-token", "RFC 6578 section 3.2"),
  "dav:sync-traversal-supported": dav(
    403,
    "sync-traversal-supported",
    "RFC 6578 section 3.3",
  ),
  "dav:number-of-matches-within-limits": dav(
    507,
    "number-of-matches-within-limits",
    "RFC 6578 section 3.6",
  ),
  "dav:supported-report": dav(403, "supported-report", "RFC 3253 section 3.6"),
  "dav:quota-not-exceeded": dav(
    507,
    "quota-not-exceeded",
    "RFC 4331 section 6",
  ),
  "dav:sufficient-disk-space": dav(
    507,
    "sufficient-disk-space",
    "RFC 4331 section 6",
  ),
  "caldav:supported-calendar-data": caldav(
    "supported-calendar-data",
    "5.3.2.1",
  ),
  "caldav:valid-calendar-data": caldav("valid-calendar-data", "5.3.2.1"),
  "caldav:valid-calendar-object-resource": caldav(
    "valid-calendar-object-resource",
    "5.3.2.1",
  ),
  "caldav:supported-calendar-component": caldav(
    "supported-calendar-component",
    "5.3.2.1",
  ),
  "caldav:supported-rscale": {
    status: 403,
    element: [NS.caldav, "supported-rscale"],
    rfc: "RFC 7529 section 10",
  },
  "caldav:valid-timezone": {
    status: 403,
    element: [NS.caldav, "valid-timezone"],
    rfc: "RFC 7809 section 3.1.5",
  },
  // The wording allows 409 too; DAVx5 drops the edit without a word on that.
  "caldav:no-uid-conflict": caldav("no-uid-conflict", "5.3.2.1"),
  "caldav:calendar-collection-location-ok": caldav(
    "calendar-collection-location-ok",
    "5.3.1.1",
  ),
  "caldav:max-resource-size": caldav("max-resource-size", "5.3.2.1"),
  "caldav:min-date-time": caldav("min-date-time", "5.3.2.1"),
  "caldav:max-date-time": caldav("max-date-time", "5.3.2.1"),
  "caldav:max-attendees-per-instance": caldav(
    "max-attendees-per-instance",
    "5.3.2.1",
  ),
  "caldav:valid-filter": caldav("valid-filter", "7.8"),
  "caldav:supported-filter": caldav("supported-filter", "7.8"),
  "caldav:supported-collation": caldav("supported-collation", "7.5.1"),
  "carddav:supported-address-data": carddav(
    "supported-address-data",
    "6.3.2.1",
  ),
  "carddav:valid-address-data": carddav("valid-address-data", "6.3.2.1"),
  "carddav:no-uid-conflict": carddav("no-uid-conflict", "6.3.2.1"),
  "carddav:addressbook-collection-location-ok": carddav(
    "addressbook-collection-location-ok",
    "6.3.1.1",
  ),
  "carddav:max-resource-size": carddav("max-resource-size", "6.3.2.1"),
  "carddav:supported-filter": carddav("supported-filter", "8.6"),
  "carddav:supported-collation": carddav("supported-collation", "8.3.1"),
  "bad-request": plain(400, "RFC 9110 section 15.5.1"),
  "not-found": plain(404, "RFC 9110 section 15.5.5"),
  "missing-parent": plain(409, "RFC 4918 sections 9.3.1 and 9.7.1"),
  "already-exists": plain(405, "RFC 4918 section 9.3.1"),
  "method-not-allowed": plain(405, "RFC 9110 section 15.5.6"),
  "forbidden": plain(403, "RFC 9110 section 15.5.4"),
  "precondition-failed": plain(412, "RFC 9110 section 15.5.13"),
  "not-modified": plain(304, "RFC 9110 section 15.4.5"),
  "unsupported-media-type": plain(415, "RFC 9110 section 15.5.16"),
  "too-large": plain(413, "RFC 9110 section 15.5.14"),
  // Room is what is missing, until some of them end.
  "too-many-locks": plain(507, "RFC 4918 section 11.5"),
  "gone-elsewhere": plain(502, "RFC 4918 section 9.8.5"),
  "conflict": plain(409, "RFC 9110 section 15.5.10"),
  "bad-gateway": plain(502, "RFC 4918 section 9.8.5"),
  // The account changed since it was signed in with; http adds the challenge.
  "stale-session": plain(401, "RFC 9110 section 15.5.2"),
  "unavailable": plain(503, "RFC 9110 section 15.6.4"),
  "unauthorized": plain(401, "RFC 9110 section 15.5.2"),
  "timeout": plain(408, "RFC 9110 section 15.5.9"),
  "uri-too-long": plain(414, "RFC 9110 section 15.5.15"),
  "range-not-satisfiable": plain(416, "RFC 9110 section 15.5.17"),
  "expectation-failed": plain(417, "RFC 9110 section 15.5.18"),
  "not-implemented": plain(501, "RFC 9110 section 15.6.2"),
};

/** Reason phrases as they stand in multistatus answers; clients compare them as text (C13). */
const PHRASES: ReadonlyMap<number, string> = new Map([
  [200, "OK"],
  [201, "Created"],
  [204, "No Content"],
  [304, "Not Modified"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [408, "Request Timeout"],
  [409, "Conflict"],
  [412, "Precondition Failed"],
  [413, "Content Too Large"],
  [414, "URI Too Long"],
  [415, "Unsupported Media Type"],
  [416, "Range Not Satisfiable"],
  [417, "Expectation Failed"],
  [423, "Locked"],
  [424, "Failed Dependency"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [507, "Insufficient Storage"],
]);

/** The status line of a multistatus element, always of HTTP/1.1 (RFC 4918 section 14.28). */
export function formatStatus(status: number): string {
  return `HTTP/1.1 ${status} ${PHRASES.get(status) ?? "Unknown"}`;
}
