import assert from "node:assert/strict";
import {
  parseRule,
  type Rule,
} from "../../../../src/calendar/recurrence/rule.ts";
import {
  lastStart,
  MAX_CIVIL,
  startsBetween,
} from "../../../../src/calendar/recurrence/rule_engine.ts";

const DAY = 86_400_000;

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  return parsed.rule;
}

function civilOf(date: string): number {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(date) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function dateOf(civil: number): string {
  return new Date(civil).toISOString().slice(0, 10).replaceAll("-", "");
}

/** The first starts of a rule from a date on, as dates. */
function starts(
  start: string,
  rule: string,
  options: { from?: string; many?: number; steps?: number } = {},
): string[] {
  const { from = start, many = 5, steps = 50_000 } = options;
  const civil = civilOf(start);
  const search = {
    from: civilOf(from),
    to: civilOf(from) + 40 * 366 * DAY,
    budget: { steps },
  };
  return startsBetween(ruleOf(rule), { civil }, search).starts
    .slice(0, many).map(dateOf);
}

/** Steps that a range of 40 days costs. */
function costOf(start: string, rule: string, from: string): number {
  const budget = { steps: 1_000_000 };
  const at = civilOf(from);
  const search = { from: at, to: at + 40 * DAY, budget };
  startsBetween(ruleOf(rule), { civil: civilOf(start) }, search);
  return 1_000_000 - budget.steps;
}

Deno.test("the examples of RFC 7529 section 4.3", () => {
  assert.deepEqual(starts("20130210", "RSCALE=CHINESE;FREQ=YEARLY"), [
    "20130210",
    "20140131",
    "20150219",
    "20160208",
    "20170128",
  ]);
  assert.deepEqual(
    starts("20130906", "RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13"),
    ["20130906", "20140906", "20150906", "20160906", "20170906"],
  );
  assert.deepEqual(
    starts(
      "20140208",
      "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD",
    ),
    ["20140208", "20150227", "20160217", "20170306", "20180223"],
  );
  assert.deepEqual(starts("20120229", "FREQ=YEARLY", { many: 2 }), [
    "20120229",
    "20160229",
  ]);
  assert.deepEqual(
    starts("20120229", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", {
      many: 6,
    }),
    ["20120229", "20130301", "20140301", "20150301", "20160229", "20170301"],
  );
});

Deno.test("a date in a leap month recurs in such months only, or where SKIP moves it (section 4.1)", () => {
  // 22 March 2023 begins the Chinese leap month after the second
  for (
    const [skip, dates] of [
      ["OMIT", ["20230322", "20420322"]],
      ["BACKWARD", ["20230322", "20240310", "20250228"]],
      ["FORWARD", ["20230322", "20240409", "20250329"]],
    ] as const
  ) {
    const rule = `RSCALE=CHINESE;FREQ=YEARLY;SKIP=${skip}`;
    assert.deepEqual(starts("20230322", rule, { many: 3 }), dates, skip);
  }
});

Deno.test("SKIP moves months first and days then, over the ends of the year too (section 4.1)", () => {
  const hebrew = (rule: string, start = "20240101") =>
    starts(start, `RSCALE=HEBREW;FREQ=YEARLY;${rule}`, { many: 3 });
  // Adar I has 30 days, Adar 29: first the month is another, then the day
  assert.deepEqual(hebrew("BYMONTH=5L;BYMONTHDAY=30;SKIP=FORWARD"), [
    "20240310",
    "20250330",
    "20260319",
  ]);
  assert.deepEqual(hebrew("BYMONTH=5L;BYMONTHDAY=30;SKIP=BACKWARD"), [
    "20240310",
    "20250228",
    "20260217",
  ]);
  // no month is behind the twelfth but those of the next year
  assert.deepEqual(hebrew("BYMONTH=12L;BYMONTHDAY=1;SKIP=FORWARD"), [
    "20241003",
    "20250923",
    "20260912",
  ]);
  assert.deepEqual(hebrew("BYMONTH=13;BYMONTHDAY=-1;SKIP=BACKWARD"), [
    "20241002",
    "20250922",
    "20260911",
  ]);
  assert.deepEqual(hebrew("BYMONTH=13;BYMONTHDAY=1"), []);
  // what SKIP made of two values is one date
  assert.deepEqual(hebrew("BYMONTH=5,5L;BYMONTHDAY=3;SKIP=BACKWARD"), [
    "20240113",
    "20240212",
    "20250201",
  ]);
  const gregorian = "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=12L;BYMONTHDAY=1";
  assert.deepEqual(starts("20260101", `${gregorian};SKIP=FORWARD`), [
    "20260101",
    "20270101",
    "20280101",
    "20290101",
    "20300101",
  ]);
  assert.deepEqual(starts("20260101", gregorian), []);
});

