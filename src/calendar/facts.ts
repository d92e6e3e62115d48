/**
 * Facts of a calendar object: what the store's time index needs to know.
 *
 * @module
 */

/** Version of the code and zone data that made facts; raise it when either changes what facts say. */
export const FACTS_VERSION = 1;
