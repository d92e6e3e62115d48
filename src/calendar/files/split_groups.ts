/**
 * The components of a file, grouped to objects: one for each UID (RFC 4791
 * section 4.1). Of several revisions of one component the newest counts.
 *
 * @module
 */

import type { CalendarProblem } from "../problems.ts";
import { compareRevisions } from "../revisions.ts";
import type { Frame } from "./split_frame.ts";
import { type Part, withMadeUid, withUid } from "./split_parts.ts";

/** A component and the VCALENDAR that it came in. */
export interface FramedPart extends Part {
  /** The VCALENDAR. */
  readonly frame: Frame;
}

/** Collects components. */
export interface Groups {
  /** Takes a component; the refusal of the one that does not count where there are two. */
  readonly add: (part: FramedPart) => CalendarProblem | undefined;
  /** All objects, in the order of their first components. */
  readonly all: () => readonly (readonly FramedPart[])[];
}

/** The components of one UID by what they replace, in the order of the file. */
type Group = Map<string, FramedPart>;

/** An empty collection of groups. */
export function createGroups(): Groups {
  const groups = new Map<string, Group>();
  // by UID the last series that had it, where it was given another
  const renamed = new Map<string, { uid: string; line: number }>();

  function addAs(part: FramedPart): undefined {
    const group = groups.get(part.uid) ?? new Map();
    groups.set(part.uid, group);
    // what was given this UID before came from the same bytes
    if (!group.has(part.recurrence)) group.set(part.recurrence, part);
    return undefined;
  }

  function add(part: FramedPart): CalendarProblem | undefined {
    const group = groups.get(part.uid);
    const [first] = group?.values() ?? [];
    if (group === undefined || first === undefined) return addAs(part);
    const { frame } = part;
    if (first.type !== part.type) {
      // an override follows its series
      const made = withMadeUid(part, {
        from: `${part.type} ${part.uid}`,
        reason: `the UID is that of a ${first.type}`,
      });
      return add({ ...made, frame });
    }
    if (part.recurrence !== "") {
      const series = renamed.get(part.uid);
      if (series === undefined) return addTo(group, part);
      const { uid, line } = series;
      const message = `the UID of its series on line ${line} was given: ${uid}`;
      return add({ ...withUid(part, { uid, message }), frame });
    }
    if (part.recurs) renamed.delete(part.uid);
    return addTo(group, part);
  }

  /** Takes a component where there are others of its type and UID. */
  function addTo(
    group: Group,
    part: FramedPart,
  ): CalendarProblem | undefined {
    const other = group.get(part.recurrence);
    if (other === undefined) return addAs(part);
    if (other.text === part.text) return undefined;
    const order = compareRevisions(part.revision, other.revision);
    if (order > 0) {
      group.set(part.recurrence, part);
      return older(other, part);
    }
    if (order < 0) return older(part, other);
    if (part.recurrence === "") {
      const made = withMadeUid(part, {
        from: part.text,
        reason: `the UID is that of the component on line ${other.line}`,
      });
      // overrides behind a second series are its own
      if (part.recurs) renamed.set(part.uid, made);
      return addAs({ ...made, frame: part.frame });
    }
    return {
      name: "valid-calendar-object-resource",
      message:
        `The file has another component of this UID, and for the same date, on line ${other.line}: that one is taken`,
      line: part.line,
    };
  }

  return {
    add,
    all: () => [...groups.values()].map((group) => [...group.values()]),
  };
}

function older(part: FramedPart, newer: FramedPart): CalendarProblem {
  return {
    name: "valid-calendar-object-resource",
    message:
      `An older revision of the component on line ${newer.line}, which is taken`,
    line: part.line,
  };
}
