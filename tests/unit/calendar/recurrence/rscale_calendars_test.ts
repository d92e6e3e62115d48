import assert from "node:assert/strict";
import {
  calendarOf,
  supportedRscales,
} from "../../../../src/calendar/recurrence/rscale_calendars.ts";
import { readRscale } from "../../../../src/calendar/recurrence/rscale_names.ts";
import { createPlatformSystem } from "../../../../src/calendar/recurrence/rscale_platform.ts";
import type {
  CalendarMonth,
  CalendarSystem,
} from "../../../../src/calendar/recurrence/rscale_system.ts";

const DAY = 86_400_000;

function systemOf(name: string): CalendarSystem {
  const system = calendarOf(readRscale(name));
  assert.ok(system, name);
  return system;
}

function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY;
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

function monthOf(system: CalendarSystem, day: number): CalendarMonth {
  const { months } = system.year(system.yearOf(day));
  const month = months.find((each) =>
    each.first <= day && day < each.first + each.length
  );
  assert.ok(month);
  return month;
}

/** Month and day as this file writes them: "5L-8". */
function nameOf(system: CalendarSystem, date: string): string {
  const { place, first } = monthOf(system, dayOf(date));
  const day = dayOf(date) - first + 1;
  return `${place >> 1}${place % 2 === 1 ? "L" : ""}-${day}`;
}

Deno.test("readRscale() knows names in any case, aliases, and calendars that share their days", () => {
  for (
    const [text, name] of [
      ["gregorian", "GREGORIAN"],
      ["GREGORY", "GREGORIAN"],
      ["Buddhist", "GREGORIAN"],
      ["japanese", "GREGORIAN"],
      ["ROC", "GREGORIAN"],
      ["ISO8601", "GREGORIAN"],
      [" hebrew ", "HEBREW"],
      ["ISLAMICC", "ISLAMIC-CIVIL"],
      ["ETHIOPIC-AMETE-ALEM", "COPTIC"],
      ["ethiopic", "COPTIC"],
      ["x-martian", "X-MARTIAN"],
      ["CONSTRUCTOR", "CONSTRUCTOR"],
    ]
  ) assert.equal(readRscale(text ?? ""), name);
});

Deno.test("supportedRscales() lists what calendarOf() computes, and the calendars that Intl has", () => {
  const names = supportedRscales();
  assert.deepEqual([...new Set(names)], names);
  assert.equal(names[0], "GREGORIAN");
  for (const name of names) systemOf(name);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const missing = Intl.supportedValuesOf("calendar").filter((name) =>
    !known.has(name) && name !== "gregory"
  );
  assert.deepEqual(missing, []);
  for (const name of ["X-MARTIAN", "", "constructor", "TOSTRING"]) {
    assert.equal(calendarOf(readRscale(name)), undefined, name);
  }
});

Deno.test("createPlatformSystem() makes nothing of a calendar that the platform does not know", () => {
  const monthsPerYear = 12;
  assert.equal(
    createPlatformSystem({
      name: "martian",
      meanYear: 669,
      monthsPerYear,
      price: 1,
    }),
    undefined,
  );
});

Deno.test("createPlatformSystem() asks nothing twice, however many years are looked at", () => {
  const { prototype } = Intl.DateTimeFormat;
  const { formatToParts } = prototype;
  let asked = 0;
  prototype.formatToParts = function (date) {
    asked++;
    return formatToParts.call(this, date);
  };
  try {
    const system = createPlatformSystem({
      name: "islamic-umalqura",
      meanYear: 354.36707,
      monthsPerYear: 12,
      price: 16,
    });
    assert.ok(system);
    // more than a system keeps as they are
    const read = () =>
      Array.from({ length: 4_100 }, (_, year) => system.year(year + 1));
    const years = read();
    assert.ok(asked > 4_100);
    asked = 0;
    assert.deepEqual(read(), years);
    assert.equal(asked, 0);
  } finally {
    prototype.formatToParts = formatToParts;
  }
});

Deno.test("years of every calendar join without a gap, and are found by their days and months", () => {
  const names = new Set(supportedRscales().map(readRscale));
  assert.ok(names.size >= 6);
  for (const name of names) {
    const system = systemOf(name);
    const first = system.yearOf(dayOf("0001-01-01"));
    const last = system.yearOf(dayOf("9999-12-31"));
    const middle = system.yearOf(dayOf("2000-01-01"));
    for (let year = first; year <= last; year++) {
      if (Math.abs(year - middle) > 40 && year % 211 !== 0) continue;
      const { first: begin, length, months } = system.year(year);
      assert.equal(system.year(year + 1).first, begin + length, name);
      assert.equal(system.yearOf(begin), year, name);
      assert.equal(system.yearOf(begin + length - 1), year, name);
      const before = system.monthsBefore(year);
      assert.equal(system.monthsBefore(year + 1), before + months.length, name);
      assert.equal(system.yearOfMonth(before), year, name);
      assert.equal(system.yearOfMonth(before + months.length - 1), year, name);
      let at = begin;
      let place = 0;
      for (const month of months) {
        assert.equal(month.first, at, name);
        assert.ok(month.place > place && month.length >= 5, name);
        at += month.length;
        place = month.place;
      }
      assert.equal(at, begin + length, name);
    }
  }
});

