/**
 * Random filters as plain data, and the same as XML.
 *
 * @module
 */

import fc from "fast-check";
import { escapeAttribute, escapeText } from "../../src/xml/write.ts";
import { HOUR, ORIGIN, WORDS } from "./calendar_model.ts";

/** A text-match. */
export interface ModelText {
  /** What is looked for. */
  readonly text: string;
  /** Name of the collation; absent: the default. */
  readonly collation?: string;
  /** How; absent: contains. */
  readonly type?: string;
  /** Whether it must not be. */
  readonly negate: boolean;
}

/** Hours from the origin; absent where open. */
export interface ModelRange {
  /** First hour that counts. */
  readonly from?: number;
  /** First hour that no longer counts. */
  readonly to?: number;
}

/** A param-filter. */
export interface ModelParamFilter {
  /** Name of the parameter. */
  readonly name: string;
  /** What is wanted of it. */
  readonly test: "defined" | "undefined" | ModelText;
}

/** A prop-filter. */
export interface ModelPropFilter {
  /** Name of the property. */
  readonly name: string;
  /** What is wanted of it. */
  readonly test: "defined" | "undefined" | ModelText | ModelRange;
  /** What is wanted of its parameters; none beside "undefined". */
  readonly params: readonly ModelParamFilter[];
}

/** A comp-filter. */
export interface ModelCompFilter {
  /** Name of the component. */
  readonly name: string;
  /** True: there must be none. */
  readonly absent: boolean;
  /** When it must happen. */
  readonly range?: ModelRange;
  /** Its properties. */
  readonly props: readonly ModelPropFilter[];
  /** Its alarms. */
  readonly alarm?: { readonly absent: boolean; readonly range?: ModelRange };
}

/** Random text-matches of calendars. */
export const TEXT: fc.Arbitrary<ModelText> = fc.record({
  text: fc.oneof(
    WORDS,
    fc.constantFrom("a", "b", "C", "\u00c4", "e\u0301", "\n", ","),
    fc.constantFrom("HOME", "or", "x"),
  ),
  collation: fc.option(
    fc.constantFrom("i;octet", "i;ascii-casemap", "i;unicode-casemap"),
    { nil: undefined },
  ),
  negate: fc.boolean(),
}).map(({ text, collation, negate }) => ({
  text,
  negate,
  ...collation !== undefined && { collation },
}));

const RANGE: fc.Arbitrary<ModelRange> = fc.record({
  from: fc.integer({ min: -24, max: 24 * 14 }),
  length: fc.integer({ min: 1, max: 60 }),
  open: fc.constantFrom("none", "none", "from", "to"),
}).map(({ from, length, open }) => ({
  ...open !== "from" && { from },
  ...open !== "to" && { to: from + length },
}));

const PARAM: fc.Arbitrary<ModelParamFilter> = fc.record({
  name: fc.constantFrom("LANGUAGE", "x-p"),
  test: fc.oneof(
    fc.constantFrom("defined" as const, "undefined" as const),
    TEXT,
  ),
});

const PROP: fc.Arbitrary<ModelPropFilter> = fc.oneof(
  fc.record({
    name: fc.constantFrom("SUMMARY", "location", "COMMENT", "X-OWN"),
    test: fc.oneof(fc.constant("defined" as const), TEXT),
    params: fc.oneof(fc.constant([]), fc.array(PARAM, { maxLength: 2 })),
  }),
  fc.record({
    name: fc.constantFrom("SUMMARY", "RRULE", "DTEND", "DUE", "COMPLETED"),
    test: fc.constantFrom("undefined" as const, "defined" as const),
    params: fc.constant([]),
  }),
  fc.record({
    name: fc.constantFrom(
      "DTSTART",
      "DTEND",
      "DUE",
      "COMPLETED",
      "CREATED",
      "DTSTAMP",
    ),
    test: RANGE,
    params: fc.constant([]),
  }),
);

/** Random comp-filters inside of VCALENDAR. */
export const COMP: fc.Arbitrary<ModelCompFilter> = fc.record({
  name: fc.constantFrom("VEVENT", "vtodo", "VJOURNAL"),
  absent: fc.constantFrom(false, false, false, true),
  range: fc.option(RANGE, { nil: undefined }),
  props: fc.oneof(fc.constant([]), fc.array(PROP, { maxLength: 2 })),
  alarm: fc.option(
    fc.record({
      absent: fc.boolean(),
      range: fc.option(RANGE, { nil: undefined }),
    }).map(({ absent, range }) => ({
      absent,
      ...range !== undefined && !absent && { range },
    })),
    { nil: undefined, freq: 1 },
  ),
}).map(({ name, absent, range, props, alarm }) => ({
  name,
  absent,
  props: absent ? [] : props,
  ...range !== undefined && !absent && { range },
  ...alarm !== undefined && !absent && name !== "VJOURNAL" && { alarm },
}));

/** A text-match as XML, with the prefix of its namespace. */
export function textXml(prefix: string, match: ModelText): string {
  const attribute = (name: string, value: string | undefined) =>
    value === undefined ? "" : ` ${name}="${escapeAttribute(value)}"`;
  return `<${prefix}:text-match${attribute("collation", match.collation)}${
    attribute("match-type", match.type)
  }${attribute("negate-condition", match.negate ? "yes" : undefined)}>${
    escapeText(match.text)
  }</${prefix}:text-match>`;
}

function rangeXml({ from, to }: ModelRange): string {
  const at = (name: string, hour: number | undefined) =>
    hour === undefined
      ? ""
      : ` ${name}="${
        new Date(ORIGIN + hour * HOUR).toISOString().replace(/[-:]/g, "")
          .slice(0, 15)
      }Z"`;
  return `<C:time-range${at("start", from)}${at("end", to)}/>`;
}

/** A param-filter as XML. */
export function paramXml(
  prefix: string,
  { name, test }: ModelParamFilter,
): string {
  const inner = test === "defined"
    ? ""
    : test === "undefined"
    ? `<${prefix}:is-not-defined/>`
    : textXml(prefix, test);
  return `<${prefix}:param-filter name="${name}">${inner}</${prefix}:param-filter>`;
}

function propXml({ name, test, params }: ModelPropFilter): string {
  const inner = test === "defined"
    ? ""
    : test === "undefined"
    ? "<C:is-not-defined/>"
    : "negate" in test
    ? textXml("C", test)
    : rangeXml(test);
  return `<C:prop-filter name="${name}">${inner}${
    params.map((one) => paramXml("C", one)).join("")
  }</C:prop-filter>`;
}

/** A comp-filter as XML. */
export function compXml(filter: ModelCompFilter): string {
  const { name, absent, range, props, alarm } = filter;
  const alarmXml = alarm === undefined
    ? ""
    : `<C:comp-filter name="VALARM">${
      alarm.absent
        ? "<C:is-not-defined/>"
        : alarm.range === undefined
        ? ""
        : rangeXml(alarm.range)
    }</C:comp-filter>`;
  return `<C:comp-filter name="${name}">${absent ? "<C:is-not-defined/>" : ""}${
    range === undefined ? "" : rangeXml(range)
  }${props.map(propXml).join("")}${alarmXml}</C:comp-filter>`;
}
