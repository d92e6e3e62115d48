/**
 * Whether a random object matches a random filter, as slowly and plainly as
 * RFC 4791 section 9.9 can be written down: every instance is made, every test
 * is run. Knows nothing of the server's code.
 *
 * @module
 */

import {
  anchorOf,
  type ModelComponent,
  type ModelObject,
  type TextProperty,
} from "./calendar_model.ts";
import type {
  ModelCompFilter,
  ModelParamFilter,
  ModelPropFilter,
  ModelRange,
  ModelText,
} from "./filter_model.ts";

interface Slow {
  readonly name: string;
  readonly component: ModelComponent;
  readonly isOverride: boolean;
  readonly recurs: boolean;
  /** Shifts of its instances against what is written, in hours. */
  readonly shifts: readonly number[];
}

/** True where an object matches all filters inside of VCALENDAR. */
export function slowlyMatches(
  object: ModelObject,
  filters: readonly ModelCompFilter[],
): boolean {
  const all = components(object);
  for (const filter of filters) {
    const same = object.name.toLowerCase() === filter.name.toLowerCase();
    if (filter.absent) {
      if (same) return false;
      continue;
    }
    if (!same) return false;
    let found = false;
    for (const one of all) if (holds(one, filter)) found = true;
    if (!found) return false;
  }
  return true;
}

function components(object: ModelObject): Slow[] {
  const { name, master, rule, excepted, override } = object;
  const shifts: number[] = [];
  for (let n = 0; n < (rule?.count ?? 1); n++) {
    if (excepted.includes(n)) continue;
    if (override?.nth === n) continue;
    shifts.push(n * 24 * (rule?.days ?? 0));
  }
  const list: Slow[] = [{
    name,
    component: master,
    isOverride: false,
    recurs: rule !== undefined,
    shifts,
  }];
  if (override !== undefined) {
    list.push({
      name,
      component: override.by,
      isOverride: true,
      recurs: false,
      shifts: [0],
    });
  }
  return list;
}

function holds(one: Slow, filter: ModelCompFilter): boolean {
  const { range, props, alarm } = filter;
  if (range !== undefined && !happens(one, range)) return false;
  for (const prop of props) if (!hasProp(one, prop)) return false;
  if (alarm === undefined) return true;
  if (alarm.absent) return one.component.alarm === undefined;
  if (one.component.alarm === undefined) return false;
  return alarm.range === undefined || rings(one, alarm.range);
}

function happens(one: Slow, range: ModelRange): boolean {
  const { component, name, shifts } = one;
  if (anchorOf(name, component) === undefined) {
    return name === "VTODO" && undatedTask(component, range);
  }
  return shifts.some((shift) => instance(one, shift, range));
}

/** The tables of section 9.9, row by row. */
function instance(
  { name, component }: Slow,
  shift: number,
  range: ModelRange,
): boolean {
  const start = range.from ?? -Infinity;
  const end = range.to ?? Infinity;
  const { allDay, duration } = component;
  const from = component.start === undefined
    ? undefined
    : component.start + shift;
  const to = component.end === undefined ? undefined : component.end + shift;
  if (name === "VTODO") {
    if (from !== undefined && duration !== undefined) {
      return start <= from + duration &&
        (end > from || end >= from + duration);
    }
    if (from !== undefined && to !== undefined) {
      return (start < to || start <= from) && (end > from || end >= to);
    }
    if (from !== undefined) return start <= from && end > from;
    return to !== undefined && start < to && end >= to;
  }
  if (from === undefined) return false;
  if (name === "VJOURNAL") {
    return allDay
      ? start < from + 24 && end > from
      : start <= from && end > from;
  }
  if (to !== undefined) return start < to && end > from;
  if (duration !== undefined) {
    return duration > 0
      ? start < from + duration && end > from
      : start <= from && end > from;
  }
  return allDay ? start < from + 24 && end > from : start <= from && end > from;
}

function undatedTask(
  { completed, created }: ModelComponent,
  range: ModelRange,
): boolean {
  const start = range.from ?? -Infinity;
  const end = range.to ?? Infinity;
  if (completed !== undefined && created !== undefined) {
    return (start <= created || start <= completed) &&
      (end >= created || end >= completed);
  }
  if (completed !== undefined) return start <= completed && end >= completed;
  if (created !== undefined) return end > created;
  return true;
}

