/**
 * schedule-calendar-transp: whether a calendar counts where somebody asks
 * when its owner is busy (RFC 6638 section 9.1).
 *
 * @module
 */

import { refuse, succeed } from "../../service/problems.ts";
import type { Outcome } from "../../service/problems.ts";
import type {
  CollectionResource,
  PropChange,
  Reader,
} from "../../service/types.ts";
import { childElements, clarkName, element, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import { isCollection } from "./values.ts";

const NAME = [NS.caldav, "schedule-calendar-transp"] as const;

/** The elements that it may hold; the first is what a calendar has that nobody set. */
const VALUES = ["opaque", "transparent"] as const;

/** True for a calendar that makes nobody busy. */
export function isTransparent(
  reader: Reader,
  calendar: CollectionResource,
): boolean {
  return valueOf(reader, calendar) === "transparent";
}

function valueOf(
  reader: Reader,
  calendar: CollectionResource,
): typeof VALUES[number] {
  const stored = reader.props(calendar).get(clarkName(...NAME))?.value;
  return VALUES.find((one) => one === stored) ?? VALUES[0];
}

/** The row; removed, it is opaque again. */
export const CALENDAR_TRANSP_ROW: Property = {
  name: NAME,
  on: ["calendar"],
  allprop: false,
  needs: "record",
  get: ({ reader, resource }) =>
    isCollection(resource)
      ? [element(NS.caldav, valueOf(reader, resource))]
      : undefined,
  set,
};

function set(sent: XmlElement | undefined): Outcome<PropChange> {
  const [ns, local] = NAME;
  if (sent === undefined) return succeed({ ns, local, value: null });
  const [inner, ...more] = childElements(sent);
  const value = VALUES.find((one) =>
    inner?.ns === NS.caldav && inner.name === one
  );
  if (value !== undefined && more.length === 0) {
    return succeed({ ns, local, value });
  }
  return refuse(
    "conflict",
    "Cannot set schedule-calendar-transp: expected opaque or transparent",
  );
}
