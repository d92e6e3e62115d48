/**
 * Holds rules of other calendars (RFC 7529) against the plain reading, and the
 * seek against the walk from DTSTART.
 *
 * @module
 */

import {
  type Frequency,
  parseRule,
} from "../../src/calendar/recurrence/rule.ts";
import { WEEKDAYS } from "../../src/calendar/recurrence/rule.ts";
import { startsBetween } from "../../src/calendar/recurrence/rule_engine.ts";
import { type Findings } from "./compare.ts";
import { type Random, timeText } from "./random_rules.ts";
import { type DayTable, plainRscaleStarts, readDays } from "./rscale_plain.ts";

const DAY = 86_400_000;

/** Calendars that are compared, RSCALE first, then the name of `Intl`. */
export const CALENDARS: readonly (readonly [string, string])[] = [
  ["HEBREW", "hebrew"],
  ["CHINESE", "chinese"],
  ["ETHIOPIC", "ethiopic"],
  ["ISLAMIC-CIVIL", "islamic-civil"],
  ["ISLAMIC-UMALQURA", "islamic-umalqura"],
  ["PERSIAN", "persian"],
  ["INDIAN", "indian"],
  ["GREGORIAN", "gregory"],
];

const FROM = Date.UTC(1995, 0, 1);
const TO = Date.UTC(2026, 0, 1);

const tables = new Map<string, DayTable>();

function tableOf(calendar: string): DayTable {
  let table = tables.get(calendar);
  if (table === undefined) {
    table = readDays(calendar, FROM, TO);
    tables.set(calendar, table);
  }
  return table;
}

/** Compares so many random rules in each calendar. */
export function compareRscales(
  random: Random,
  count: number,
  findings: Findings,
): void {
  for (const [rscale, calendar] of CALENDARS) {
    const table = tableOf(calendar);
    for (let each = 0; each < count; each++) {
      compareOne(random, { rscale, table, findings });
    }
  }
}

function compareOne(
  random: Random,
  options: { rscale: string; table: DayTable; findings: Findings },
): void {
  const { rscale, table, findings } = options;
  const text = `RSCALE=${rscale};${randomText(random)}`;
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  const { rule } = parsed;
  const civil = Date.UTC(1998, 0, 1) + DAY * random.integer(0, 2_000) +
    1000 * random.pick([0, 32_400]);
  const to = civil + DAY * random.integer(400, 7_000);
  const budget = { steps: 1_000_000 };
  const walked = startsBetween(rule, { civil }, { from: civil, to, budget });
  const plain = plainRscaleStarts(table, { rule, civil, to });
  const from = civil + Math.floor((to - civil) * random.integer(1, 9) / 10);
  const sought = startsBetween(rule, { civil }, { from, to, budget });
  const rest = plain.filter((start) => start >= from);
  findings.compared++;
  findings.starts += plain.length;
  const same = walked.complete && sought.complete &&
    String(walked.starts) === String(plain) &&
    String(sought.starts) === String(rest);
  if (same) return;
  const lists = [walked.starts, plain, sought.starts, rest].map((list) =>
    list.slice(0, 8).map((start) => timeText(start).slice(0, 8)).join(" ")
  );
  findings.wrong.push(
    `${timeText(civil)} ${text} to ${timeText(to)}: ${lists.join(" | ")}`,
  );
}

const FREQS: readonly Frequency[] = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"];

function randomText(random: Random): string {
  const freq = random.pick([...FREQS, "YEARLY", "MONTHLY"]);
  const parts = [`FREQ=${freq}`];
  const add = (name: string, most: number, signed: boolean) =>
    parts.push(`${name}=${numbers(random, most, signed)}`);
  if (random.chance(0.4)) {
    parts.push(`INTERVAL=${random.integer(1, freq === "DAILY" ? 40 : 7)}`);
  }
  const months = random.chance(0.45);
  if (months) {
    const list = numbers(random, 13, false).map((month) =>
      `${month}${random.chance(0.3) ? "L" : ""}`
    );
    // the Gregorian calendar has no thirteenth
    parts.push(
      `BYMONTH=${list.map((each) => each.replace("13", "12"))}`,
    );
  }
  if (freq === "YEARLY" && random.chance(0.25)) add("BYWEEKNO", 53, true);
  else if (freq === "YEARLY" && random.integer(0, 3) === 0) {
    add("BYYEARDAY", 366, true);
  }
  if (freq !== "WEEKLY" && random.chance(0.35)) add("BYMONTHDAY", 31, true);
  if (random.chance(0.35)) {
    const numbered = freq === "MONTHLY" ||
      (freq === "YEARLY" && !parts.some((each) => each.startsWith("BYWEEKNO")));
    const days = Array.from({ length: random.integer(1, 3) }, () => {
      const most = freq === "YEARLY" && !months ? 52 : 5;
      const nth = numbered && random.chance(0.5)
        ? `${random.pick(["", "-"])}${random.integer(1, most)}`
        : "";
      return `${nth}${random.pick(WEEKDAYS)}`;
    });
    parts.push(`BYDAY=${days}`);
  }
  if (parts.some((each) => each.startsWith("BY")) && random.chance(0.2)) {
    add("BYSETPOS", 5, true);
  }
  if (random.chance(0.3)) parts.push(`COUNT=${random.integer(1, 40)}`);
  if (random.chance(0.3)) parts.push(`WKST=${random.pick(WEEKDAYS)}`);
  if (random.chance(0.6)) {
    parts.push(`SKIP=${random.pick(["OMIT", "BACKWARD", "FORWARD"])}`);
  }
  return parts.join(";");
}

/** Numbers, often the ends of the range, where years and months differ. */
function numbers(random: Random, most: number, signed: boolean): number[] {
  return Array.from({ length: random.integer(1, 3) }, () => {
    const size = random.chance(0.4)
      ? most - random.integer(0, 3)
      : random.integer(1, most);
    return signed && random.chance(0.4) ? -size : size;
  }).filter((value, at, all) => all.indexOf(value) === at);
}
