import assert from "node:assert/strict";
import {
  checkComponent,
  collectionRules,
  heldRules,
  holdsCollections,
  newComponents,
  spaceRules,
} from "../../../src/service/kinds.ts";
import type { CollKind, CollRecord } from "../../../src/store/records.ts";
import { bytes, ics, problem, value, vcf } from "../../service/fixture.ts";

const CALENDAR: CollRecord = {
  tree: "t",
  kind: "calendar",
  parent: "t",
  name: "a",
  state: "live",
  created: 0,
  components: ["VEVENT"],
};

Deno.test("heldRules() and holdsCollections() agree with the layout of URLs", () => {
  const rows: [CollKind, string | undefined, boolean][] = [
    ["calendar-home", undefined, true],
    ["addressbook-home", undefined, true],
    ["files-root", "file", true],
    ["calendar", "calendar-object", false],
    ["addressbook", "addressbook-object", false],
    ["folder", "file", true],
  ];
  for (const [kind, held, collections] of rows) {
    assert.equal(heldRules(kind)?.kind, held, kind);
    assert.equal(holdsCollections(kind), collections, kind);
  }
});

Deno.test("collectionRules() lets nothing hold a root", () => {
  for (
    const kind of ["calendar-home", "addressbook-home", "files-root"] as const
  ) {
    assert.deepEqual(collectionRules(kind).within, []);
  }
});

Deno.test("spaceRules() check bytes by the domain of the space", () => {
  const check = (
    space: "calendars" | "addressbooks" | "files",
    text: Uint8Array,
  ) => spaceRules(space).check(text);
  assert.equal(value(check("calendars", ics("1"))).component, "VEVENT");
  assert.equal(value(check("addressbooks", vcf("1"))).uid, "1");
  assert.equal(value(check("files", bytes("x"))).uid, undefined);
  assert.match(problem(check("calendars", vcf("1"))), /^caldav:/);
  assert.match(problem(check("addressbooks", ics("1"))), /^carddav:/);
});

Deno.test("newComponents() gives defaults, removes doubles and refuses unknown types", () => {
  assert.deepEqual(value(newComponents(undefined)), [
    "VEVENT",
    "VTODO",
    "VJOURNAL",
  ]);
  assert.deepEqual(value(newComponents(["VTODO", "VTODO"])), ["VTODO"]);
  for (const wrong of [["VALARM"], ["vevent"], []]) {
    assert.equal(
      problem(newComponents(wrong)),
      "caldav:supported-calendar-component",
    );
  }
});

Deno.test("checkComponent() asks calendars only", () => {
  const todo = { component: "VTODO", version: 1 };
  assert.equal(
    problem(checkComponent(CALENDAR, todo)),
    "caldav:supported-calendar-component",
  );
  const { components: _, ...book } = CALENDAR;
  value(checkComponent(book, todo));
  value(checkComponent(CALENDAR, { version: 1 }));
});
