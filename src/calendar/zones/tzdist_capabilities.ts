/**
 * What the time-zone data distribution service can do (RFC 7808 section 5.1).
 *
 * @module
 */

import { PUBLISHER } from "./tzdist.ts";
import { ZONE_DATA_VERSION } from "./zone_corrections.ts";

/** One query parameter of an action (RFC 7808 section 6.1). */
export interface ActionParameter {
  /** Its name. */
  readonly name: string;
  /** Whether it has to be there. */
  readonly required: boolean;
  /** Whether it may come more than once. */
  readonly multi: boolean;
}

/** The answer to "capabilities" (RFC 7808 section 6.1). */
export interface ZoneCapabilities {
  /** Version of the protocol. */
  readonly version: 1;
  /** What the data are. */
  readonly info: {
    /** Where they come from. */
    readonly "primary-source": string;
    /** Media types of "get". */
    readonly formats: readonly string[];
    /** Which parts of time can be asked for. */
    readonly truncated: {
      /** True: any. */
      readonly any: boolean;
      /** True: all of it, too. */
      readonly untruncated: boolean;
    };
  };
  /** What can be asked. */
  readonly actions: readonly {
    /** Its name. */
    readonly name: string;
    /** Its URLs (RFC 6570). */
    readonly "uri-template": string;
    /** Its query parameters. */
    readonly parameters: readonly ActionParameter[];
  }[];
}

/** Media type of the one format of "get". */
export const ZONE_FORMAT = "text/calendar";

/** "capabilities" (RFC 7808 section 5.1), for a service at a path. */
export function zoneCapabilities(prefix: string): ZoneCapabilities {
  const parameter = (name: string, required: boolean): ActionParameter => ({
    name,
    required,
    multi: false,
  });
  const action = (
    name: string,
    template: string,
    ...parameters: readonly ActionParameter[]
  ) => ({ name, "uri-template": `${prefix}${template}`, parameters });
  return {
    version: 1,
    info: {
      "primary-source": `${PUBLISHER}:${ZONE_DATA_VERSION}`,
      formats: [ZONE_FORMAT],
      truncated: { any: true, untruncated: true },
    },
    actions: [
      action("capabilities", "/capabilities"),
      action(
        "list",
        "/zones{?changedsince}",
        parameter("changedsince", false),
      ),
      action(
        "get",
        "/zones{/tzid}{?start,end}",
        parameter("start", false),
        parameter("end", false),
      ),
      action(
        "expand",
        "/zones{/tzid}/observances{?start,end}",
        parameter("start", true),
        parameter("end", true),
      ),
      action("find", "/zones{?pattern}", parameter("pattern", true)),
      action("leapseconds", "/leapseconds"),
    ],
  };
}
