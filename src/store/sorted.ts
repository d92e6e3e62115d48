/**
 * Binary search.
 *
 * @module
 */

/** The place of the first item that is not below: `below` is true for a front part of the items. */
export function lowerBound<T>(
  items: readonly T[],
  below: (item: T) => boolean,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && below(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
