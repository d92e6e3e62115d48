/**
 * The table of live properties: a row is the only place that names one.
 *
 * @module
 */

import { clarkName } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import { ACL_PROPERTIES } from "./acl.ts";
import { APPLE_PROPERTIES } from "./apple.ts";
import { CALDAV_PROPERTIES } from "./caldav.ts";
import { CARDDAV_PROPERTIES } from "./carddav.ts";
import { WEBDAV_PROPERTIES } from "./webdav.ts";

/** All rows. */
export const PROPERTIES: readonly Property[] = [
  ...WEBDAV_PROPERTIES,
  ...ACL_PROPERTIES,
  ...CALDAV_PROPERTIES,
  ...CARDDAV_PROPERTIES,
  ...APPLE_PROPERTIES,
];

const BY_NAME: ReadonlyMap<string, Property> = new Map(
  PROPERTIES.map((row) => [clarkName(...row.name), row]),
);

/** The row of a property, undefined for dead ones. */
export function findProperty(ns: string, local: string): Property | undefined {
  return BY_NAME.get(clarkName(ns, local));
}
