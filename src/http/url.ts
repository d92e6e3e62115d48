/**
 * The path of a request as it was sent. `new URL()` would take out dot
 * segments without a word, so it is not used.
 *
 * @module
 */

/** The path without query, "/" where there is none; undefined where the URL has a fragment, which no request may have. */
export function rawPath(url: string): string | undefined {
  if (url.includes("#")) return undefined;
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*([^?]*)/i.exec(url);
  const path = match?.[1] ?? "";
  return path === "" ? "/" : path;
}

/** Characters of path and query. */
export function urlLength(url: string): number {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "").length;
}
