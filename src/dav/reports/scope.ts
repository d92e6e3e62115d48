/**
 * Which calendars or address books a report is about.
 *
 * @module
 */

import type { Privilege } from "../../service/privileges.ts";
import type {
  CollectionResource,
  Reader,
  Resource,
} from "../../service/types.ts";
import type { DavHeaders } from "../context.ts";
import { isCollection } from "../properties/values.ts";

/**
 * The collections of objects that a report on a resource looks into. Depth 0
 * and none mean 1 on a calendar or address book (C49): what they hold is what
 * is asked for. From a home, their objects are two levels down (RFC 4791
 * section 7.2).
 */
export function collectionsInScope(
  reader: Reader,
  resource: Resource,
  { depth, privilege = "dav:read" }: {
    readonly depth: DavHeaders["depth"];
    readonly privilege?: Privilege;
  },
): readonly CollectionResource[] {
  if (!isCollection(resource)) return [];
  switch (resource.kind) {
    case "calendar":
    case "addressbook":
      return [resource];
    case "calendar-home":
    case "addressbook-home":
      return depth === "infinity"
        ? reader.children(resource, privilege).filter(isCollection)
        : [];
    default:
      return [];
  }
}