Deno.test("SKIP moves days and weeks that a year lacks, whatever end they are counted from", () => {
  const of = (rule: string, start = "20240101") =>
    starts(start, `RSCALE=${rule}`, { many: 3 });
  // in the civil Islamic calendar 1445 and 1447 have 355 days, 1446 has 354
  const yearDay = "ISLAMIC-CIVIL;FREQ=YEARLY;BYYEARDAY=355";
  assert.deepEqual(of(yearDay), ["20240707", "20260616", "20290514"]);
  assert.deepEqual(of(`${yearDay};SKIP=FORWARD`), [
    "20240707",
    "20250627",
    "20260616",
  ]);
  assert.deepEqual(of(`${yearDay};SKIP=BACKWARD`), [
    "20240707",
    "20250626",
    "20260616",
  ]);
  const fromEnd = "ISLAMIC-CIVIL;FREQ=YEARLY;BYYEARDAY=-355";
  assert.deepEqual(of(`${fromEnd};SKIP=BACKWARD`), [
    "20240707",
    "20250627",
    "20260616",
  ]);
  // 2026 has a 53rd week, the years beside it have none
  const week = "GREGORIAN;FREQ=YEARLY;BYWEEKNO=53;BYDAY=WE";
  assert.deepEqual(of(week), ["20261230", "20321229", "20371230"]);
  assert.deepEqual(of(`${week};SKIP=BACKWARD`), [
    "20241225",
    "20251224",
    "20261230",
  ]);
  assert.deepEqual(of(`${week};SKIP=FORWARD`), [
    "20240103",
    "20250101",
    "20251231",
  ]);
  const firstWeek = "GREGORIAN;FREQ=YEARLY;BYWEEKNO=-53;BYDAY=WE";
  assert.deepEqual(of(firstWeek), ["20251231", "20311231", "20361231"]);
  assert.deepEqual(of(`${firstWeek};SKIP=BACKWARD`), [
    "20241225",
    "20251231",
    "20261230",
  ]);
  assert.deepEqual(of(`${firstWeek};SKIP=FORWARD`), [
    "20240103",
    "20250101",
    "20251231",
  ]);
});

Deno.test("SKIP does nothing where BY parts limit what there is", () => {
  for (const skip of ["OMIT", "BACKWARD", "FORWARD"]) {
    const of = (rule: string) =>
      starts("20240301", `RSCALE=HEBREW;SKIP=${skip};${rule}`, { many: 3 });
    assert.deepEqual(of("FREQ=MONTHLY;BYMONTH=5L;BYMONTHDAY=2"), [
      "20270209",
      "20300205",
      "20330201",
    ]);
    assert.deepEqual(of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), [
      "20241201",
      "20261110",
      "20271130",
    ]);
  }
});

