/**
 * The time-zone data distribution service over HTTP (RFC 7808): public data,
 * so nobody signs in for it (section 9).
 *
 * @module
 */

import { timezonesPath } from "../dav/paths.ts";
import {
  answerZoneRequest,
  type ZoneDocument,
  type ZoneProblem,
  zoneProblem,
} from "../dav/timezones.ts";
import { evaluateConditions } from "../service/conditions.ts";
import { parseEtagList } from "./etags.ts";

const ALLOW = "GET, HEAD, OPTIONS";

/** RFC 7808 section 4.1.4: a secondary server asks once an hour, a client once a day. */
const CACHE_CONTROL = "public, max-age=3600";

/** Answers what is asked of the service; null for paths outside of it. */
export function answerTimezones(
  request: Request,
  path: string,
  { basePath }: { readonly basePath: string },
): Response | null {
  const prefix = timezonesPath(basePath);
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return null;
  const { method, headers } = request;
  if (method === "OPTIONS") {
    return new Response(null, {
      headers: { allow: ALLOW, "content-length": "0" },
    });
  }
  if (method !== "GET" && method !== "HEAD") {
    const title = "This method cannot be used here";
    return problemResponse(
      zoneProblem("invalid-action", { status: 405, title }),
      { allow: ALLOW },
    );
  }
  const names = namesOf(path.slice(prefix.length));
  if (names === undefined) {
    return problemResponse(zoneProblem("invalid-action"));
  }
  const query = queryOf(request);
  const accept = headers.get("accept");
  const answer = answerZoneRequest({ prefix, names, query, accept });
  return "status" in answer
    ? problemResponse(answer)
    : documentResponse(answer, headers);
}

/** The decoded segments of a path; undefined where one is no UTF-8. */
function namesOf(path: string): readonly string[] | undefined {
  const raw = path.split("/").slice(1);
  if (raw.at(-1) === "") raw.pop();
  try {
    return raw.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function queryOf({ url }: Request): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
}

function documentResponse(found: ZoneDocument, asked: Headers): Response {
  const { etag, text, type } = found;
  const headers = new Headers({
    etag,
    "cache-control": CACHE_CONTROL,
    vary: "Accept",
  });
  const ifMatch = parseEtagList(asked.get("if-match") ?? "");
  const ifNoneMatch = parseEtagList(asked.get("if-none-match") ?? "");
  const conditions = {
    ...ifMatch !== undefined && { ifMatch },
    ...ifNoneMatch !== undefined && { ifNoneMatch },
  };
  const target = { etag, modified: null };
  switch (evaluateConditions(conditions, target, { safe: true })) {
    case "not-modified":
      return new Response(null, { status: 304, headers });
    case "precondition-failed": {
      const title = "A conditional header failed";
      return problemResponse(
        zoneProblem("invalid-action", { status: 412, title }),
      );
    }
    case "go": {
      const bytes = new TextEncoder().encode(text);
      headers.set("content-type", type);
      headers.set("content-length", String(bytes.length));
      return new Response(bytes, { headers });
    }
  }
}

function problemResponse(
  problem: ZoneProblem,
  more: Readonly<Record<string, string>> = {},
): Response {
  const bytes = new TextEncoder().encode(JSON.stringify(problem));
  return new Response(bytes, {
    status: problem.status,
    headers: {
      ...more,
      "content-type": "application/problem+json; charset=utf-8",
      "content-language": "en",
      "content-length": String(bytes.length),
      "cache-control": "no-cache",
    },
  });
}
