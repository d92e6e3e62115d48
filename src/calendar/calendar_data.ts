/**
 * The parts of an object that a report asks for (RFC 4791 section 9.6).
 *
 * @module
 */

import {
  chooseParts,
  type ComponentChoice,
  type DraftComponent,
  draftOf,
  writeDraft,
} from "./draft.ts";
import { expandComponents } from "./expand.ts";
import { hasBusyLines, limitBusyLine, limitRecurrenceSet } from "./limit.ts";
import type { Calendar, Component } from "./parse.ts";
import type { RecurrenceContext, TimeRange } from "./recurrence/recurrence.ts";
import type { Budget } from "./recurrence/rule_engine.ts";
import { chooseZones } from "./zones/shown_zones.ts";
import { zonesOf } from "./zones/vtimezone.ts";
import type { Zone } from "./zones/zones.ts";

/** What is wanted of an object; without any field all of it. */
export interface CalendarDataRequest {
  /** Parts of VCALENDAR. */
  readonly parts?: ComponentChoice;
  /** Single instances in a range instead of rules and overrides. */
  readonly expand?: TimeRange;
  /** Without overrides that have nothing to do with a range. */
  readonly limitRecurrenceSet?: TimeRange;
  /** Without busy periods outside of a range. */
  readonly limitFreeBusySet?: TimeRange;
  /** With the VTIMEZONEs of all zones that are named, or without those that everybody knows (RFC 7809); absent: those of the object. */
  readonly zones?: boolean;
}

/** What the parts are made with. */
export interface CalendarDataContext {
  /** Zone of floating and all-day values. */
  readonly zone: Zone;
  /** Work that may be done. */
  readonly budget: Budget;
}

/**
 * An object as it is wanted, lines that stay unchanged; undefined where its
 * instances are more than the bound on work allows.
 */
export function extractCalendar(
  calendar: Calendar,
  request: CalendarDataRequest,
  { zone, budget }: CalendarDataContext,
): string | undefined {
  const context = { zones: zonesOf(calendar), floating: zone, budget };
  const components = listComponents(calendar, request, context);
  if (components === undefined) return undefined;
  const { text, root } = calendar;
  const whole = { ...draftOf(text, { ...root, components: [] }), components };
  const { parts, zones } = request;
  const shown = parts === undefined ? whole : chooseParts(whole, [parts]);
  if (zones === undefined) return writeDraft(shown);
  const own = root.components.map((one) => draftOf(text, one));
  return writeDraft({
    ...shown,
    components: chooseZones(shown.components, { own, zones }),
  });
}

function listComponents(
  calendar: Calendar,
  request: CalendarDataRequest,
  context: RecurrenceContext,
): readonly DraftComponent[] | undefined {
  const { expand, limitRecurrenceSet: limit, limitFreeBusySet } = request;
  if (expand !== undefined) return expandComponents(calendar, expand, context);
  const kept = limit === undefined
    ? calendar.root.components
    : limitRecurrenceSet(calendar, limit, context);
  return kept.map((one) =>
    limitFreeBusySet !== undefined && hasBusyLines(one)
      ? limitBusy(one, limitFreeBusySet, { ...context, text: calendar.text })
      : draftOf(calendar.text, one)
  );
}

function limitBusy(
  component: Component,
  range: TimeRange,
  context: RecurrenceContext & { readonly text: string },
): DraftComponent {
  const draft = draftOf(context.text, component);
  return {
    ...draft,
    lines: component.properties.flatMap((line, n) => {
      const kept = line.name === "FREEBUSY"
        ? limitBusyLine(line, range, context)
        : draft.lines[n];
      return kept === undefined ? [] : [kept];
    }),
  };
}
