/**
 * Random calendar objects as plain data, and the same as iCalendar text: what
 * a slow matcher reads, and what the server is given.
 *
 * @module
 */

import fc from "fast-check";

/** Milliseconds. */
export const HOUR = 3_600_000;

/** Where all times begin: 1 March 2026. */
export const ORIGIN = Date.UTC(2026, 2, 1);

/** A property that is text. */
export interface TextProperty {
  /** Its name. */
  readonly name: string;
  /** Its parameters with their values. */
  readonly params:
    readonly (readonly [name: string, values: readonly string[]])[];
  /** Its value without escapes. */
  readonly text: string;
}

/** A component with at most one start; times are hours from the origin. */
export interface ModelComponent {
  /** True: its start and end are days. */
  readonly allDay: boolean;
  /** DTSTART. */
  readonly start?: number;
  /** DTEND or DUE, later than the start. */
  readonly end?: number;
  /** DURATION in hours; never beside an end. */
  readonly duration?: number;
  /** COMPLETED. */
  readonly completed?: number;
  /** CREATED. */
  readonly created?: number;
  /** Text. */
  readonly props: readonly TextProperty[];
  /** Hours from the start at which an alarm goes off. */
  readonly alarm?: number;
}

/** An object: a component that may recur, and what was changed of it. */
export interface ModelObject {
  /** VEVENT, VTODO or VJOURNAL. */
  readonly name: string;
  /** The master. */
  readonly master: ModelComponent;
  /** Every so many days, so often. */
  readonly rule?: { readonly days: number; readonly count: number };
  /** Numbers of instances that do not happen. */
  readonly excepted: readonly number[];
  /** An instance that was changed. */
  readonly override?: { readonly nth: number; readonly by: ModelComponent };
}

/** Words that values and searches are made of. */
export const WORDS: fc.Arbitrary<string> = fc.array(
  fc.constantFrom(
    "a",
    "B",
    "c",
    "\u00e4",
    "\u00c4",
    "\u00df",
    "e\u0301",
    "\u00e9",
    ",",
    ";",
    "\\",
    "\n",
    " ",
  ),
  { maxLength: 4 },
).map((all) => all.join(""));

const PARAM_VALUES = fc.array(
  fc.constantFrom("HOME", "home", "Work", "x y", "a:b", "\u00e4"),
  { minLength: 1, maxLength: 2 },
);

const PROPERTY: fc.Arbitrary<TextProperty> = fc.record({
  name: fc.constantFrom("SUMMARY", "LOCATION", "COMMENT", "X-OWN"),
  params: fc.uniqueArray(
    fc.tuple(fc.constantFrom("LANGUAGE", "X-P"), PARAM_VALUES),
    { maxLength: 2, selector: ([name]) => name },
  ),
  text: WORDS,
});

const hours = fc.integer({ min: 0, max: 24 * 12 });

/** How a component is placed in time. */
function component(name: string): fc.Arbitrary<ModelComponent> {
  return fc.record({
    allDay: fc.boolean(),
    start: name === "VEVENT" ? hours : fc.option(hours, { nil: undefined }),
    length: fc.integer({ min: 0, max: 40 }),
    shape: fc.constantFrom("none", "end", "duration"),
    completed: fc.option(hours, { nil: undefined }),
    created: fc.option(hours, { nil: undefined }),
    props: fc.array(PROPERTY, { maxLength: 3 }),
    alarm: fc.option(fc.integer({ min: -30, max: 5 }), { nil: undefined }),
  }).map((raw) => shape(name, raw));
}

/** What is drawn before it is made consistent. */
interface Raw {
  readonly allDay: boolean;
  readonly start: number | undefined;
  readonly length: number;
  readonly shape: string;
  readonly completed: number | undefined;
  readonly created: number | undefined;
  readonly props: readonly TextProperty[];
  readonly alarm: number | undefined;
}

function shape(
  name: string,
  raw: Raw,
): ModelComponent {
  const { length, shape, start, completed, created, alarm } = raw;
  const unit = raw.allDay ? 24 : 1;
  const at = start === undefined ? undefined : start - start % unit;
  const long = Math.ceil(length / unit) * unit;
  const ends = name !== "VJOURNAL" && shape === "end";
  const lasts = name !== "VJOURNAL" && shape === "duration" &&
    at !== undefined;
  const end = (at ?? 48) + Math.max(long, unit);
  return {
    allDay: raw.allDay,
    props: raw.props,
    ...at !== undefined && { start: at },
    ...ends && { end },
    ...lasts && { duration: long },
    ...name === "VTODO" && completed !== undefined && { completed },
    ...created !== undefined && { created },
    ...alarm !== undefined && name !== "VJOURNAL" && { alarm },
  };
}

