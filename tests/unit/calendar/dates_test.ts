import assert from "node:assert/strict";
import {
  DAY,
  daysInMonth,
  parseDate,
  parseDuration,
} from "../../../src/calendar/dates.ts";
import { parseRule } from "../../../src/calendar/recurrence/rule.ts";

Deno.test("parseDate() reads dates, local and UTC times, and nothing that no calendar has", () => {
  assert.deepEqual(parseDate("20260301"), {
    civil: Date.UTC(2026, 2, 1),
    kind: "date",
  });
  assert.deepEqual(parseDate(" 20260301T101112 "), {
    civil: Date.UTC(2026, 2, 1, 10, 11, 12),
    kind: "local",
  });
  assert.equal(parseDate("20260301T101112Z")?.kind, "utc");
  assert.equal(
    parseDate("20161231T235960Z")?.civil,
    Date.UTC(2016, 11, 31, 23, 59, 59),
  );
  assert.equal(new Date(parseDate("00010101")?.civil ?? 0).getUTCFullYear(), 1);
  for (
    const bad of [
      "",
      "2026-03-01",
      "20260001",
      "20261301",
      "20260300",
      "20260332",
      "20260229",
      "00000101",
      "20260301T240000",
      "20260301T106000",
      "20260301T101061",
      "20260301T1011",
      "20260301ZZ",
    ]
  ) assert.equal(parseDate(bad), undefined, bad);
  assert.ok(parseDate("20240229"));
  // Google's birthdays
  assert.deepEqual(parseDate("20260301Z"), parseDate("20260301"));
});

Deno.test("daysInMonth() knows leap years", () => {
  assert.deepEqual([2000, 1900, 2024, 2023].map((y) => daysInMonth(y, 2)), [
    29,
    28,
    29,
    28,
  ]);
  assert.equal(daysInMonth(2026, 11), 30);
  assert.equal(daysInMonth(2026, 12), 31);
});

Deno.test("parseDuration() reads days and time apart", () => {
  assert.deepEqual(parseDuration("P15DT5H0M20S"), {
    days: 15,
    time: 18_020_000,
  });
  assert.deepEqual(parseDuration("-P1W"), { days: -7, time: -0 });
  assert.deepEqual(parseDuration("PT15M"), { days: 0, time: 900_000 });
  assert.equal(parseDuration("+P1D")?.days, 1);
  // Synology
  assert.deepEqual(parseDuration("PT1W"), parseDuration("P1W"));
  assert.deepEqual(parseDuration("-PT1W1D2H"), parseDuration("-P1W1DT2H"));
  for (const bad of ["", "P", "PT", "1D", "P1H", "P99999999999W", "P1.5D"]) {
    assert.equal(parseDuration(bad), undefined, bad);
  }
  assert.equal(DAY, 24 * 60 * 60 * 1000);
});

Deno.test("parseRule() reads every part", () => {
  const parsed = parseRule(
    "freq=monthly;interval=2;count=5;until=20270101;wkst=su;byday=MO,-1FR,+2tu;" +
      "BYSECOND=0;BYMINUTE=30;BYHOUR=8;BYMONTHDAY=-1,15;BYYEARDAY=-366;" +
      "BYWEEKNO=53;BYMONTH=1,1,12;BYSETPOS=-1;RSCALE=GREGORIAN;SKIP=BACKWARD;X-OWN=1;",
  );
  assert.ok(parsed.ok);
  const { rule } = parsed;
  assert.equal(rule.freq, "MONTHLY");
  assert.equal(rule.interval, 2);
  assert.equal(rule.count, 5);
  assert.equal(rule.until?.civil, Date.UTC(2027, 0, 1));
  assert.equal(rule.weekStart, "SU");
  assert.deepEqual(rule.byDay, [
    { nth: 0, day: "MO" },
    { nth: -1, day: "FR" },
    { nth: 2, day: "TU" },
  ]);
  assert.deepEqual(rule.by.BYMONTHDAY, [-1, 15]);
  assert.deepEqual(rule.by.BYMONTH, [1, 12]);
  assert.equal(rule.skip, "BACKWARD");
  assert.equal(rule.rscale, "GREGORIAN");
  assert.deepEqual(rule.leapMonths, []);
});

Deno.test("parseRule() names the part that is wrong", () => {
  const bad: [string, string][] = [
    ["", "FREQ"],
    ["FREQ=OFTEN", "FREQ"],
    ["INTERVAL=1", "FREQ"],
    ["FREQ=DAILY;INTERVAL=0", "INTERVAL"],
    ["FREQ=DAILY;INTERVAL=99999999999", "INTERVAL"],
    ["FREQ=DAILY;COUNT=0", "COUNT"],
    ["FREQ=DAILY;COUNT=-1", "COUNT"],
    ["FREQ=DAILY;UNTIL=never", "UNTIL"],
    ["FREQ=DAILY;BYHOUR=24", "BYHOUR"],
    ["FREQ=DAILY;BYHOUR=-1", "BYHOUR"],
    ["FREQ=DAILY;BYHOUR=", "BYHOUR"],
    ["FREQ=DAILY;BYMINUTE=60", "BYMINUTE"],
    ["FREQ=DAILY;BYSECOND=61", "BYSECOND"],
    ["FREQ=DAILY;BYMONTH=13", "BYMONTH"],
    ["FREQ=DAILY;BYMONTHDAY=0", "BYMONTHDAY"],
    ["FREQ=DAILY;BYMONTHDAY=1L", "BYMONTHDAY"],
    ["FREQ=DAILY;BYWEEKNO=54", "BYWEEKNO"],
    ["FREQ=DAILY;BYYEARDAY=367", "BYYEARDAY"],
    ["FREQ=DAILY;BYSETPOS=0", "BYSETPOS"],
    ["FREQ=DAILY;BYDAY=XX", "BYDAY"],
    ["FREQ=DAILY;BYDAY=54MO", "BYDAY"],
    ["FREQ=DAILY;BYDAY=0MO", "BYDAY"],
    ["FREQ=DAILY;WKST=1", "WKST"],
    ["FREQ=DAILY;SKIP=UP", "SKIP"],
    ["FREQ=DAILY;FREQ=WEEKLY", "FREQ"],
    ["FREQ=DAILY;WHAT", "WHAT"],
  ];
  for (const [text, part] of bad) {
    const parsed = parseRule(text);
    assert.ok(!parsed.ok, text);
    assert.ok(parsed.message.includes(part), `${text}: ${parsed.message}`);
  }
});
