import assert from "node:assert/strict";
import { createBusyTime } from "../../../../src/calendar/busy/busy.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../../src/calendar/zones/zones.ts";
import { addBusy, calendarOf } from "../objects.ts";

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 2, 2);
const RANGE = { start: DAY, end: DAY + 24 * HOUR };

const LETTERS = {
  BUSY: "B",
  "BUSY-UNAVAILABLE": "U",
  "BUSY-TENTATIVE": "T",
} as const;

function vavailability(...lines: string[]): string[] {
  return ["BEGIN:VAVAILABILITY", "UID:1", ...lines, "END:VAVAILABILITY"];
}

function available(...lines: string[]): string[] {
  return ["BEGIN:AVAILABLE", ...lines, "END:AVAILABLE"];
}

/** From one hour of the day to another one, in UTC. */
function hours(from: number, to: number): string[] {
  const at = (hour: number) => `20260302T${String(hour).padStart(2, "0")}0000Z`;
  return [`DTSTART:${at(from)}`, `DTEND:${at(to)}`];
}

/** The hours of the day as letters, a dot where it is free. */
function day(
  objects: readonly (readonly string[])[],
  zone: Zone = UTC,
): string {
  const time = createBusyTime(RANGE);
  for (const lines of objects) {
    const budget = { steps: 10_000 };
    assert.ok(addBusy(time, calendarOf(...lines), { zone, budget }));
  }
  const letters = Array(24).fill(".");
  for (const { start, end, type } of time.periods()) {
    assert.ok(start < end);
    letters.fill(LETTERS[type], (start - DAY) / HOUR, (end - DAY) / HOUR);
  }
  return letters.join("");
}

Deno.test("VAVAILABILITY covers the time between its ends, without them all time", () => {
  assert.equal(
    day([vavailability(...hours(6, 9))]),
    "......UUU...............",
  );
  assert.equal(
    day([vavailability("DTSTART:20260302T200000Z")]),
    "....................UUUU",
  );
  assert.equal(
    day([vavailability("DTEND:20260302T040000Z")]),
    "UUUU....................",
  );
  assert.equal(day([vavailability()]), "U".repeat(24));
  assert.equal(day([vavailability("DURATION:PT1H")]), "U".repeat(24));
  assert.equal(
    day([vavailability("DTSTART:20260301T230000Z", "DURATION:PT3H")]),
    "UU......................",
  );
  const elsewhere = [
    vavailability("DTSTART:20260303T000000Z"),
    vavailability("DTEND:20260302T000000Z"),
    vavailability(...hours(9, 6)),
  ];
  for (const one of elsewhere) assert.equal(day([one]), ".".repeat(24));
});

Deno.test("VAVAILABILITY is busy as BUSYTYPE says but for its AVAILABLE time", () => {
  const free = available(...hours(9, 17));
  const cases: [string[], string][] = [
    [[], "U"],
    [["BUSYTYPE:BUSY-UNAVAILABLE"], "U"],
    [["BUSYTYPE:busy"], "B"],
    [["BUSYTYPE:BUSY-TENTATIVE"], "T"],
    [["BUSYTYPE:X-AWAY"], "B"],
  ];
  for (const [type, letter] of cases) {
    assert.equal(
      day([vavailability(...type, ...free)]),
      `${letter.repeat(9)}${".".repeat(8)}${letter.repeat(7)}`,
    );
  }
});

Deno.test("AVAILABLE counts within its VAVAILABILITY only, cut to it", () => {
  assert.equal(
    day([
      vavailability(
        ...hours(8, 16),
        ...available(...hours(6, 9)),
        ...available(...hours(15, 20)),
        ...available(...hours(20, 22)),
      ),
    ]),
    ".........UUUUUU.........",
  );
});

Deno.test("AVAILABLE frees no time of a lower priority beyond its VAVAILABILITY", () => {
  const base = vavailability("BUSYTYPE:BUSY");
  const over = vavailability(
    "PRIORITY:1",
    ...hours(8, 16),
    ...available(...hours(6, 9)),
  );
  assert.equal(day([base, over]), "BBBBBBBB.UUUUUUUBBBBBBBB");
});

Deno.test("VAVAILABILITY components that touch leave nothing between them", () => {
  const base = vavailability("BUSYTYPE:BUSY-TENTATIVE");
  const halves = [hours(2, 4), hours(4, 6)].map((lines) =>
    vavailability("PRIORITY:1", ...lines)
  );
  assert.equal(day([base, ...halves]), "TTUUUUTTTTTTTTTTTTTTTTTT");
});

