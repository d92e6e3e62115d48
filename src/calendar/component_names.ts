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
  /** True where it has instances: a start, and rules for more of them. */
  readonly recurs: boolean;
}

/** All component types that a calendar object may have as its main component. */
export const COMPONENT_TYPES: readonly ComponentType[] = [
  { name: "VEVENT", byDefault: true, recurs: true },
  { name: "VTODO", byDefault: true, recurs: true },
  { name: "VJOURNAL", byDefault: true, recurs: true },
  // RFC 5545 section 3.6.4: only published busy time, which few clients store
  { name: "VFREEBUSY", byDefault: false, recurs: false },
  // RFC 7953: its AVAILABLE components recur, not itself
  { name: "VAVAILABILITY", byDefault: false, recurs: false },
];

/** Names of all component types that a calendar may take. */
export const SUPPORTED_COMPONENTS: readonly string[] = COMPONENT_TYPES.map((
  type,
) => type.name);

/** Names of the component types of a calendar made without saying which. */
export const DEFAULT_COMPONENTS: readonly string[] = COMPONENT_TYPES
  .filter((type) => type.byDefault).map((type) => type.name);

/** Names of the component types that have instances. */
export const RECURRING: ReadonlySet<string> = new Set(
  COMPONENT_TYPES.filter((type) => type.recurs).map((type) => type.name),
);
