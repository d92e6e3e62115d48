/**
 * The component types that calendars take: one table for validation, for
 * `supported-calendar-component-set` and for the property's default.
 *
 * @module
 */

/** One component type. */
export interface ComponentType {
  /** Its name in iCalendar. */
  readonly name: string;
  /** True where a calendar takes it when nobody said which types it takes. */
  readonly byDefault: boolean;
}

/** All component types that a calendar object may have as its main component. */
export const COMPONENT_TYPES: readonly ComponentType[] = [
  { name: "VEVENT", byDefault: true },
  { name: "VTODO", byDefault: true },
  { name: "VJOURNAL", byDefault: true },
  // RFC 5545 section 3.6.4: only published busy time, which few clients store
  { name: "VFREEBUSY", byDefault: false },
  // RFC 7953
  { name: "VAVAILABILITY", byDefault: false },
];

/** Names of all component types that a calendar may take. */
export const SUPPORTED_COMPONENTS: readonly string[] = COMPONENT_TYPES.map((
  type,
) => type.name);

/** Names of the component types of a calendar made without saying which. */
export const DEFAULT_COMPONENTS: readonly string[] = COMPONENT_TYPES
  .filter((type) => type.byDefault).map((type) => type.name);
