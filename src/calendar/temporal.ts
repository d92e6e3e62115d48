/**
 * The only place that asks whether the runtime has `Temporal`: Deno since 2.7
 * does. Where it is missing, load a polyfill that sets the global before this
 * module; without one, zones come from the objects' VTIMEZONE alone.
 *
 * @module
 */

/** `Temporal`, undefined where the runtime lacks it. */
export function temporal(): typeof Temporal | undefined {
  return (globalThis as { Temporal?: typeof Temporal }).Temporal;
}
