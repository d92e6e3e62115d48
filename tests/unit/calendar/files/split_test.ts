import assert from "node:assert/strict";
import fc from "fast-check";
import { joinCalendars } from "../../../../src/calendar/files/join.ts";
import { splitCalendar } from "../../../../src/calendar/files/split.ts";
import {
  assemble,
  bareFrame,
} from "../../../../src/calendar/files/split_frame.ts";
import { checkCalendarObject } from "../../../../src/calendar/validate.ts";
import { findSegments } from "../../../../src/text/segments.ts";

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
): {
  objects: string[];
  lines: number[];
  problems: [string, number?][];
  notes: [number, string][];
} {
  const objects: string[] = [];
  const lines: number[] = [];
  const problems: [string, number?][] = [];
  const notes: [number, string][] = [];
  for (const step of splitCalendar(new TextEncoder().encode(text))) {
    if (step.type === "object") {
      objects.push(new TextDecoder().decode(step.bytes));
      lines.push(step.line);
      notes.push(
        ...step.notes.map((n): [number, string] => [n.line, n.message]),
      );
    } else if (step.type === "note") {
      notes.push([step.note.line, step.note.message]);
    } else if (step.type === "problem") {
      const { name, line } = step.problem;
      problems.push(line === undefined ? [name] : [name, line]);
    }
  }
  return { objects, lines, problems, notes };
}

const A = event("UID:a", "DTSTART:20260101T100000Z");
const B = event("UID:b", "DTSTART;TZID=Here:20260102T100000");

