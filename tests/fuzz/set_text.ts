/**
 * Random recurrence sets as iCalendar text.
 *
 * @module
 */

import { type Case, ruleText, timeText } from "./random_rules.ts";
import {
  type Form,
  type Length,
  type SetCase,
  THIRD_ZONE,
} from "./random_sets.ts";
import { civilIn, epochIn } from "./zoned.ts";

/** The set as one object, its TZIDs without VTIMEZONE. */
export function setText(set: SetCase): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Test//EN",
    "BEGIN:VEVENT",
    "UID:1",
    `DTSTART${dateText(set, set.start)}`,
    ...lengthLines(set, set.start, set.length),
    ...set.rules.map((each) => `RRULE:${setRuleText(set, each)}`),
    ...set.exclusions.map((each) => `EXRULE:${setRuleText(set, each)}`),
    ...set.dates.map((each) => `RDATE${periodText(set, each)}`),
    ...set.exceptions.map(({ civil, form }) =>
      `EXDATE${dateText(set, civil, form)}`
    ),
    "END:VEVENT",
    ...set.overrides.flatMap(({ civil, form, to, length, future }) => [
      "BEGIN:VEVENT",
      "UID:1",
      `RECURRENCE-ID${future ? ";RANGE=THISANDFUTURE" : ""}${
        dateText(set, civil, form)
      }`,
      `DTSTART${dateText(set, to)}`,
      ...lengthLines(set, to, length),
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function setRuleText(set: SetCase, each: Case): string {
  const { until } = each.start;
  return ruleText(each, until === undefined ? until : untilText(set, until));
}

function dateText(set: SetCase, civil: number, form: Form = "own"): string {
  const { kind, zone } = set;
  if (form === "date" || kind === "date") {
    return `;VALUE=DATE:${timeText(civil).slice(0, 8)}`;
  }
  const epoch = epochIn(zone, civil);
  if (form === "utc" || kind === "utc") return `:${timeText(epoch)}Z`;
  if (form === "zone") {
    return `;TZID=${THIRD_ZONE}:${timeText(civilIn(THIRD_ZONE, epoch))}`;
  }
  return kind === "floating"
    ? `:${timeText(civil)}`
    : `;TZID=${zone}:${timeText(civil)}`;
}

function periodText(
  set: SetCase,
  { civil, length }: SetCase["dates"][number],
): string {
  const date = dateText(set, civil);
  if (length === undefined) return date;
  return `;VALUE=PERIOD${date}/${durationText(length)}`;
}

function lengthLines(set: SetCase, civil: number, length: Length): string[] {
  const { how, days, time } = length;
  if (how === "none") return [];
  if (how === "duration") return [`DURATION:${durationText(length)}`];
  if (set.kind === "date") {
    return [`DTEND${dateText(set, civil + days * 86_400_000)}`];
  }
  const end = epochIn(set.zone, civil) + time;
  const local = civilIn(set.zone, end);
  // the second of two equal local times can only be said in UTC
  const sayable = epochIn(set.zone, local) === end;
  return [`DTEND${dateText(set, local, "own")}`].map((line) =>
    sayable ? line : `DTEND:${timeText(end)}Z`
  );
}

function durationText({ days, time }: Length): string {
  const clock = time === 0 ? "" : `T${time / 1000}S`;
  return `P${days === 0 && time !== 0 ? "" : `${days}D`}${clock}`;
}

function untilText({ kind, zone }: SetCase, until: number): string {
  if (kind === "date") return timeText(until).slice(0, 8);
  if (kind === "floating") return timeText(until);
  return `${timeText(epochIn(zone, until))}Z`;
}
