/**
 * The versions of all keys and records, and the ways from one to the next.
 *
 * @module
 */

import type { Migration } from "./migrate.ts";

/** The version that this program reads and writes. */
export const SCHEMA_VERSION = 1;

/** One row for each step between two versions, in their order; none yet. */
export const MIGRATIONS: readonly Migration[] = [];
