import assert from "node:assert/strict";
import {
  parseRule,
  type Rule,
} from "../../../../src/calendar/recurrence/rule.ts";
import {
  eachStart,
  lastStart,
  MAX_CIVIL,
  type RuleStart,
  startsBetween,
} from "../../../../src/calendar/recurrence/rule_engine.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5, 9, 30);
const ALL = Array.from({ length: 60 }, (_, value) => value);
const DENSE = `BYHOUR=${ALL.slice(0, 24)};BYMINUTE=${ALL};BYSECOND=${ALL}`;

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  return parsed.rule;
}

/** Starts in a range, and the steps that they cost. */
function find(
  text: string,
  [from, to]: readonly [number, number],
  options: { steps?: number; start?: RuleStart } = {},
) {
  const { steps = 10_000, start = { civil: START } } = options;
  const budget = { steps };
  const found = startsBetween(ruleOf(text), start, { from, to, budget });
  return { ...found, cost: steps - budget.steps };
}

function days(text: string, range: readonly [number, number]): string[] {
  return find(text, range).starts.map((civil) =>
    new Date(civil).toISOString().slice(0, 10)
  );
}

const FIRST_YEAR = [START, Date.UTC(2027, 0, 1)] as const;

Deno.test("startsBetween() takes both ends in, and nothing before DTSTART or after UNTIL", () => {
  const range = [START + DAY, START + 3 * DAY] as const;
  assert.equal(find("FREQ=DAILY", range).starts.length, 3);
  assert.equal(
    find("FREQ=DAILY", range, {
      start: { civil: START, until: START + 2 * DAY },
    }).starts.length,
    2,
  );
  assert.equal(find("FREQ=DAILY", [0, START]).starts.length, 1);
  assert.deepEqual(find("FREQ=DAILY", [0, START - 1]).starts, []);
  assert.deepEqual(find("FREQ=DAILY", [START + 2, START + 1]).starts, []);
  // DTSTART that does not match is no start of the rule, but the first of COUNT
  assert.deepEqual(days("FREQ=WEEKLY;BYDAY=TU;COUNT=2", FIRST_YEAR), [
    "2026-01-06",
  ]);
  assert.deepEqual(days("FREQ=WEEKLY;BYDAY=TU;COUNT=1", FIRST_YEAR), []);
});

/** Steps that it takes at most to try all days of years of all shapes. */
const SHAPES = 28 * (1 + 366 / 8);

Deno.test("a far range costs what a near one costs", () => {
  for (
    const text of [
      "FREQ=DAILY",
      "FREQ=WEEKLY;BYDAY=MO,WE",
      "FREQ=MONTHLY;BYDAY=-1FR",
      "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
      "FREQ=HOURLY;BYHOUR=8,12",
      "FREQ=MINUTELY;INTERVAL=7",
      "FREQ=DAILY;COUNT=1000000",
      "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=1000000",
      "FREQ=MINUTELY;BYHOUR=8;BYMINUTE=0;COUNT=1000000",
    ]
  ) {
    const cost = (year: number) =>
      find(text, [Date.UTC(year, 2, 1), Date.UTC(year, 2, 8)]);
    const near = cost(2026);
    // where starts are counted, years of all shapes have been seen by then
    const farther = cost(2060);
    const far = cost(2126);
    assert.ok(far.complete && far.cost <= farther.cost + 10, text);
    assert.ok(farther.cost <= near.cost + SHAPES + 10, text);
    if (!text.includes("COUNT")) assert.ok(far.cost <= near.cost + 10, text);
    assert.ok(Math.abs(far.starts.length - near.starts.length) < 2, text);
  }
});

Deno.test("who asks first for years of a shape pays for it, and nobody for what is kept", () => {
  const parsed = parseRule("FREQ=YEARLY;BYDAY=20MO");
  assert.ok(parsed.ok);
  const { rule } = parsed;
  const ask = (first: number, last: number) => {
    const budget = { steps: 1_000 };
    const { starts, complete } = startsBetween(rule, { civil: START }, {
      from: Date.UTC(first, 0, 1),
      to: Date.UTC(last, 11, 31),
      budget,
    });
    assert.deepEqual([starts.length, complete], [last - first + 1, true]);
    return budget;
  };
  const one = ask(2026, 2026);
  const left = one.steps;
  assert.ok(left < 1_000 - 365 / 8, `${left}`);
  const others = ask(2026, 2030);
  assert.ok(others.steps < 1_000 - 4 * 365 / 8, `${others.steps}`);
  assert.equal(one.steps, left);
  assert.ok(ask(2026, 2030).steps > 980);
  // years alike have been seen
  assert.ok(ask(2054, 2058).steps > 980);
});

Deno.test("COUNT is counted the same wherever the range begins", () => {
  for (
    const text of [
      "FREQ=DAILY",
      "FREQ=DAILY;BYDAY=MO,FR;BYHOUR=8,10",
      "FREQ=DAILY;INTERVAL=3;BYMONTH=1,2",
      "FREQ=WEEKLY;BYDAY=SU,MO,WE",
      "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=2,-1",
      "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD",
      "FREQ=HOURLY;BYHOUR=8,10",
      "FREQ=HOURLY;INTERVAL=5;BYDAY=MO",
    ]
  ) {
    const counted = `${text};COUNT=20`;
    const all = find(counted, [START, MAX_CIVIL]).starts;
    const isGiven = find(text, [START, START]).starts.length === 1;
    assert.equal(all.length, isGiven ? 20 : 19, text);
    for (const [index, civil] of all.entries()) {
      const rest = find(counted, [civil, MAX_CIVIL]).starts;
      assert.deepEqual(rest, all.slice(index), text);
    }
    const last = all.at(-1) ?? 0;
    assert.deepEqual(find(counted, [last + 1, MAX_CIVIL]).starts, []);
    const budget = { steps: 1_000 };
    const rule = ruleOf(counted);
    assert.equal(lastStart(rule, { civil: START }, budget), last, text);
  }
});

