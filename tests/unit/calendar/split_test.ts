import assert from "node:assert/strict";
import fc from "fast-check";
import { joinCalendars } from "../../../src/calendar/join.ts";
import { splitCalendar } from "../../../src/calendar/split.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { findSegments } from "../../../src/text/segments.ts";

const ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:Here",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0100",
  "END:STANDARD",
  "END:VTIMEZONE",
];

function event(...lines: string[]): string[] {
  return ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", ...lines, "END:VEVENT"];
}

function calendar(...lines: string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//X//Y",
    ...lines,
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

function split(
  text: string,
): { objects: string[]; lines: number[]; problems: [string, number?][] } {
  const objects: string[] = [];
  const lines: number[] = [];
  const problems: [string, number?][] = [];
  for (const step of splitCalendar(new TextEncoder().encode(text))) {
    if (step.type === "object") {
      objects.push(new TextDecoder().decode(step.bytes));
      lines.push(step.line);
    } else if (step.type === "problem") {
      const { name, line } = step.problem;
      problems.push(line === undefined ? [name] : [name, line]);
    }
  }
  return { objects, lines, problems };
}

const A = event("UID:a", "DTSTART:20260101T100000Z");
const B = event("UID:b", "DTSTART;TZID=Here:20260102T100000");

Deno.test("splitCalendar() gives a valid object as it is, every byte", () => {
  const text = `\r\n${
    calendar(...A, ...event("UID:a", "DTSTART:20260108T100000Z"))
  }\n\n`;
  assert.deepEqual(split(text), { objects: [text], lines: [1], problems: [] });
});

Deno.test("splitCalendar() gives one object for each UID, with the zones that it names", () => {
  const { objects, lines, problems } = split(
    calendar("X-WR-CALNAME:Mine", "X-OTHER:1", ...ZONE, ...A, ...B),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(objects, [
    calendar("X-OTHER:1", ...A),
    calendar("X-OTHER:1", ...ZONE, ...B),
  ]);
  assert.deepEqual(lines, [14, 19]);
});

Deno.test("splitCalendar() keeps overrides with their series, wherever they stand", () => {
  const moved = event(
    "UID:a",
    "RECURRENCE-ID:20260108T100000Z",
    "DTSTART:20260108T110000Z",
  );
  const other = calendar(...moved);
  const { objects } = split(calendar(...A, ...B) + other);
  assert.equal(objects.length, 2);
  assert.equal(objects[0], calendar(...A, ...moved));
});

Deno.test("splitCalendar() drops METHOD and keeps all else of a single object", () => {
  const text = calendar("METHOD:PUBLISH", "X-WR-CALNAME:Mine", ...ZONE, ...A);
  const { objects, problems } = split(text);
  assert.deepEqual(problems, []);
  assert.deepEqual(objects, [text.replace("METHOD:PUBLISH\r\n", "")]);
  assert.ok(checkCalendarObject(new TextEncoder().encode(objects[0])).ok);
});

Deno.test("splitCalendar() makes a UID where none is, the same one each time", () => {
  const bare = event("DTSTART:20260101T100000Z");
  const empty = event("UID:", "DTSTART:20260101T100000Z", "X-A:1");
  const { objects } = split(calendar(...bare, ...empty));
  assert.equal(objects.length, 2);
  const uids = objects.map((text) => /^UID:(.*)$/m.exec(text)?.[1]?.trim());
  assert.match(uids[0] ?? "", /^[0-9a-f]{32}@import$/);
  assert.notEqual(uids[0], uids[1]);
  assert.equal(objects[1]?.match(/^UID:/gm)?.length, 1);
  assert.deepEqual(split(calendar(...bare, ...empty)).objects, objects);
  // the same component alone in another file gets the same UID
  const alone = split(calendar(...bare)).objects[0];
  assert.ok(alone?.includes(`UID:${uids[0]}`));
});

Deno.test("splitCalendar() refuses a part without the others", () => {
  const broken = ["BEGIN:VEVENT", "UID:c", "no line at all", "END:VEVENT"];
  const { objects, problems } = split(calendar(...A, ...broken, ...B));
  assert.equal(objects.length, 2);
  assert.deepEqual(problems, [["valid-calendar-data", 11]]);
});

Deno.test("splitCalendar() passes over what is there twice, and refuses what differs", () => {
  const changed = event("UID:a", "DTSTART:20260103T100000Z");
  const { objects, problems } = split(
    calendar(...A) + calendar(...A, ...changed),
  );
  assert.deepEqual(objects, [calendar(...A)]);
  assert.deepEqual(problems, [["valid-calendar-object-resource", 18]]);
});

Deno.test("splitCalendar() says what else is no object", () => {
  assert.deepEqual(split("").problems, [["valid-calendar-data", 1]]);
  assert.deepEqual(split("hello").problems, [["valid-calendar-data", 1]]);
  assert.deepEqual(split("BEGIN:VEVENT\nEND:VEVENT\n").problems, [
    ["valid-calendar-data", 1],
  ]);
  assert.deepEqual(split(calendar(...ZONE)).problems, [
    ["valid-calendar-object-resource", 1],
  ]);
  assert.deepEqual(split("BEGIN:VCALENDAR\nBEGIN:VEVENT\n").problems, [
    ["valid-calendar-data", 1],
  ]);
  assert.deepEqual(split(calendar("what is this", ...A, ...B)).problems, [
    ["valid-calendar-data", 4],
  ]);
  assert.deepEqual(
    split(calendar(...A, "BEGIN:VEVENT", "UID:c")).problems,
    [["valid-calendar-data", 9]],
  );
  const [step] = splitCalendar(new Uint8Array([0x42, 0xff, 0xfe]));
  assert.equal(step?.type, "problem");
});

Deno.test("splitCalendar() reads past a byte order mark", () => {
  assert.deepEqual(split(`\ufeff${calendar(...A, ...B)}`).objects.length, 2);
});

Deno.test("splitCalendar() pauses in a long file", () => {
  const many = Array.from(
    { length: 250 },
    (_, at) => event(`UID:${at}`, "DTSTART:20260101T100000Z"),
  );
  const bytes = new TextEncoder().encode(calendar(...many.flat()));
  const steps = [...splitCalendar(bytes)];
  assert.equal(steps.filter(({ type }) => type === "object").length, 250);
  assert.equal(steps.filter(({ type }) => type === "pause").length, 4);
});

Deno.test("joinCalendars() writes each zone once, and the name", () => {
  const encoder = new TextEncoder();
  const text = joinCalendars([
    encoder.encode(calendar(...ZONE, ...B)),
    encoder.encode(calendar(...ZONE, ...A).trimEnd()),
    new Uint8Array([0xff]),
  ], { name: "Work; and, play" });
  assert.equal(
    text,
    [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Kalends//Kalends//EN",
      "X-WR-CALNAME:Work\\; and\\, play",
      ...ZONE,
      ...B,
      ...A,
      "END:VCALENDAR",
      "",
    ].join("\r\n"),
  );
});

/** All components of some texts but time zones, sorted. */
function components(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const [outer] = findSegments(text, { start: 0, end: text.length });
    assert.ok(outer !== undefined);
    const inner = { start: outer.inner, end: outer.innerEnd };
    return findSegments(text, inner)
      .filter(({ name }) => name !== "" && name !== "VTIMEZONE")
      .map(({ start, end }) => text.slice(start, end));
  }).sort();
}