Deno.test("months are counted as they come, leap months and short ones too", () => {
  // Adar I lies between the first two, and none between the third and the fourth
  assert.deepEqual(
    starts("20231014", "RSCALE=HEBREW;FREQ=MONTHLY;INTERVAL=6"),
    ["20231014", "20240408", "20241002", "20250329", "20250922"],
  );
  // the thirteenth Ethiopic month has five days
  assert.deepEqual(
    starts("20240910", "RSCALE=ETHIOPIC;FREQ=MONTHLY", { many: 4 }),
    ["20240910", "20240915", "20241015", "20241114"],
  );
  assert.deepEqual(
    starts("20240910", "RSCALE=ETHIOPIC;FREQ=MONTHLY;INTERVAL=13", {
      many: 3,
    }),
    ["20240910", "20250910", "20260910"],
  );
});

Deno.test("numbers of BYDAY, BYYEARDAY, BYMONTHDAY and BYSETPOS count in the calendar's own months and years", () => {
  for (
    const [rule, dates] of [
      // the last Sabbath of Elul
      ["FREQ=YEARLY;BYMONTH=12;BYDAY=-1SA", ["20240928", "20250920"]],
      ["FREQ=YEARLY;BYDAY=1SA", ["20241005", "20250927"]],
      ["FREQ=YEARLY;BYYEARDAY=384", ["20270930", "20351002"]],
      ["FREQ=YEARLY;BYYEARDAY=-1", ["20241002", "20250922"]],
      ["FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1", ["20241101", "20251022"]],
      [
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=384",
        ["20270930", "20351002"],
      ],
      // a Sunday of the last week of 5787, which is in 5788 itself
      ["FREQ=YEARLY;BYWEEKNO=55;BYDAY=SU", ["20271003", "20300929"]],
      ["FREQ=YEARLY;BYWEEKNO=56;BYDAY=SU", []],
    ] as const
  ) {
    const found = starts("20240501", `RSCALE=HEBREW;${rule}`, { many: 2 });
    assert.deepEqual(found, dates, rule);
  }
});

Deno.test("shorter FREQs, COUNT, UNTIL and times work in every calendar", () => {
  const start = { civil: Date.UTC(2024, 0, 1, 9, 30) };
  const search = (text: string, until?: number) => {
    const { starts, complete } = startsBetween(
      ruleOf(`RSCALE=CHINESE;${text}`),
      until === undefined ? start : { ...start, until },
      { from: 0, to: MAX_CIVIL, budget: { steps: 200_000 } },
    );
    assert.equal(complete, true, text);
    return starts.map((civil) => new Date(civil).toISOString().slice(0, 16));
  };
  assert.deepEqual(
    search("FREQ=HOURLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=8,12;COUNT=4"),
    ["2024-02-10T08:30", "2024-02-10T12:30", "2025-01-29T08:30"],
  );
  assert.deepEqual(
    search("FREQ=DAILY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=1,2;COUNT=3"),
    ["2024-02-10T09:30", "2025-01-29T09:30"],
  );
  assert.deepEqual(
    search("FREQ=WEEKLY;BYMONTH=6L;BYDAY=SA;COUNT=3"),
    ["2025-07-26T09:30", "2025-08-02T09:30"],
  );
  assert.deepEqual(
    search("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15", Date.UTC(2026, 2, 3, 9, 30)),
    ["2024-02-24T09:30", "2025-02-12T09:30", "2026-03-03T09:30"],
  );
});

Deno.test("a far range costs what a near one costs", () => {
  for (
    const rule of [
      "RSCALE=CHINESE;FREQ=YEARLY",
      "RSCALE=HEBREW;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD",
      "RSCALE=PERSIAN;FREQ=WEEKLY;INTERVAL=3;BYMONTH=1",
      "RSCALE=ETHIOPIC;FREQ=DAILY;BYMONTH=13",
      "RSCALE=INDIAN;FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=1;BYHOUR=3",
      "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTHDAY=31;SKIP=FORWARD",
    ]
  ) {
    const near = costOf("19900101", rule, "19910101");
    const far = costOf("19900101", rule, "20900101");
    assert.ok(Math.abs(far - near) < 350, `${rule}: ${near} and ${far}`);
  }
});