Deno.test("splitCalendar() gives a valid object as it is, every byte", () => {
  const text = `\r\n${
    calendar(...A, ...event("UID:a", "DTSTART:20260108T100000Z"))
  }\n\n`;
  assert.deepEqual(split(text), {
    ...{ objects: [text], lines: [1] },
    ...{ problems: [], notes: [] },
  });
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

Deno.test("splitCalendar() keeps experimental components with an object that is alone", () => {
  const extra = ["BEGIN:X-PLACE", "X-CITY:Here", "END:X-PLACE"];
  const text = calendar("METHOD:PUBLISH", ...extra, ...A);
  assert.deepEqual(split(text).objects, [calendar(...A, ...extra)]);
  assert.ok(
    split(calendar(...extra, ...A, ...B)).objects.every((each) =>
      !each.includes("X-PLACE")
    ),
  );
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
  const deep = Array.from({ length: 20 }, () => "BEGIN:X-IN");
  const broken = ["BEGIN:VEVENT", "UID:c", ...deep];
  const { objects, problems } = split(
    calendar(
      ...A,
      ...broken,
      ...deep.map(() => "END:X-IN"),
      "END:VEVENT",
      ...B,
    ),
  );
  assert.equal(objects.length, 2);
  assert.equal(problems.length, 1);
  assert.equal(problems[0]?.[0], "valid-calendar-data");
});

Deno.test("splitCalendar() passes over what is there twice, and gives what differs a UID", () => {
  const changed = event("UID:a", "DTSTART:20260103T100000Z");
  const { objects, problems, notes } = split(
    calendar(...A) + calendar(...A, ...changed),
  );
  assert.equal(objects.length, 2);
  assert.equal(objects[0], calendar(...A));
  assert.match(objects[1] ?? "", /^UID:[0-9a-f]{32}@import\r\nDTSTAMP/m);
  assert.match(
    notes[0]?.[1] ?? "",
    /^the UID is that of the component on line 4:/,
  );
  assert.deepEqual(problems, []);
});

Deno.test("splitCalendar() takes the newest of several revisions (RFC 5546 section 2.1.5)", () => {
  const newer = event("UID:a", "SEQUENCE:2", "DTSTART:20260103T100000Z");
  const { objects, problems } = split(calendar(...A, ...newer, ...B));
  assert.deepEqual(objects, [calendar(...newer), calendar(...B)]);
  assert.deepEqual(problems, [["valid-calendar-object-resource", 4]]);
  const back = split(calendar(...newer, ...A, ...B));
  assert.deepEqual(back.objects, objects);
  assert.deepEqual(back.problems, [["valid-calendar-object-resource", 10]]);
});

Deno.test("splitCalendar() takes no message about an event for one (RFC 5546 section 1.4)", () => {
  const newer = event("UID:a", "SEQUENCE:3", "DTSTART:20260103T100000Z");
  for (const method of ["REPLY", "cancel", "COUNTER"]) {
    const message = calendar(`METHOD:${method}`, ...newer);
    assert.deepEqual(split(message).objects, []);
    assert.deepEqual(split(message).notes, []);
    assert.deepEqual(split(message).problems, [
      ["valid-calendar-object-resource", 5],
    ]);
    const { objects, problems } = split(message + calendar(...A));
    assert.deepEqual(objects, [calendar(...A)]);
    assert.equal(problems.length, 1);
  }
  const busy = ["BEGIN:VFREEBUSY", "UID:a", "END:VFREEBUSY"];
  for (const lines of [["METHOD:REPLY", ...busy], ["METHOD:xyz", ...newer]]) {
    assert.deepEqual(split(calendar(...lines)).objects, [
      calendar(...lines.slice(1)),
    ]);
  }
});

Deno.test("splitCalendar() refuses the second of two equal overrides", () => {
  const moved = (hour: number) =>
    event(
      "UID:a",
      "RECURRENCE-ID:20260108T100000Z",
      `DTSTART:20260108T${hour}0000Z`,
    );
  const { objects, problems } = split(
    calendar("METHOD:PUBLISH", ...A, ...moved(11), ...moved(12)),
  );
  assert.deepEqual(objects, [calendar(...A, ...moved(11))]);
  assert.deepEqual(problems, [["valid-calendar-object-resource", 16]]);
});

Deno.test("splitCalendar() keeps types of one UID apart", () => {
  const busy = ["BEGIN:VFREEBUSY", "UID:a", "END:VFREEBUSY"];
  const { objects, notes } = split(calendar(...A, ...busy));
  assert.equal(objects.length, 2);
  assert.match(objects[1] ?? "", /BEGIN:VFREEBUSY\r\nUID:[0-9a-f]{32}@import/);
  assert.match(notes[0]?.[1] ?? "", /that of a VEVENT/);
});

Deno.test("splitCalendar() keeps overrides with their series where the UID is that of another type", () => {
  const task = ["BEGIN:VTODO", "UID:a", "END:VTODO"];
  const series = event("UID:a", "DTSTART:20260101T100000Z", "RRULE:FREQ=DAILY");
  const changed = (...lines: string[]) =>
    event("UID:a", "RECURRENCE-ID:20260102T100000Z", ...lines);
  const old = changed("SEQUENCE:1", "DTSTART:20260102T110000Z");
  const moved = changed("SEQUENCE:2", "DTSTART:20260102T120000Z");
  const { objects, problems } = split(
    calendar(...task, ...series, ...moved, ...old),
  );
  assert.equal(objects.length, 2);
  assert.equal(objects[0], calendar(...task));
  const uids = objects[1]?.match(/^UID:.*$/gm) ?? [];
  assert.equal(uids.length, 2);
  assert.equal(new Set(uids).size, 1);
  assert.match(objects[1] ?? "", /DTSTART:20260102T120000Z/);
  assert.deepEqual(problems, [["valid-calendar-object-resource", 20]]);
});

Deno.test("splitCalendar() keeps overrides with the one of two equally new series behind which they stand", () => {
  const series = (hour: number) =>
    event("UID:a", `DTSTART:20260101T${hour}0000Z`, "RRULE:FREQ=DAILY");
  const moved = (day: number, minute: number) =>
    event(
      "UID:a",
      `RECURRENCE-ID:2026010${day}T100000Z`,
      `DTSTART:2026010${day}T10${minute}00Z`,
    );
  const { objects, notes, problems } = split(calendar(
    ...series(10),
    ...moved(2, 11),
    ...series(11),
    ...moved(2, 12),
    ...moved(3, 13),
    // the first again, then one that is no series
    ...series(10),
    ...moved(4, 14),
    ...event("UID:a", "DTSTART:20260101T120000Z"),
    ...moved(5, 15),
    // without another UID the file would be one object
    ...event("UID:b", "DTSTART:20260101T130000Z"),
  ));
  const starts = objects.map((text) =>
    text.match(/^DTSTART:\d+T\d+/gm)?.map((line) => line.slice(14, 21))
  );
  assert.deepEqual(starts, [
    ["01T1000", "02T1011", "04T1014", "05T1015"],
    ["01T1100", "02T1012", "03T1013"],
    ["01T1200"],
    ["01T1300"],
  ]);
  for (const text of objects) {
    assert.equal(new Set(text.match(/^UID:.*$/gm)).size, 1);
  }
  assert.deepEqual(problems, []);
  assert.equal(notes.length, 4);
  assert.match(notes[1]?.[1] ?? "", /^the UID of its series on line 16 was/);
});

Deno.test("splitCalendar() takes zones from the calendar of each component", () => {
  const moved = event(
    "UID:a",
    "RECURRENCE-ID:20260108T100000Z",
    "DTSTART;TZID=Here:20260108T110000",
  );
  const { objects } = split(calendar(...A) + calendar(...ZONE, ...moved));
  assert.deepEqual(objects, [calendar(...ZONE, ...A, ...moved)]);
});

Deno.test("assemble() goes through the zones of a calendar once for all its components", () => {
  let asked = 0;
  const zones = new Map([["Here", "<Here>"], ["There", "<There>"]]);
  zones.keys = () => {
    asked++;
    return Map.prototype.keys.call(zones);
  };
  const frame = { ...bareFrame("", []), zones };
  const parts = Array.from({ length: 3 }, (_, n) => ({
    frame,
    text: `<${n}>`,
    zones: ["There"],
  }));
  const between = (text: string) => text.replace(/^[^<]*|END.*\r\n/g, "");
  assert.equal(
    between(assemble(parts, { alone: true })),
    "<Here><There><0><1><2>",
  );
  assert.equal(asked, 1);
  assert.equal(
    between(assemble(parts, { alone: false })),
    "<There><0><1><2>",
  );
});

Deno.test("splitCalendar() puts a VCALENDAR around components that have none", () => {
  const text = [...ZONE, ...B, ...A, ""].join("\r\n");
  const { objects, problems, notes } = split(text);
  assert.deepEqual(problems, []);
  assert.equal(objects.length, 2);
  assert.ok(objects[0]?.includes("TZID:Here"));
  assert.ok(
    objects.every((each) =>
      checkCalendarObject(new TextEncoder().encode(each)).ok
    ),
  );
  assert.equal(notes[0]?.[0], 9);
});

Deno.test("splitCalendar() takes what is whole in a file that is cut off", () => {
  const text = calendar(...A, "BEGIN:VEVENT", "UID:c").replace(
    "END:VCALENDAR\r\n",
    "",
  );
  const { objects, problems, notes } = split(text);
  assert.deepEqual(objects, [calendar(...A)]);
  assert.deepEqual(problems, [["valid-calendar-data", 9]]);
  assert.deepEqual(notes, [[1, "END:VCALENDAR was added"]]);
});

Deno.test("splitCalendar() goes on behind a component without END, and inside of a VCALENDAR in a VCALENDAR", () => {
  const open = ["BEGIN:VEVENT", "UID:c", "BEGIN:VALARM"];
  const { objects, problems } = split(calendar(...open, ...A));
  assert.deepEqual(objects, [calendar(...A)]);
  assert.deepEqual(problems, [["valid-calendar-data", 4]]);
  const nested = split(`BEGIN:VCALENDAR\r\n${calendar(...A)}END:VCALENDAR\r\n`);
  assert.deepEqual(nested.objects, [calendar(...A)]);
});

Deno.test("splitCalendar() mends lines, values and versions, and says so", () => {
  const { objects, problems, notes } = split(
    calendar(
      "VERSION:1.0",
      "broken",
      ...event(
        "UID:a",
        "DTSTART:20260101T100000T",
        "DTEND:None",
        "RRULE:FREQ=DAILY\\;COUNT=2",
        "DESCRIPTION:Dear",
        "all, come!",
        "X-EMPTY",
      ),
    ).replace("VERSION:2.0\r\n", ""),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(objects, [
    [
      "BEGIN:VCALENDAR",
      "PRODID:-//X//Y",
      "VERSION:2.0",
      "X-INVALID-LINE:broken",
      ...event(
        "UID:a",
        "DTSTART:20260101T100000",
        "X-INVALID-DTEND:None",
        "RRULE:FREQ=DAILY;COUNT=2",
        "DESCRIPTION:Dear",
        " \\nall, come!",
        "X-INVALID-LINE:X-EMPTY",
      ),
      "END:VCALENDAR",
      "",
    ].join("\r\n"),
  ]);
  assert.deepEqual(notes, [
    [4, "no content line: kept as X-INVALID-LINE"],
    [3, "VERSION:1.0 read as 2.0"],
    [12, "lines from here on joined to DESCRIPTION"],
    [13, "no content line: kept as X-INVALID-LINE"],
    [8, "DTSTART read as 20260101T100000"],
    [9, "DTEND says nothing: kept as X-INVALID-DTEND"],
    [10, "RRULE read as FREQ=DAILY;COUNT=2"],
  ]);
});

Deno.test("splitCalendar() never guesses when something happens", () => {
  for (
    const line of [
      "DTSTART:20260230T100000Z",
      "DTSTART:soon",
      "DTSTART:20260101T100000Z\r\nRECURRENCE-ID:never",
    ]
  ) {
    const text = calendar(...event("UID:a", line));
    const { objects } = split(text);
    assert.deepEqual(objects, [text], line);
    assert.ok(!checkCalendarObject(new TextEncoder().encode(text)).ok);
  }
  // a task has its place without a start, but no series has
  const task = (...lines: string[]) =>
    split(
      calendar("BEGIN:VTODO", "UID:t", "DTSTART:soon", ...lines, "END:VTODO"),
    )
      .objects[0] ?? "";
  assert.match(task(), /X-INVALID-DTSTART:soon/);
  assert.doesNotMatch(task("RRULE:FREQ=DAILY"), /X-INVALID/);
});

Deno.test("splitCalendar() leaves out lines of the calendar's own that are more than damaged, and says so", () => {
  const { objects, notes } = split(
    calendar(...Array.from({ length: 10_001 }, () => "no line"), ...A, ...B),
  );
  assert.equal(objects.length, 2);
  assert.equal(
    objects[0],
    ["BEGIN:VCALENDAR", ...A, "END:VCALENDAR", ""].join("\r\n"),
  );
  assert.deepEqual(notes, [[
    2,
    "unreadable lines of the calendar's own were left out",
  ]]);
});

Deno.test("splitCalendar() takes many components of one UID", () => {
  const many = Array.from(
    { length: 20_000 },
    (_, n) =>
      event("UID:a", `RECURRENCE-ID:${10_000_101 + n}`, "DTSTART:20260101"),
  );
  const { objects } = split(calendar("METHOD:PUBLISH", ...many.flat()));
  assert.equal(objects.length, 1);
});

Deno.test("splitCalendar() reads other encodings, and says so", () => {
  const text = calendar(...event("UID:a", "DTSTART:20260101", "SUMMARY:Bär"));
  const latin = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const steps = [...splitCalendar(latin)];
  assert.deepEqual(steps.map(({ type }) => type), ["note", "object"]);
  const [, object] = steps;
  assert.ok(object?.type === "object");
  assert.equal(new TextDecoder().decode(object.bytes), text);
});

Deno.test("splitCalendar() says what else is no object", () => {
  assert.deepEqual(split("").problems, [["valid-calendar-data", 1]]);
  assert.deepEqual(split("hello").problems, [["valid-calendar-data", 1]]);
  assert.deepEqual(split("BEGIN:VALARM\nEND:VALARM\n").problems, [
    ["valid-calendar-data", 1],
  ]);
  assert.deepEqual(split(ZONE.join("\n")).problems, [
    ["valid-calendar-data", 1],
  ]);
  assert.deepEqual(split(calendar(...ZONE)).problems, [
    ["valid-calendar-object-resource", 1],
  ]);
  assert.deepEqual(split("BEGIN:VCALENDAR\nBEGIN:VEVENT\n").problems, [
    ["valid-calendar-data", 2],
  ]);
  assert.deepEqual(
    split(calendar(...A, "BEGIN:VEVENT", "UID:c")).problems,
    [["valid-calendar-data", 9]],
  );
  const [step] = splitCalendar(new Uint8Array([0x42, 0xff, 0xfe])).filter(
    ({ type }) => type !== "note",
  );
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