/** Random objects. */
export const OBJECT: fc.Arbitrary<ModelObject> = fc.constantFrom(
  "VEVENT",
  "VTODO",
  "VJOURNAL",
).chain((name) =>
  fc.record({
    master: component(name),
    rule: fc.option(
      fc.record({
        days: fc.integer({ min: 1, max: 4 }),
        count: fc.integer({ min: 1, max: 5 }),
      }),
      { nil: undefined },
    ),
    excepted: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
    override: fc.option(
      fc.record({ nth: fc.integer({ min: 0, max: 4 }), by: component(name) }),
      { nil: undefined },
    ),
  }).map(({ master, rule, excepted, override }) => {
    const anchor = anchorOf(name, master);
    const recurs = rule !== undefined && anchor !== undefined;
    const changed = recurs && override !== undefined &&
      override.nth < rule.count &&
      anchorOf(name, override.by) !== undefined;
    return {
      name,
      master,
      ...recurs && { rule },
      excepted: recurs
        ? excepted.filter((n) => n < rule.count && n !== override?.nth)
        : [],
      ...changed && { override },
    };
  })
);

/** What recurrence counts from: the start, or the end of a task that has no start. */
export function anchorOf(
  name: string,
  { start, end }: ModelComponent,
): number | undefined {
  return start ?? (name === "VTODO" ? end : undefined);
}

/** Hours from the origin as a date or a UTC time. */
function date(hour: number, allDay: boolean): string {
  const text = new Date(ORIGIN + hour * HOUR).toISOString()
    .replace(/[-:]/g, "");
  return allDay ? `;VALUE=DATE:${text.slice(0, 8)}` : `:${text.slice(0, 15)}Z`;
}

function escape(text: string): string {
  return text.replace(/[\\,;]/g, (one) => `\\${one}`).replaceAll("\n", "\\n");
}

/** A text property as a line, without a group. */
export function lineOf({ name, params, text }: TextProperty): string {
  const written = params.map(([param, values]) =>
    `;${param}=${values.map((one) => `"${one}"`).join(",")}`
  ).join("");
  return `${name}${written}:${escape(text)}`;
}

function componentLines(
  name: string,
  uid: string,
  { of, more }: { of: ModelComponent; more: readonly string[] },
): string[] {
  const { allDay, start, end, duration, completed, created, alarm } = of;
  return [
    `BEGIN:${name}`,
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    ...start === undefined ? [] : [`DTSTART${date(start, allDay)}`],
    ...end === undefined
      ? []
      : [`${name === "VTODO" ? "DUE" : "DTEND"}${date(end, allDay)}`],
    ...duration === undefined
      ? []
      : [allDay ? `DURATION:P${duration / 24}D` : `DURATION:PT${duration}H`],
    ...completed === undefined ? [] : [`COMPLETED${date(completed, false)}`],
    ...created === undefined ? [] : [`CREATED${date(created, false)}`],
    ...of.props.map(lineOf),
    ...more,
    ...alarm === undefined ? [] : [
      "BEGIN:VALARM",
      "ACTION:AUDIO",
      `TRIGGER:${alarm < 0 ? "-" : ""}PT${Math.abs(alarm)}H`,
      "END:VALARM",
    ],
    `END:${name}`,
  ];
}

/** An object as iCalendar text. */
export function textOf(object: ModelObject, uid: string): string {
  const { name, master, rule, excepted, override } = object;
  const anchor = anchorOf(name, master) ?? 0;
  const nth = (n: number) => anchor + n * (rule?.days ?? 0) * 24;
  const more = rule === undefined ? [] : [
    `RRULE:FREQ=DAILY;INTERVAL=${rule.days};COUNT=${rule.count}`,
    ...excepted.map((n) => `EXDATE${date(nth(n), master.allDay)}`),
  ];
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Test//EN",
    ...componentLines(name, uid, { of: master, more }),
    ...override === undefined ? [] : componentLines(name, uid, {
      of: override.by,
      more: [`RECURRENCE-ID${date(nth(override.nth), master.allDay)}`],
    }),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}
