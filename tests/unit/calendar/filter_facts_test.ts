import assert from "node:assert/strict";
import type { ComponentFilter } from "../../../src/calendar/filter.ts";
import {
  candidateRange,
  mayMatch,
  surelyMatches,
} from "../../../src/calendar/filter_facts.ts";

const FACTS = { component: "VEVENT", uid: "abc\\,d", version: 1 };

function outer(...components: ComponentFilter[]): ComponentFilter {
  return { name: "VCALENDAR", components };
}

function uid(text: string, negate = false): ComponentFilter {
  const collation = "i;octet";
  const match = { text, collation, type: "contains", negate } as const;
  return { name: "VEVENT", properties: [{ name: "UID", text: match }] };
}

Deno.test("candidateRange() is the time range of the inner filter, else open", () => {
  const timeRange = { start: 1, end: null };
  const inner = { name: "VEVENT", timeRange };
  assert.deepEqual(candidateRange(outer(inner)), timeRange);
  const open = { start: null, end: null };
  assert.deepEqual(
    candidateRange(outer({ ...inner, isNotDefined: true })),
    open,
  );
  assert.deepEqual(candidateRange({ name: "VCALENDAR" }), open);
  assert.deepEqual(
    candidateRange({ name: "VCALENDAR", timeRange }),
    timeRange,
  );
});

Deno.test("mayMatch() rules out other types and other UIDs only", () => {
  assert.ok(mayMatch(FACTS, { name: "VCALENDAR" }));
  assert.ok(mayMatch(FACTS, outer({ name: "VEVENT" })));
  assert.ok(!mayMatch(FACTS, outer({ name: "VTODO" })));
  assert.ok(!mayMatch(FACTS, outer({ name: "VEVENT" }, { name: "VTODO" })));
  assert.ok(mayMatch(FACTS, outer({ name: "VTODO", isNotDefined: true })));
  assert.ok(mayMatch(FACTS, outer({ name: "VTIMEZONE" })));
  assert.ok(mayMatch(FACTS, outer({ name: "X-OTHER" })));
  assert.ok(mayMatch({ version: 1 }, outer({ name: "VTODO" })));
  assert.ok(mayMatch(FACTS, outer(uid("c,d"))));
  assert.ok(!mayMatch(FACTS, outer(uid("z"))));
  assert.ok(mayMatch(FACTS, outer(uid("c,d", true))));
  assert.ok(mayMatch(FACTS, outer(uid(" z"))), "the facts lost blanks");
});

Deno.test("surelyMatches() knows types and nothing else", () => {
  assert.ok(surelyMatches(FACTS, { name: "VCALENDAR" }));
  assert.ok(surelyMatches(FACTS, outer({ name: "VEVENT" })));
  assert.ok(!surelyMatches(FACTS, outer({ name: "VTODO" })));
  assert.ok(!surelyMatches({ version: 1 }, { name: "VCALENDAR" }));
  assert.ok(!surelyMatches(FACTS, outer(uid("c,d"))));
  assert.ok(
    !surelyMatches(FACTS, outer({ name: "VEVENT", isNotDefined: true })),
  );
  assert.ok(
    !surelyMatches(
      FACTS,
      outer({ name: "VEVENT", timeRange: { start: 1, end: 2 } }),
    ),
  );
  assert.ok(
    !surelyMatches(
      FACTS,
      outer({ name: "VEVENT", components: [{ name: "VALARM" }] }),
    ),
  );
  assert.ok(
    !surelyMatches(FACTS, {
      name: "VCALENDAR",
      properties: [{ name: "METHOD" }],
    }),
  );
});
