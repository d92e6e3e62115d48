/**
 * What answers announce, computed from the tables.
 *
 * @module
 */

import type {
  DavContext,
  DavHeaders,
  DavTables,
  MethodTarget,
} from "./context.ts";

/** One token of the `DAV` header and what must be in the tables for it. */
interface Feature {
  readonly token: string;
  readonly methods?: readonly string[];
  readonly reports?: readonly string[];
  readonly properties?: readonly string[];
  /** True where it is said of resources that the methods can be used on, not of the server. */
  readonly each?: boolean;
}

const FEATURES: readonly Feature[] = [
  // RFC 4918 section 18; Thunderbird throws the first token away
  { token: "1" },
  { token: "2", methods: ["LOCK", "UNLOCK"], each: true },
  { token: "3" },
  // RFC 3744 section 7.2
  { token: "access-control", methods: ["ACL"] },
  // RFC 5689 section 3.1
  { token: "extended-mkcol", methods: ["MKCOL"] },
  // RFC 4791 section 5.1
  {
    token: "calendar-access",
    methods: ["MKCALENDAR"],
    reports: ["calendar-query", "calendar-multiget", "free-busy-query"],
  },
  // RFC 7809 section 3.1.1
  {
    token: "calendar-no-timezone",
    reports: ["calendar-query"],
    properties: ["timezone-service-set", "calendar-timezone-id"],
  },
  // RFC 6352 section 6.1
  {
    token: "addressbook",
    reports: ["addressbook-query", "addressbook-multiget"],
  },
];

/**
 * The `DAV` header (RFC 4918 section 10.1) of a kind of place: only what the
 * tables can do.
 */
export function formatDavHeader(
  tables: DavTables,
  target: MethodTarget,
): string {
  const names = (rows: DavTables["methods"]) =>
    new Set(rows.map((method) => method.name));
  const methods = names(tables.methods);
  const here = names(tables.methods.filter((row) => row.on.includes(target)));
  const locals = (rows: readonly { readonly name: readonly string[] }[]) =>
    new Set(rows.map(({ name }) => name[1]));
  const reports = locals(tables.reports);
  const properties = locals(tables.properties);
  return FEATURES.filter((feature) =>
    (feature.methods ?? []).every((name) =>
      (feature.each === true ? here : methods).has(name)
    ) &&
    (feature.reports ?? []).every((name) => reports.has(name)) &&
    (feature.properties ?? []).every((name) => properties.has(name))
  ).map((feature) => feature.token).join(", ");
}

/** The `Allow` header of a place (RFC 9110 section 10.2.1). */
export function formatAllow(tables: DavTables, target: MethodTarget): string {
  return tables.methods.filter((method) => method.on.includes(target))
    .map((method) => method.name).join(", ");
}

/** Headers of answers that preferences have shaped (RFC 8144, C12). */
export function answerHeaders(
  context: Pick<DavContext, "headers">,
  options: { readonly noRootApplied?: boolean } = {},
): Headers {
  const headers = new Headers({ vary: "Brief, Prefer" });
  const applied = appliedPreferences(
    context.headers,
    options.noRootApplied ?? false,
  );
  if (applied !== "") headers.set("preference-applied", applied);
  return headers;
}

function appliedPreferences(headers: DavHeaders, noRoot: boolean): string {
  return [
    ...headers.minimal ? ["return=minimal"] : [],
    ...noRoot ? ["depth-noroot"] : [],
  ].join(", ");
}
