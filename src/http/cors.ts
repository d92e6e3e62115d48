/**
 * Cross-origin requests of calendar programs that run in a browser (C17), for
 * origins that the configuration names; by default for none.
 *
 * @module
 */

import type { DavTables } from "../dav/context.ts";

/** Request headers that such programs send. */
const REQUEST_HEADERS = [
  "Authorization",
  "Brief",
  "CalDAV-Timezones",
  "Content-Type",
  "Depth",
  "Destination",
  "If",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Unmodified-Since",
  "Overwrite",
  "Prefer",
  "Range",
  "X-Requested-With",
].join(", ");

/** Answer headers that they need to see. */
const ANSWER_HEADERS = [
  "Allow",
  "Content-Location",
  "Content-Range",
  "DAV",
  "ETag",
  "Last-Modified",
  "Location",
  "Preference-Applied",
  "Retry-After",
  "WWW-Authenticate",
].join(", ");

function allowedOrigin(
  request: Request,
  origins: readonly string[],
): string | null {
  const origin = request.headers.get("origin");
  if (origin === null) return null;
  return origins.includes("*") || origins.includes(origin) ? origin : null;
}

/** The answer to a preflight from a configured origin; null for everything else. */
export function answerPreflight(
  request: Request,
  origins: readonly string[],
  tables: DavTables,
): Response | null {
  if (
    request.method !== "OPTIONS" ||
    !request.headers.has("access-control-request-method") ||
    allowedOrigin(request, origins) === null
  ) return null;
  return new Response(null, {
    headers: {
      "content-length": "0",
      "access-control-allow-methods": tables.methods.map((row) => row.name)
        .join(", "),
      "access-control-allow-headers": REQUEST_HEADERS,
      "access-control-max-age": "3600",
    },
  });
}

/** Adds to any answer what lets a configured origin read it. */
export function addCorsHeaders(
  headers: Headers,
  request: Request,
  origins: readonly string[],
): void {
  if (origins.length === 0) return;
  headers.append("vary", "Origin");
  const origin = allowedOrigin(request, origins);
  if (origin === null) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", ANSWER_HEADERS);
}
