import assert from "node:assert/strict";
import type { DavTables, Method, Report } from "../../../src/dav/context.ts";
import {
  answerHeaders,
  formatAllow,
  formatDavHeader,
} from "../../../src/dav/features.ts";
import { METHODS } from "../../../src/dav/methods/mod.ts";
import { PROPERTIES } from "../../../src/dav/properties/mod.ts";
import { REPORTS } from "../../../src/dav/reports/mod.ts";

const TABLES: DavTables = {
  methods: METHODS,
  properties: PROPERTIES,
  reports: REPORTS,
};
const HEADERS = {
  depth: null,
  overwrite: true,
  destination: null,
  conditions: {},
  minimal: false,
  noRoot: false,
  zones: null,
};

function method(name: string): Method {
  return {
    name,
    on: ["folder"],
    body: "none",
    privilege: { target: null, parent: null },
    handler: () => Promise.reject(new Error("unused")),
  };
}

function report(name: string): Report {
  return {
    name: ["urn:x", name],
    on: [],
    run: () => Promise.reject(new Error("unused")),
  };
}

Deno.test("formatDavHeader() begins with 1 and claims only what the tables can do", () => {
  const header = (methods: string[], reports: string[]) =>
    formatDavHeader({
      methods: methods.map(method),
      properties: [],
      reports: reports.map(report),
    }, "folder");
  assert.equal(header([], []), "1, 3");
  assert.equal(header(["LOCK"], []), "1, 3");
  assert.equal(
    header(["LOCK", "UNLOCK", "ACL", "MKCOL"], []),
    "1, 2, 3, access-control, extended-mkcol",
  );
  assert.equal(header(["MKCALENDAR"], ["calendar-query"]), "1, 3");
  assert.equal(
    header(["MKCALENDAR"], [
      "calendar-query",
      "calendar-multiget",
      "free-busy-query",
      "addressbook-query",
      "addressbook-multiget",
    ]),
    "1, 3, calendar-access, addressbook",
  );
});

Deno.test("formatDavHeader() announces access control everywhere, locks where they are, and nothing of scheduling yet", () => {
  for (const kind of ["calendar-home", "calendar", "folder", "file"] as const) {
    assert.equal(
      formatDavHeader(TABLES, kind),
      "1, 2, 3, access-control, extended-mkcol, calendar-access, calendar-no-timezone, addressbook",
    );
  }
  assert.equal(
    formatDavHeader(TABLES, "principal"),
    "1, 3, access-control, extended-mkcol, calendar-access, calendar-no-timezone, addressbook",
  );
});

Deno.test("formatAllow() is what the method table says, without duplicates", () => {
  const allow = formatAllow(TABLES, "calendar").split(", ");
  assert.equal(new Set(allow).size, allow.length);
  assert.ok(allow.includes("REPORT") && !allow.includes("MKCALENDAR"));
  assert.ok(formatAllow(TABLES, "unmapped").split(", ").includes("MKCALENDAR"));
});

Deno.test("answerHeaders() names only the preferences that were applied", () => {
  assert.equal(
    answerHeaders({ headers: HEADERS }).get(
      "preference-applied",
    ),
    null,
  );
  const minimal = { ...HEADERS, minimal: true, noRoot: true };
  assert.equal(
    answerHeaders({ headers: minimal }).get(
      "preference-applied",
    ),
    "return=minimal",
  );
  assert.equal(
    answerHeaders({ headers: minimal }, { noRootApplied: true })
      .get("preference-applied"),
    "return=minimal, depth-noroot",
  );
});