/** Months of the Hebrew calendar as `Intl` writes them in English. */
const HEBREW = [
  "Tishri 1",
  "Heshvan 2",
  "Kislev 3",
  "Tevet 4",
  "Shevat 5",
  "Adar I 5L",
  "Adar 6",
  "Adar II 6",
  "Nisan 7",
  "Iyar 8",
  "Sivan 9",
  "Tamuz 10",
  "Av 11",
  "Elul 12",
];

/** What `Intl` says of a date. */
function asked(format: Intl.DateTimeFormat, date: string): string {
  const text = new Map<string, string>(
    format.formatToParts(dayOf(date) * DAY).map((
      part,
    ) => [part.type, part.value]),
  );
  const month = text.get("month") ?? "";
  const hebrew = HEBREW.find((each) =>
    each.slice(0, each.lastIndexOf(" ")) === month
  );
  const name = hebrew?.split(" ").at(-1) ?? month.replace("bis", "L");
  // ISO8601 is written with leading zeros
  return `${name}-${text.get("day")}`.replace(/(^|-)0/g, "$1");
}

Deno.test("calendars agree with Intl on the ends of their months, but for a fault of its Hebrew years", () => {
  const wrong = new Set<string>();
  for (const name of supportedRscales()) {
    const calendar = name === "GREGORIAN" ? "gregory" : name.toLowerCase();
    // Intl turns to the Julian calendar in 1582 in these, RFC 5545 does not
    const since = ["buddhist", "japanese", "roc"].includes(calendar)
      ? "1600-01-01"
      : "0001-01-01";
    const system = systemOf(name);
    const format = new Intl.DateTimeFormat("en", {
      calendar,
      timeZone: "UTC",
      year: "numeric",
      month: "numeric",
      day: "numeric",
    });
    const middle = system.yearOf(dayOf("2000-01-01"));
    const last = system.yearOf(dayOf("9999-01-01"));
    for (let year = system.yearOf(dayOf(since)) + 1; year <= last; year++) {
      if (Math.abs(year - middle) > 50 && year % 101 !== 0) continue;
      for (const { first, length } of system.year(year).months) {
        for (const date of [dateOf(first), dateOf(first + length - 1)]) {
          if (nameOf(system, date) === asked(format, date)) continue;
          wrong.add(`${name} ${year}`);
        }
      }
    }
  }
  // ICU puts some new years off by a day too many, as that of 5807 (ADR 0013)
  const fault = ["HEBREW 4545", "HEBREW 5806", "HEBREW 5807", "HEBREW 12928"];
  assert.deepEqual([...wrong].filter((each) => !fault.includes(each)), []);
});

Deno.test("new years and leap months are those of published calendars", () => {
  for (
    const [rscale, month, dates] of [
      [
        "CHINESE",
        "1-1",
        ["2013-02-10", "2023-01-22", "2024-02-10", "2025-01-29", "2034-02-19"],
      ],
      ["CHINESE", "2L-1", ["2023-03-22"]],
      ["CHINESE", "6L-1", ["2025-07-25"]],
      ["CHINESE", "11L-1", ["2033-12-22"]],
      ["DANGI", "1-1", ["2023-01-22", "2025-01-29", "2027-02-07"]],
      [
        "HEBREW",
        "1-1",
        ["2013-09-05", "2023-09-16", "2024-10-03", "2025-09-23", "2046-10-01"],
      ],
      ["HEBREW", "5L-1", ["2024-02-10", "2027-02-08"]],
      ["HEBREW", "6-14", ["2024-03-24", "2025-03-14", "2026-03-03"]],
      ["ETHIOPIC", "1-1", ["2013-09-11", "2015-09-12", "2024-09-11"]],
      ["ETHIOPIC", "13-6", ["2015-09-11", "2023-09-11"]],
      ["COPTIC", "4-29", ["2024-01-08", "2025-01-07"]],
      ["ISLAMIC-CIVIL", "1-1", ["2024-07-08", "2025-06-27"]],
      ["ISLAMIC-TBLA", "1-1", ["2024-07-07"]],
      ["ISLAMIC-UMALQURA", "9-1", ["2024-03-11", "2025-03-01"]],
      ["PERSIAN", "1-1", ["2024-03-20", "2025-03-21", "2029-03-20"]],
      ["PERSIAN", "12-30", ["2025-03-20"]],
      ["INDIAN", "1-1", ["2024-03-21", "2025-03-22"]],
      ["BUDDHIST", "2-29", ["2024-02-29"]],
    ] as const
  ) {
    const system = systemOf(rscale);
    for (const date of dates) assert.equal(nameOf(system, date), month, date);
  }
});
