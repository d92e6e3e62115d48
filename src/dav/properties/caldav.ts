/**
 * Live properties of RFC 4791, 7529, 7809 and 6638 section 2.4.1, and calendar-data.
 *
 * @module
 */

import { CALENDAR_LIMITS } from "../../calendar/calendar_limits.ts";
import { SUPPORTED_COMPONENTS } from "../../calendar/component_names.ts";
import { formatUtc } from "../../calendar/date_text.ts";
import { supportedRscales } from "../../calendar/recurrence/rscale_calendars.ts";
import { refuse, succeed } from "../../service/problems.ts";
import type { Outcome } from "../../service/problems.ts";
import type { PropChange } from "../../service/types.ts";
import { COLLATIONS } from "../../text/collation.ts";
import {
  attributeOf,
  childElements,
  element,
  isElement,
  NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import { calendarDataOf } from "./calendar_data.ts";
import { CALENDAR_TRANSP_ROW } from "./calendar_transp.ts";
import { CALENDAR_ZONE_ROWS } from "./calendar_zone.ts";
import { hrefElement, principalPath, protectedRow, textRow } from "./values.ts";
import { isCollection } from "./values.ts";

/** The property that MKCALENDAR gives the component types with; stored in the collection itself. */
export const COMPONENT_SET = [
  NS.caldav,
  "supported-calendar-component-set",
] as const;

/** The media type and version of calendar data (RFC 4791 section 9.6). */
export const CALENDAR_TYPE = {
  type: "text/calendar",
  versions: ["2.0"],
} as const;

/** The rows. None of them is given by allprop (RFC 4791 section 5.2). */
export const CALDAV_PROPERTIES: readonly Property[] = [
  // RFC 4791 section 6.2.1; exactly one href (C8)
  protectedRow(
    [NS.caldav, "calendar-home-set"],
    ["principal"],
    (scope) =>
      scope.resource.kind === "principal"
        ? [
          hrefElement({
            type: "tree",
            space: "calendars",
            user: scope.resource.user.login,
            names: [],
          }, scope),
        ]
        : undefined,
  ),
  // RFC 6638 section 2.4.1, C9: who of the attendees somebody is
  protectedRow(
    [NS.caldav, "calendar-user-address-set"],
    ["principal"],
    (scope) =>
      scope.resource.kind === "principal"
        ? [
          ...scope.resource.user.emails.map((email) =>
            element(NS.dav, "href", `mailto:${email}`)
          ),
          hrefElement(principalPath(scope.resource.user), scope),
        ]
        : undefined,
  ),
  // RFC 4791 section 5.2.1
  textRow([NS.caldav, "calendar-description"], { on: ["calendar"] }),
  ...CALENDAR_ZONE_ROWS,
  // RFC 4791 section 5.2.3, C22
  {
    ...protectedRow(COMPONENT_SET, ["calendar"], ({ resource }) => {
      const row = isCollection(resource) ? resource.row : undefined;
      return (row?.components ?? SUPPORTED_COMPONENTS).map((name) =>
        named("comp", { name })
      );
    }),
    set: (sent, { creating }) =>
      creating && sent !== undefined ? setComponents(sent) : refuse(
        "dav:cannot-modify-protected-property",
        "The component types of a calendar are set when it is made",
      ),
  },
  // RFC 4791 section 5.2.4
  protectedRow(
    [NS.caldav, "supported-calendar-data"],
    ["calendar"],
    () =>
      CALENDAR_TYPE.versions.map((version) =>
        named("calendar-data", {
          "content-type": CALENDAR_TYPE.type,
          version,
        })
      ),
  ),
  // RFC 4791 section 5.2.5, C44
  protectedRow(
    [NS.caldav, "max-resource-size"],
    ["calendar"],
    ({ context }) => String(context.config.maxResourceSize),
  ),
  // RFC 4791 sections 5.2.6, 5.2.7 and 5.2.9; no max-instances: there is no such limit
  protectedRow(
    [NS.caldav, "min-date-time"],
    ["calendar"],
    () => formatUtc(CALENDAR_LIMITS.minDateTime),
  ),
  protectedRow(
    [NS.caldav, "max-date-time"],
    ["calendar"],
    () => formatUtc(CALENDAR_LIMITS.maxDateTime),
  ),
  protectedRow(
    [NS.caldav, "max-attendees-per-instance"],
    ["calendar"],
    () => String(CALENDAR_LIMITS.maxAttendeesPerInstance),
  ),
  // RFC 6638 section 9.1
  CALENDAR_TRANSP_ROW,
  // RFC 4791 section 7.5.1
  protectedRow(
    [NS.caldav, "supported-collation-set"],
    ["calendar-home", "calendar", "calendar-object"],
    () =>
      COLLATIONS.map((name) => element(NS.caldav, "supported-collation", name)),
  ),
  // RFC 7529 section 10.1
  protectedRow(
    [NS.caldav, "supported-rscale-set"],
    ["calendar-home", "calendar"],
    () =>
      supportedRscales().map((name) =>
        element(NS.caldav, "supported-rscale", name)
      ),
  ),
  // RFC 4791 section 9.6: no property, but asked for like one in reports
  {
    ...protectedRow(
      [NS.caldav, "calendar-data"],
      ["calendar-object"],
      calendarDataOf,
    ),
    needs: "body",
  },
];

function named(
  local: string,
  attributes: Readonly<Record<string, string>>,
): XmlElement {
  return {
    ...element(NS.caldav, local),
    attributes: Object.entries(attributes).map(([name, value]) => ({
      ns: "",
      name,
      value,
    })),
  };
}

/** Names are joined with commas: a component's name holds none. */
function setComponents(sent: XmlElement): Outcome<PropChange> {
  const names: string[] = [];
  for (const child of childElements(sent)) {
    const name = isElement(child, NS.caldav, "comp")
      ? attributeOf(child, "name")
      : undefined;
    if (name === undefined || !/^[a-z0-9-]+$/i.test(name)) {
      return refuse(
        "caldav:supported-calendar-component",
        "Cannot read supported-calendar-component-set: expected comp elements with a name",
      );
    }
    if (!SUPPORTED_COMPONENTS.includes(name.toUpperCase())) {
      return refuse(
        "caldav:supported-calendar-component",
        `No calendar takes components of type ${name.slice(0, 40)}`,
      );
    }
    names.push(name.toUpperCase());
  }
  if (names.length === 0) {
    return refuse(
      "caldav:supported-calendar-component",
      "A calendar must take at least one component type",
    );
  }
  const [ns, local] = COMPONENT_SET;
  return succeed({ ns, local, value: names.join(",") });
}
