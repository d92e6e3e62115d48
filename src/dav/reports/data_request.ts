/**
 * The parameters of calendar-data and address-data inside a request: only
 * types that the server has can be asked for (RFC 4791 section 9.6, RFC 6352
 * section 10.4).
 *
 * @module
 */

import { attributeOf, isElement, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { ConditionKey } from "../conditions.ts";
import { DavError } from "../errors.ts";
import type { PropRequest } from "../evaluate.ts";
import { parseAddressData } from "../properties/address_data.ts";
import { CALENDAR_TYPE } from "../properties/caldav.ts";
import { parseCalendarData } from "../properties/calendar_data.ts";
import { ADDRESS_TYPE } from "../properties/carddav.ts";

interface DataType {
  readonly name: readonly [ns: string, local: string];
  readonly type: string;
  readonly versions: readonly string[];
  readonly refusal: ConditionKey;
  /** Refuses what cannot be read in the element. */
  readonly check: (sent: XmlElement) => unknown;
}

const DATA: readonly DataType[] = [
  {
    name: [NS.caldav, "calendar-data"],
    ...CALENDAR_TYPE,
    refusal: "caldav:supported-calendar-data",
    check: parseCalendarData,
  },
  {
    name: [NS.carddav, "address-data"],
    ...ADDRESS_TYPE,
    refusal: "carddav:supported-address-data",
    check: parseAddressData,
  },
];

/**
 * Refuses a report that asks for data of a type or version that the server
 * does not have. Attributes spelt otherwise are left alone (vdirsyncer).
 *
 * @throws {DavError} `supported-calendar-data` or `supported-address-data`.
 */
export function checkDataRequest(request: PropRequest): void {
  if (request.type !== "prop") return;
  for (const sent of request.names) {
    const row = DATA.find(({ name }) => isElement(sent, ...name));
    if (row === undefined) continue;
    row.check(sent);
    const type = attributeOf(sent, "content-type")?.trim().toLowerCase();
    const version = attributeOf(sent, "version")?.trim();
    if (
      (type !== undefined && type !== row.type) ||
      (version !== undefined && !row.versions.includes(version))
    ) {
      throw new DavError(
        row.refusal,
        `Cannot give ${type ?? row.type} ${
          version ?? ""
        }: there is ${row.type} ${row.versions.join(" and ")}`,
      );
    }
  }
}