Deno.test("AVAILABLE recurs, with exceptions and overrides of its own", () => {
  const daily = available(
    "UID:a",
    "DTSTART:20260225T080000Z",
    "DURATION:PT2H",
    "RRULE:FREQ=DAILY",
  );
  assert.equal(day([vavailability(...daily)]), "UUUUUUUU..UUUUUUUUUUUUUU");
  const moved = available(
    "UID:a",
    "RECURRENCE-ID:20260302T080000Z",
    "DTSTART:20260302T200000Z",
    "DURATION:PT1H",
  );
  assert.equal(
    day([vavailability(...daily, ...moved)]),
    "UUUUUUUUUUUUUUUUUUUU.UUU",
  );
  const other = available("UID:b", ...hours(0, 1), "EXDATE:20260302T080000Z");
  assert.equal(
    day([vavailability(...daily, ...other)]),
    ".UUUUUUU..UUUUUUUUUUUUUU",
    "exceptions are those of one UID",
  );
  const nameless = [
    ...available(...hours(0, 1), "EXDATE:20260302T020000Z"),
    ...available(...hours(2, 3)),
  ];
  assert.equal(day([vavailability(...nameless)]), ".U.UUUUUUUUUUUUUUUUUUUUU");
});

Deno.test("AVAILABLE without a length frees nothing; other components in it mean nothing", () => {
  const lines = vavailability(
    ...available("DTSTART:20260302T080000Z"),
    ...["BEGIN:X-OTHER", ...hours(9, 17), "END:X-OTHER"],
  );
  assert.equal(day([lines]), "U".repeat(24));
});

Deno.test("a VAVAILABILITY overrides those of lower priority: 1 is the highest, 9 the last but 0 and none", () => {
  const order = ["", "PRIORITY:9", "PRIORITY:5", "PRIORITY:2", "PRIORITY:1"];
  const free = available(...hours(10, 12));
  const base = (priority: string) =>
    vavailability(...[priority].filter(Boolean), ...free);
  const over = (priority: string) =>
    vavailability(priority, "BUSYTYPE:BUSY-TENTATIVE", ...hours(11, 14));
  for (const [n, low] of order.entries()) {
    for (const high of order.slice(n + 1)) {
      const expected = "UUUUUUUUUU.TTTUUUUUUUUUU";
      assert.equal(day([base(low), over(high)]), expected, `${low} ${high}`);
      assert.equal(day([over(high), base(low)]), expected, "in any order");
    }
  }
  for (const lowest of ["PRIORITY:0", "PRIORITY:10", "PRIORITY:x"]) {
    assert.equal(
      day([base("PRIORITY:9"), over(lowest)]),
      "UUUUUUUUUU..UUUUUUUUUUUU",
    );
  }
});

Deno.test("a VAVAILABILITY that is free overrides a busy one of lower priority", () => {
  const busy = vavailability("BUSYTYPE:BUSY");
  const free = vavailability(
    "PRIORITY:5",
    ...hours(8, 12),
    ...available(...hours(9, 11)),
  );
  assert.equal(day([busy, free]), "BBBBBBBBU..UBBBBBBBBBBBB");
});

Deno.test("of one priority BUSY counts before BUSY-UNAVAILABLE and BUSY-TENTATIVE, free time before all", () => {
  const types = ["BUSY-TENTATIVE", "BUSY-UNAVAILABLE", "BUSY"] as const;
  for (const [n, weak] of types.entries()) {
    for (const strong of types.slice(n + 1)) {
      const one = vavailability(`BUSYTYPE:${weak}`, ...hours(2, 12));
      const other = vavailability(`BUSYTYPE:${strong}`, ...hours(8, 20));
      const expected = `..${LETTERS[weak].repeat(6)}${
        LETTERS[strong].repeat(12)
      }....`;
      assert.equal(day([one, other]), expected);
      assert.equal(day([other, one]), expected);
    }
  }
  const free = vavailability(...hours(0, 6), ...available(...hours(2, 4)));
  assert.equal(
    day([free, vavailability("BUSYTYPE:BUSY", ...hours(3, 8))]),
    "UU..BBBB................",
  );
});

Deno.test("VAVAILABILITY without zones is taken in the zone asked for", () => {
  const lines = vavailability(
    "DTSTART;VALUE=DATE:20260302",
    "DTEND;VALUE=DATE:20260303",
    ...available("DTSTART:20260302T090000", "DTEND:20260302T170000"),
  );
  assert.equal(day([lines]), "UUUUUUUUU........UUUUUUU");
  const moscow = zoneByName("Europe/Moscow") ?? assert.fail();
  assert.equal(day([lines], moscow), "UUUUUU........UUUUUUU...");
});
