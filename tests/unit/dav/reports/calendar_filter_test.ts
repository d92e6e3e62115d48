import assert from "node:assert/strict";
import type { ComponentFilter } from "../../../../src/calendar/filter.ts";
import type { ConditionKey } from "../../../../src/dav/conditions.ts";
import { DavError, errorElement } from "../../../../src/dav/errors.ts";
import { parseCalendarFilter } from "../../../../src/dav/reports/calendar_filter.ts";
import { attributeOf, childElements } from "../../../../src/xml/names.ts";
import { parseXml } from "../../../../src/xml/parse.ts";

const XMLNS = 'xmlns="urn:ietf:params:xml:ns:caldav" xmlns:X="urn:x"';

function parse(filter: string): ComponentFilter {
  return parseCalendarFilter(
    parseXml(
      `<calendar-query ${XMLNS}><filter>${filter}</filter></calendar-query>`,
    ),
  );
}

/** A filter inside VCALENDAR. */
function inner(name: string, content = ""): ComponentFilter | undefined {
  const wrapped =
    `<comp-filter name="VCALENDAR"><comp-filter name="${name}">${content}</comp-filter></comp-filter>`;
  return parse(wrapped).components?.[0];
}

function refusal(filter: string): DavError {
  try {
    parse(filter);
  } catch (error) {
    assert.ok(error instanceof DavError, String(error));
    return error;
  }
  assert.fail(`taken: ${filter}`);
}

function refuses(content: string, condition: ConditionKey, name = "VEVENT") {
  const error = refusal(
    `<comp-filter name="VCALENDAR"><comp-filter name="${name}">${content}</comp-filter></comp-filter>`,
  );
  assert.equal(error.condition, condition, content);
}

Deno.test("parseCalendarFilter() reads name, is-not-defined and nesting of comp-filter", () => {
  assert.deepEqual(parse('<comp-filter name="vcalendar"/>'), {
    name: "VCALENDAR",
  });
  assert.deepEqual(inner("vtodo", "<is-not-defined/>"), {
    name: "VTODO",
    isNotDefined: true,
  });
  assert.deepEqual(inner("VEVENT", '<comp-filter name="VALARM"/>'), {
    name: "VEVENT",
    components: [{ name: "VALARM" }],
  });
  assert.deepEqual(inner("X-Any", '<comp-filter name="VEVENT"/>'), {
    name: "X-ANY",
    components: [{ name: "VEVENT" }],
  });
});

Deno.test("parseCalendarFilter() reads both ends of time-range, of components and properties", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const ends: [string, { start: number | null; end: number | null }][] = [
    ['start="20260102T030405Z"', { start: at, end: null }],
    ['end="20260102T030405Z"', { start: null, end: at }],
    ['start="20260102T030404Z" end="20260102T030405Z"', {
      start: at - 1000,
      end: at,
    }],
    ['end="99991231T235959Z"', {
      start: null,
      end: Date.UTC(9999, 11, 31, 23, 59, 59),
    }],
  ];
  for (const [attributes, timeRange] of ends) {
    const range = `<time-range ${attributes}/>`;
    assert.deepEqual(inner("VEVENT", range), { name: "VEVENT", timeRange });
    assert.deepEqual(
      inner("VEVENT", `<prop-filter name="dtend">${range}</prop-filter>`),
      { name: "VEVENT", properties: [{ name: "DTEND", timeRange }] },
    );
  }
});

Deno.test("parseCalendarFilter() reads prop-filter and all of text-match", () => {
  const text = (attributes: string, content = " Tea ") =>
    inner(
      "VEVENT",
      `<prop-filter name="summary"><text-match ${attributes}>${content}</text-match></prop-filter>`,
    )?.properties?.[0]?.text;
  const plain = {
    text: " Tea ",
    collation: "i;ascii-casemap",
    type: "contains",
    negate: false,
  };
  assert.deepEqual(text(""), plain);
  assert.deepEqual(text('collation="default"'), plain);
  assert.deepEqual(text('collation="i;octet"'), {
    ...plain,
    collation: "i;octet",
  });
  assert.deepEqual(text('collation="I;Unicode-CaseMap"'), {
    ...plain,
    collation: "i;unicode-casemap",
  });
  assert.deepEqual(text('negate-condition="yes"'), { ...plain, negate: true });
  assert.deepEqual(text('negate-condition="no"'), plain);
  assert.deepEqual(text('match-type="equals"'), { ...plain, type: "equals" });
  assert.deepEqual(text("", ""), { ...plain, text: "" });
  assert.deepEqual(
    inner(
      "VTODO",
      '<prop-filter name="COMPLETED"><is-not-defined/></prop-filter><prop-filter name="x-y"/>',
    )?.properties,
    [{ name: "COMPLETED", isNotDefined: true }, { name: "X-Y" }],
  );
});

Deno.test("parseCalendarFilter() reads param-filter", () => {
  const [property] = inner(
    "VEVENT",
    '<prop-filter name="ATTENDEE"><param-filter name="cn"/><param-filter name="PARTSTAT"><text-match>x</text-match></param-filter><param-filter name="ROLE"><is-not-defined/></param-filter></prop-filter>',
  )?.properties ?? [];
  assert.deepEqual(property?.params, [
    { name: "CN" },
    {
      name: "PARTSTAT",
      text: {
        text: "x",
        collation: "i;ascii-casemap",
        type: "contains",
        negate: false,
      },
    },
    { name: "ROLE", isNotDefined: true },
  ]);
});