function inside(hour: number, range: ModelRange): boolean {
  return (range.from ?? -Infinity) <= hour && (range.to ?? Infinity) > hour;
}

function rings({ name, component, shifts }: Slow, range: ModelRange): boolean {
  const anchor = anchorOf(name, component);
  if (anchor === undefined) return false;
  return shifts.some((shift) =>
    inside(anchor + shift + (component.alarm ?? 0), range)
  );
}

function hasProp(one: Slow, filter: ModelPropFilter): boolean {
  const name = filter.name.toUpperCase();
  const texts = one.component.props.filter((prop) => prop.name === name);
  if (typeof filter.test === "object" && !("negate" in filter.test)) {
    const range = filter.test;
    return times(one, name).some((hour) => inside(hour, range));
  }
  const written = texts.length > 0 || isWritten(one, name);
  if (filter.test === "undefined") return !written;
  if (filter.test === "defined" && filter.params.length === 0) return written;
  for (const prop of texts) {
    const value = filter.test === "defined" || fits([prop.text], filter.test);
    const params = filter.params.every((param) => hasParam(prop, param));
    if (value && params) return true;
  }
  return false;
}

function isWritten({ name, component, recurs }: Slow, prop: string): boolean {
  const { start, end, completed, created } = component;
  switch (prop) {
    case "DTSTART":
      return start !== undefined;
    case "DTEND":
      return end !== undefined && name !== "VTODO";
    case "DUE":
      return end !== undefined && name === "VTODO";
    case "COMPLETED":
      return completed !== undefined;
    case "CREATED":
      return created !== undefined;
    case "RRULE":
      return recurs;
    default:
      return prop === "DTSTAMP";
  }
}

/** All hours at which a property lies, of every instance. */
function times({ name, component, shifts }: Slow, prop: string): number[] {
  const { start, end, duration, completed, created } = component;
  const each = (hour: number | undefined) =>
    hour === undefined ? [] : shifts.map((shift) => hour + shift);
  const ownEnd = name === "VTODO" ? "DUE" : "DTEND";
  switch (prop) {
    case "DTSTART":
      return each(start);
    case "COMPLETED":
      return completed === undefined ? [] : [completed];
    case "CREATED":
      return created === undefined ? [] : [created];
    case "DTSTAMP":
      // 1 January, 59 days before the origin
      return [-59 * 24];
    case ownEnd:
      if (end !== undefined) return each(end);
      return start === undefined || duration === undefined
        ? []
        : each(start + duration);
    default:
      return [];
  }
}

/** Whether a parameter of a property is as wanted. */
export function hasParam(
  prop: Pick<TextProperty, "params">,
  { name, test }: ModelParamFilter,
): boolean {
  const found = prop.params.find(([one]) => one === name.toUpperCase());
  if (test === "undefined") return found === undefined;
  if (found === undefined) return false;
  return test === "defined" || fits(found[1], test);
}

/** Whether one of some values is the text that is wanted, or none where it is not wanted. */
export function fits(
  values: readonly string[],
  { text, collation = "i;ascii-casemap", type = "contains", negate }: ModelText,
): boolean {
  const wanted = plain(text, collation);
  let found = false;
  for (const value of values) {
    const folded = plain(value, collation);
    for (let at = 0; at + wanted.length <= folded.length; at++) {
      if (folded.slice(at, at + wanted.length) !== wanted) continue;
      const first = at === 0;
      const last = at + wanted.length === folded.length;
      if (type === "contains") found = true;
      if (type === "starts-with" && first) found = true;
      if (type === "ends-with" && last) found = true;
      if (type === "equals" && first && last) found = true;
    }
  }
  return found !== negate;
}

/** Small letters: the other way round than the server does it. */
function plain(text: string, collation: string): string {
  if (collation === "i;octet") return text;
  if (collation === "i;unicode-casemap") {
    return text.toLowerCase().normalize("NFKD");
  }
  let out = "";
  for (const one of text) out += /[A-Z]/.test(one) ? one.toLowerCase() : one;
  return out;
}