Deno.test("a rule that can never match is known to be so", () => {
  const tuesday = { civil: START + DAY };
  for (
    const text of [
      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=DAILY;BYYEARDAY=1;BYMONTH=3",
      "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
      "FREQ=SECONDLY;BYSETPOS=5",
      "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
      "FREQ=HOURLY;INTERVAL=168;BYDAY=MO",
      "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
      "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
      "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=1;BYSETPOS=2",
    ]
  ) {
    const found = find(text, [START, MAX_CIVIL], { start: tuesday });
    assert.deepEqual(found.starts, [], text);
    assert.ok(found.complete, text);
    assert.equal(
      lastStart(ruleOf(text), tuesday, { steps: 10_000 }),
      undefined,
    );
  }
});

Deno.test("work on hostile rules ends with the budget, and says so", () => {
  for (
    const text of [
      "FREQ=SECONDLY",
      "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3",
      "FREQ=SECONDLY;INTERVAL=86399;BYHOUR=3;BYMINUTE=2;BYSECOND=1",
      `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;${DENSE}`,
      `FREQ=DAILY;INTERVAL=2;${DENSE}`,
      "FREQ=HOURLY;COUNT=1000000000",
      "RSCALE=HEBREW;FREQ=YEARLY",
    ]
  ) {
    const { starts, complete, cost } = find(text, [START, MAX_CIVIL]);
    assert.equal(complete, false, text);
    assert.ok(starts.length <= 10_000 && cost <= 11_400, text);
  }
  assert.equal(find("FREQ=DAILY", FIRST_YEAR, { steps: 0 }).complete, false);
  const far = [Date.UTC(9000, 0, 1), Date.UTC(9000, 0, 2)] as const;
  const counted = "FREQ=HOURLY;INTERVAL=5;BYDAY=MO;COUNT=100000000";
  assert.equal(find(counted, far).complete, false);
});

Deno.test("the ends of what iCalendar can write are no trouble", () => {
  const first = { civil: new Date(0).setUTCFullYear(1, 0, 1) };
  const range = [first.civil, first.civil + 3 * 366 * DAY] as const;
  assert.equal(find("FREQ=YEARLY", range, { start: first }).starts.length, 4);
  const last = { civil: Date.UTC(9999, 11, 30) };
  for (const freq of ["YEARLY", "MONTHLY", "WEEKLY"]) {
    const found = find(`FREQ=${freq}`, [last.civil, Infinity], { start: last });
    assert.deepEqual([found.starts.length, found.complete], [1, true]);
  }
  const daily = find("FREQ=DAILY", [-Infinity, Infinity], { start: last });
  assert.equal(daily.starts.length, 2);
  for (const freq of ["YEARLY", "DAILY", "HOURLY", "SECONDLY"]) {
    const rare = find(`FREQ=${freq};INTERVAL=2147483648`, [START, MAX_CIVIL]);
    assert.equal(rare.starts[0], START);
    assert.ok(rare.complete && rare.starts.length < 120);
  }
});

Deno.test("eachStart() stops when it is told to", () => {
  const seen: number[] = [];
  const complete = eachStart(ruleOf("FREQ=SECONDLY"), { civil: START }, {
    from: START,
    to: MAX_CIVIL,
    budget: { steps: 100 },
    visit: (civil) => seen.push(civil) < 3,
  });
  assert.deepEqual(seen, [START, START + 1000, START + 2000]);
  assert.equal(complete, true);
});

Deno.test("lastStart() gives UNTIL, the last of COUNT, or null without an end", () => {
  const last = (text: string, until?: number, steps = 10_000) =>
    lastStart(
      ruleOf(text),
      until === undefined ? { civil: START } : { civil: START, until },
      { steps },
    );
  assert.equal(last("FREQ=DAILY", START + 5), START + 5);
  assert.equal(last("FREQ=DAILY", START - 1), undefined);
  assert.equal(last("FREQ=DAILY"), null);
  assert.equal(last("FREQ=DAILY;INTERVAL=2;COUNT=1000"), START + 1998 * DAY);
  assert.equal(last("FREQ=DAILY;COUNT=1000000000"), null);
  assert.equal(last("FREQ=DAILY;INTERVAL=2;COUNT=1000000000"), null);
  assert.equal(last("FREQ=WEEKLY;INTERVAL=2;COUNT=1"), START);
  // DTSTART is a Monday: it is the only one of COUNT, or the first of two
  assert.equal(last("FREQ=WEEKLY;BYDAY=TU;COUNT=1"), undefined);
  assert.equal(last("FREQ=WEEKLY;BYDAY=TU;COUNT=2"), START + DAY);
  assert.equal(last("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=2"), START + DAY);
  assert.equal(
    last("FREQ=YEARLY;INTERVAL=2;COUNT=3"),
    Date.UTC(2030, 0, 5, 9, 30),
  );
  assert.equal(last("FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;COUNT=100000"), null);
  assert.equal(
    last("FREQ=SECONDLY;INTERVAL=86399;BYHOUR=1", undefined, 5),
    null,
  );
  // fewer starts than COUNT wants: the interval meets the limits once in 400 years
  assert.equal(
    last("FREQ=YEARLY;INTERVAL=400;BYDAY=MO;BYMONTHDAY=5;BYMONTH=1;COUNT=30"),
    null,
  );
});