Deno.test("parseCalendarFilter() passes over elements of other namespaces", () => {
  assert.deepEqual(inner("VEVENT", "<X:any/>"), { name: "VEVENT" });
});

Deno.test("parseCalendarFilter() refuses with valid-filter what the RFC does not allow", () => {
  const range = '<time-range start="20260101T000000Z"/>';
  for (
    const content of [
      '<comp-filter name="VTODO"/>',
      '<comp-filter name="VCALENDAR"/>',
      "<comp-filter/>",
      '<comp-filter name=" "/>',
      "<prop-filter/>",
      "<text-match>x</text-match>",
      '<param-filter name="X"/>',
      "<other/>",
      `<is-not-defined/>${range}`,
      '<is-not-defined/><prop-filter name="UID"/>',
      `${range}${range}`,
      `<prop-filter name="SUMMARY">${range}</prop-filter>`,
      `<prop-filter name="EXDATE">${range}</prop-filter>`,
      `<prop-filter name="DTSTART">${range}<text-match>x</text-match></prop-filter>`,
      '<prop-filter name="UID"><text-match>x</text-match><text-match>x</text-match></prop-filter>',
      '<prop-filter name="UID"><is-not-defined/><text-match>x</text-match></prop-filter>',
      '<prop-filter name="UID"><comp-filter name="VALARM"/></prop-filter>',
      '<prop-filter name="UID"><text-match negate-condition="maybe">x</text-match></prop-filter>',
      '<prop-filter name="UID"><text-match match-type="like">x</text-match></prop-filter>',
      `<prop-filter name="UID"><text-match>${
        "x".repeat(4097)
      }</text-match></prop-filter>`,
      `<prop-filter name="UID"><param-filter name="X">${range}</param-filter></prop-filter>`,
      '<prop-filter name="UID"><param-filter/></prop-filter>',
    ]
  ) refuses(content, "caldav:valid-filter");
  refuses(range, "caldav:valid-filter", "VTIMEZONE");
  refuses(range, "caldav:valid-filter", "X-FOO");
});

Deno.test("parseCalendarFilter() refuses ranges that are none", () => {
  for (
    const attributes of [
      "",
      'start=""',
      'start="20260101"',
      'start="20260101T000000"',
      'start="20260101T000000+0100"',
      'start="20261301T000000Z"',
      'start="20260230T000000Z"',
      'start="20260101T250000Z"',
      'start="100000101T000000Z"',
      'start="20260102T000000Z" end="20260101T000000Z"',
      'start="20260102T000000Z" end="20260102T000000Z"',
    ]
  ) refuses(`<time-range ${attributes}/>`, "caldav:valid-filter");
  const early = '<time-range start="00000101T000000Z"/>';
  refuses(early, "caldav:min-date-time");
});

Deno.test("parseCalendarFilter() refuses unknown collations with supported-collation", () => {
  for (const name of ["i;ascii-numeric", "i;*", "*", ""]) {
    refuses(
      `<prop-filter name="UID"><text-match collation="${name}">x</text-match></prop-filter>`,
      "caldav:supported-collation",
    );
  }
});

Deno.test("parseCalendarFilter() refuses unknown components with supported-filter, and names them", () => {
  const error = refusal(
    '<comp-filter name="VCALENDAR"><comp-filter name="VFOO"><prop-filter name="UID"/></comp-filter></comp-filter>',
  );
  assert.equal(error.condition, "caldav:supported-filter");
  const written = errorElement(error);
  assert.ok(written);
  const [condition] = childElements(written);
  assert.ok(condition);
  const [named] = childElements(condition);
  assert.ok(named);
  assert.equal(named.name, "comp-filter");
  assert.equal(attributeOf(named, "name"), "VFOO");
  assert.deepEqual(named.children, []);
});

Deno.test("parseCalendarFilter() refuses filters deeper than components are nested", () => {
  const nested = (depth: number) =>
    `<comp-filter name="VCALENDAR">${'<comp-filter name="X-A">'.repeat(depth)}${
      "</comp-filter>".repeat(depth)
    }</comp-filter>`;
  assert.equal(parse(nested(15)).name, "VCALENDAR");
  assert.equal(refusal(nested(16)).condition, "caldav:supported-filter");
  assert.equal(refusal(nested(100)).condition, "caldav:supported-filter");
});

Deno.test("parseCalendarFilter() wants exactly one filter, of VCALENDAR", () => {
  for (
    const filter of [
      "",
      "<X:any/>",
      '<comp-filter name="VEVENT"/>',
      '<comp-filter name="VCALENDAR"/><comp-filter name="VCALENDAR"/>',
      '<prop-filter name="UID"/>',
    ]
  ) assert.equal(refusal(filter).condition, "caldav:valid-filter", filter);
  assert.throws(
    () => parseCalendarFilter(parseXml(`<calendar-query ${XMLNS}/>`)),
    DavError,
  );
});
