/**
 * The Range header of GET (RFC 9110 section 14): one range of bytes.
 *
 * @module
 */

/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  /** Offset of the first byte. */
  readonly first: number;
  /** Offset of the last byte. */
  readonly last: number;
}

/**
 * What a Range header asks of so many bytes.
 *
 * @returns A range; "unsatisfiable" (416) where it begins behind the end; null
 * where the header must or may be ignored: malformed, another unit, several ranges.
 */
export function parseRange(
  value: string | null,
  size: number,
): ByteRange | "unsatisfiable" | null {
  const match = /^bytes *= *(\d{0,15})-(\d{0,15})$/i.exec(value?.trim() ?? "");
  const [, start = "", end = ""] = match ?? [];
  if (start === "" && end === "") return null;
  if (start === "") {
    const suffix = Math.min(Number(end), size);
    if (suffix === 0) return "unsatisfiable";
    return { first: size - suffix, last: size - 1 };
  }
  const first = Number(start);
  if (end !== "" && Number(end) < first) return null;
  if (first >= size) return "unsatisfiable";
  const last = end === "" ? size - 1 : Math.min(Number(end), size - 1);
  return { first, last };
}

/**
 * Whether the Range header counts beside this If-Range (RFC 9110 section
 * 13.1.5): only for a strong entity tag that is the present one. A date never
 * does: within its second the bytes may have changed once more.
 */
export function isRangeWanted(ifRange: string | null, etag: string): boolean {
  return ifRange === null || ifRange.trim() === etag;
}
