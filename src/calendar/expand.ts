/**
 * Recurrence sets as single instances (RFC 4791 section 9.6.5): times in UTC,
 * no rules, no time zones.
 *
 * @module
 */

import type { ContentLine, ContentParam } from "../text/content_line.ts";
import { type DataLine, writtenLine } from "../text/data_line.ts";
import { availableSets } from "./busy/availability.ts";
import { RECURRING } from "./component_names.ts";
import { formatCivil, formatUtc } from "./date_text.ts";
import { epochOf, type Moment } from "./dates.ts";
import { type DraftComponent, draftOf } from "./draft.ts";
import {
  durationProperty,
  endName,
  endOf,
  momentOf,
  momentProperty,
} from "./moments.ts";
import { overlaps } from "./overlap.ts";
import { type Calendar, type Component, property } from "./parse.ts";
import {
  DEFAULT_STEPS,
  eachOccurrence,
  type Instance,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence/recurrence.ts";
import { startOf } from "./recurrence/recurrence_set.ts";
import type { Budget } from "./recurrence/rule_engine.ts";

/** What is known where instances are written. */
interface Source extends RecurrenceContext {
  readonly text: string;
  readonly budget: Budget;
}

/** Characters of an instance that are written for one step: a long description times many instances is more than fits into memory. */
const CHARACTERS_A_STEP = 1024;

/** Properties that no instance has (RFC 4791 section 9.6.5); RECURRENCE-ID is written anew. */
const DROPPED: ReadonlySet<string> = new Set([
  "RRULE",
  "RDATE",
  "EXRULE",
  "EXDATE",
  "RECURRENCE-ID",
]);

/**
 * The components of an object whose time is in the range, one for each
 * instance, in the order of time; undefined where the bound on work was
 * reached first.
 */
export function expandComponents(
  calendar: Calendar,
  range: TimeRange,
  context: RecurrenceContext,
): readonly DraftComponent[] | undefined {
  const { budget = { steps: DEFAULT_STEPS } } = context;
  const source = { ...context, text: calendar.text, budget };
  const drafts: { start: number; draft: DraftComponent }[] = [];
  for (const siblings of groups(calendar.root.components)) {
    const recurring: Component[] = [];
    for (const one of siblings) {
      const dated = startOf(one, context) !== undefined;
      if (dated && RECURRING.has(one.name)) recurring.push(one);
      else if (overlaps(one, undefined, { ...context, range })) {
        const draft = one.name === "VAVAILABILITY"
          ? draftAvailability(one, range, source)
          : inUtc(one, source);
        if (draft === undefined) return undefined;
        drafts.push({ start: Infinity, draft });
      }
    }
    const complete = eachOccurrence(recurring, range, {
      ...source,
      visit: (instance) => {
        const { component, start } = instance;
        if (!overlaps(component, instance, { ...context, range })) return true;
        if (!pay(component, budget)) return false;
        drafts.push({ start, draft: draftInstance(instance, source) });
        return true;
      },
    });
    if (!complete || budget.steps < 0) return undefined;
  }
  return drafts.sort((a, b) => a.start === b.start ? 0 : a.start - b.start)
    .map(({ draft }) => draft);
}

/** Components by their name: an object has one recurrence set for each. */
function groups(components: readonly Component[]): Iterable<Component[]> {
  const byName = new Map<string, Component[]>();
  for (const one of components) {
    const group = byName.get(one.name);
    if (group === undefined) byName.set(one.name, [one]);
    else group.push(one);
  }
  return byName.values();
}

/** A VAVAILABILITY with its AVAILABLE components as single instances: in UTC their rules would mean other times. */
function draftAvailability(
  component: Component,
  range: TimeRange,
  source: Source,
): DraftComponent | undefined {
  const inner: { start: number; draft: DraftComponent }[] = [];
  const from = range.start ?? -Infinity;
  const to = range.end ?? Infinity;
  const { budget } = source;
  for (const set of availableSets(component)) {
    budget.steps -= set.length;
    if (budget.steps < 0) return undefined;
    const complete = eachOccurrence(set, range, {
      ...source,
      visit: (instance) => {
        const { start, end } = instance;
        if (start >= to || end <= from) return true;
        if (!pay(instance.component, budget)) return false;
        inner.push({ start, draft: draftInstance(instance, source) });
        return true;
      },
    });
    if (!complete || budget.steps < 0) return undefined;
  }
  inner.sort((a, b) => a.start - b.start);
  const components = inner.map(({ draft }) => draft);
  return { ...inUtc({ ...component, components: [] }, source), components };
}

/** Pays for writing a component once; false where the bound on work was reached. */
function pay({ begin, end }: Component, budget: Budget): boolean {
  budget.steps -= (end.end - begin.start) / CHARACTERS_A_STEP;
  return budget.steps >= 0;
}

function draftInstance(instance: Instance, source: Source): DraftComponent {
  const { component, recurrenceId, moment } = instance;
  const draft = inUtc(component, source);
  const id = recurrenceId === null ? [] : [writeDate("RECURRENCE-ID", [], {
    epoch: recurrenceId,
    like: momentProperty(component, "RECURRENCE-ID", source.zones) ?? moment,
    source,
  })];
  const lines = component.properties.flatMap((line, n) => {
    const kept = draft.lines[n];
    return kept === undefined || DROPPED.has(line.name)
      ? []
      : [timeLine(line, instance, source) ?? kept];
  });
  return {
    ...draft,
    lines: [...lines, ...impliedEnd(instance, source), ...id],
  };
}

/** The line of a start, an end or a length as this instance has it; undefined for all others. */
function timeLine(
  line: ContentLine,
  instance: Instance,
  source: Source,
): DataLine | undefined {
  const { component, start, end, moment } = instance;
  const params = line.params;
  switch (line.name) {
    case "DTSTART":
      return writeDate("DTSTART", params, {
        epoch: start,
        like: moment,
        source,
      });
    case endName(component): {
      // a task that has only this begins and ends with it
      return writeDate(line.name, params, { epoch: end, like: moment, source });
    }
    case "DURATION": {
      const length = durationProperty(component, "DURATION");
      const nominal = length && endOf(moment, length, source.floating);
      if (nominal === end) return undefined;
      return writtenLine("DURATION", [], `PT${(end - start) / 1000}S`);
    }
    default:
      return undefined;
  }
}

/** An RDATE with a period may have a length that nothing else says. */
function impliedEnd(instance: Instance, source: Source): DataLine[] {
  const { component, moment, end } = instance;
  const name = endName(component);
  if (property(component, name) || property(component, "DURATION")) return [];
  const days = moment.kind === "date" && component.name !== "VTODO" ? 1 : 0;
  const nominal = endOf(moment, { days, time: 0 }, source.floating);
  if (nominal >= end) return [];
  return [writeDate(name, [], { epoch: end, like: moment, source })];
}

/** A date at an instant: in UTC, or a day or floating time as before. */
function writeDate(
  name: string,
  params: readonly ContentParam[],
  { epoch, like, source }: { epoch: number; like: Moment; source: Source },
): DataLine {
  const kept = params.filter((one) =>
    one.name !== "TZID" && one.name !== "VALUE"
  );
  if (like.kind === "date") {
    const text = formatCivil(source.floating.toCivil(epoch)).slice(0, 8);
    return writtenLine(
      name,
      [{ name: "VALUE", values: ["DATE"] }, ...kept],
      text,
    );
  }
  const fixed = like.kind === "utc" || like.zone !== undefined;
  return writtenLine(
    name,
    kept,
    fixed ? formatUtc(epoch) : formatCivil(source.floating.toCivil(epoch)),
  );
}

/** A component with all its times in UTC, inner ones included. */
function inUtc(component: Component, source: Source): DraftComponent {
  const draft = draftOf(source.text, component);
  return {
    ...draft,
    lines: draft.lines.map((kept, n) => {
      const line = component.properties[n];
      return line === undefined ? kept : utcLine(line, source) ?? kept;
    }),
    components: component.components.map((inner) => inUtc(inner, source)),
  };
}

/** The line without its TZID, undefined where it has none. */
function utcLine(line: ContentLine, source: Source): DataLine | undefined {
  if (!line.params.some((one) => one.name === "TZID")) return undefined;
  const params = line.params.filter((one) => one.name !== "TZID");
  const values = line.value.split(",").map((value) =>
    value.split("/").map((part) => {
      const moment = momentOf(part, line, source.zones);
      return moment?.zone === undefined
        ? part
        : formatUtc(epochOf(moment, source.floating));
    }).join("/")
  );
  return writtenLine(line.name, params, values.join(","));
}