Deno.test("splitting and joining lose nothing and make nothing up", () => {
  const line = fc.constantFrom(
    "X-A:1",
    "SUMMARY:a\r\n b\r\n\tc",
    "DESCRIPTION:END:VEVENT",
    'ATTENDEE;CN="a:b":mailto:x@example.org',
    "BEGIN:VALARM\r\nTRIGGER;TZID=Here:-PT1M\r\nEND:VALARM",
    "X-LINE:\u2028BEGIN:VEVENT",
  );
  const one = fc.record({
    uid: fc.nat({ max: 8 }),
    recurrence: fc.nat({ max: 3 }),
    zone: fc.boolean(),
    lines: fc.array(line, { maxLength: 4 }),
  });
  fc.assert(fc.property(fc.array(one, { minLength: 2 }), (list) => {
    const seen = new Set<string>();
    const parts = list.filter(({ uid, recurrence }) => {
      const key = `${uid}/${recurrence}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    const text = calendar(
      ...ZONE,
      ...parts.flatMap(({ uid, recurrence, zone, lines }) =>
        event(
          `UID:${uid}`,
          zone ? "DTSTART;TZID=Here:20260101T100000" : "DTSTART:20260101",
          ...(recurrence === 0
            ? []
            : [`RECURRENCE-ID:2026010${recurrence}T100000`]),
          ...lines,
        )
      ),
    );
    const { objects, problems } = split(text);
    assert.deepEqual(problems, []);
    assert.equal(objects.length, new Set(parts.map(({ uid }) => uid)).size);
    assert.deepEqual(components(objects), components([text]));
    const encoder = new TextEncoder();
    const joined = joinCalendars(objects.map((each) => encoder.encode(each)));
    assert.deepEqual(components([joined]), components([text]));
    // one object alone keeps all zones of its file
    for (const object of objects.length > 1 ? objects : []) {
      assert.equal(object.includes("TZID=Here"), object.includes("TZID:Here"));
    }
    // what was joined splits into the same objects, but for their frames
    assert.deepEqual(components(split(joined).objects), components(objects));
  }));
});