Deno.test("work on hostile rules ends with the budget, and says so", () => {
  const start = { civil: Date.UTC(2024, 0, 1) };
  for (
    const text of [
      "RSCALE=CHINESE;FREQ=YEARLY",
      "RSCALE=CHINESE;FREQ=YEARLY;COUNT=9000",
      "RSCALE=DANGI;FREQ=DAILY;BYMONTH=12L;BYMONTHDAY=30",
      "RSCALE=HEBREW;FREQ=MONTHLY;BYMONTH=13",
      "RSCALE=HEBREW;FREQ=SECONDLY;BYMONTH=5L",
      "RSCALE=PERSIAN;FREQ=MINUTELY;INTERVAL=7;BYMONTHDAY=32",
      "RSCALE=ISLAMIC;FREQ=YEARLY;BYYEARDAY=356;BYDAY=MO;BYSETPOS=7",
    ]
  ) {
    const budget = { steps: 10_000 };
    const rule = ruleOf(text);
    const found = startsBetween(rule, start, {
      from: 0,
      to: MAX_CIVIL,
      budget,
    });
    assert.equal(found.complete, false, text);
    // a step may look at some years more
    assert.ok(budget.steps > -2_000, `${text}: ${budget.steps}`);
    assert.equal(lastStart(rule, start, { steps: 10_000 }), null, text);
  }
});

Deno.test("a calendar that repeats itself ends the search for what it never has", () => {
  for (
    const text of [
      "RSCALE=COPTIC;FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=7",
      "RSCALE=ISLAMIC-CIVIL;FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
      "RSCALE=INDIAN;FREQ=DAILY;INTERVAL=5;BYMONTH=12;BYMONTHDAY=31",
      "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=5L",
    ]
  ) {
    const budget = { steps: 50_000 };
    const civil = Date.UTC(2024, 0, 1);
    assert.equal(lastStart(ruleOf(text), { civil }, budget), undefined, text);
  }
});

Deno.test("nothing is claimed of a calendar that nobody knows", () => {
  const budget = { steps: 1_000 };
  const start = { civil: Date.UTC(2024, 0, 1) };
  const rule = ruleOf("RSCALE=X-MARTIAN;FREQ=YEARLY;COUNT=2");
  const search = { from: 0, to: MAX_CIVIL, budget };
  assert.deepEqual(startsBetween(rule, start, search), {
    starts: [],
    complete: false,
  });
  assert.equal(lastStart(rule, start, budget), null);
});

Deno.test("parseRule() takes RSCALE in any case, wider ranges in other calendars, L only beside RSCALE", () => {
  const rule = ruleOf("rscale=hebrew;freq=yearly;bymonth=5l,6;skip=forward");
  assert.equal(rule.rscale, "HEBREW");
  assert.deepEqual(rule.by.BYMONTH, [6]);
  assert.deepEqual(rule.leapMonths, [5]);
  assert.equal(rule.skip, "FORWARD");
  assert.equal(ruleOf("FREQ=DAILY").rscale, "GREGORIAN");
  const wide =
    "BYMONTH=13;BYMONTHDAY=-32;BYYEARDAY=385;BYWEEKNO=56;BYSETPOS=-385;BYDAY=55MO";
  ruleOf(`RSCALE=CHINESE;FREQ=YEARLY;${wide}`);
  for (
    const text of [
      ...wide.split(";").map((part) => `RSCALE=ROC;FREQ=YEARLY;${part}`),
      "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=14",
      "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=-1L",
      "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=L",
      "RSCALE=CHINESE;FREQ=YEARLY;BYMONTHDAY=5L",
      "RSCALE=CHINESE;FREQ=YEARLY;BYYEARDAY=386",
      "RSCALE=CHINESE;FREQ=YEARLY;SKIP=UPWARD",
      "FREQ=YEARLY;BYMONTH=5L",
      "FREQ=YEARLY;SKIP=OMIT",
    ]
  ) assert.equal(parseRule(text).ok, false, text);
});
