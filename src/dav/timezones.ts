/**
 * The actions of the time-zone data distribution service (RFC 7808 section 5):
 * from a path and a query to a document, or to what is wrong.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { leapSeconds } from "../calendar/zones/leap_seconds.ts";
import { listedZone } from "../calendar/zones/listed_zones.ts";
import {
  expandZone,
  findZones,
  getZone,
  listZones,
  zoneTag,
} from "../calendar/zones/tzdist.ts";
import {
  ZONE_FORMAT,
  zoneCapabilities,
} from "../calendar/zones/tzdist_capabilities.ts";
import type {
  TzdistError,
  TzdistResult,
} from "../calendar/zones/tzdist_query.ts";

/** What is asked of the service. */
export interface ZoneRequest {
  /** Path of the service, base path and all. */
  readonly prefix: string;
  /** Decoded segments of the path behind it. */
  readonly names: readonly string[];
  /** The query. */
  readonly query: URLSearchParams;
  /** The Accept header, null where there is none. */
  readonly accept: string | null;
}

/** What an action answers. */
export interface ZoneDocument {
  /** Media type. */
  readonly type: string;
  /** The document. */
  readonly text: string;
  /** Its strong entity tag, with quotes. */
  readonly etag: string;
}

/** Problem details of a refusal (RFC 7808 section 4.1.7, RFC 7807). */
export interface ZoneProblem {
  /** URN of the error. */
  readonly type: string;
  /** A sentence for people. */
  readonly title: string;
  /** HTTP status. */
  readonly status: number;
}

const PROBLEMS: Readonly<
  Record<TzdistError, { readonly status: number; readonly title: string }>
> = {
  "invalid-action": { status: 404, title: "There is no such action here" },
  "invalid-changedsince": {
    status: 400,
    title: "changedsince may be given once only",
  },
  "invalid-end": {
    status: 400,
    title:
      "end must be one UTC time such as 2020-01-01T00:00:00Z, later than start",
  },
  "invalid-format": {
    status: 406,
    title: `Time zones are given as ${ZONE_FORMAT} only`,
  },
  "invalid-pattern": {
    status: 400,
    title:
      "pattern must be one text with stars at its ends only; \\* and \\\\ stand for the characters themselves",
  },
  "invalid-start": {
    status: 400,
    title: "start must be one UTC time such as 2010-01-01T00:00:00Z",
  },
  "tzid-not-found": {
    status: 404,
    title: "Time zone identifier was not found on this server",
  },
};

/** Problem details of an error, with another status and title where HTTP has its own. */
export function zoneProblem(
  error: TzdistError,
  other: { readonly status?: number; readonly title?: string } = {},
): ZoneProblem {
  const type = `urn:ietf:params:tzdist:error:${error}`;
  return { type, ...PROBLEMS[error], ...other };
}

/** Does what is asked. */
export function answerZoneRequest(
  request: ZoneRequest,
): ZoneDocument | ZoneProblem {
  const found = act(request);
  return found.ok ? found.value : zoneProblem(found.error);
}

function act(request: ZoneRequest): TzdistResult<ZoneDocument> {
  const { names, query, prefix } = request;
  // what /.well-known/ leads to should be something: the service's own path
  const [action = "capabilities", ...inner] = names;
  if (action === "zones" && inner.length > 0) return actOnZone(request, inner);
  if (inner.length > 0) return { ok: false, error: "invalid-action" };
  switch (action) {
    case "capabilities":
      return json({ ok: true, value: zoneCapabilities(prefix) });
    case "zones":
      return json(query.has("pattern") ? findZones(query) : listZones(query));
    case "leapseconds":
      return json({ ok: true, value: leapSeconds() });
    default:
      return { ok: false, error: "invalid-action" };
  }
}

/** Actions on one zone. The slashes of its name come as they are where a proxy has decoded them. */
function actOnZone(
  { query, accept }: ZoneRequest,
  names: readonly string[],
): TzdistResult<ZoneDocument> {
  const expands = names.length > 1 && names.at(-1) === "observances";
  const tzid = (expands ? names.slice(0, -1) : names).join("/");
  // RFC 7808 sections 5.3 and 5.4: both have the tag of the zone
  const etag = `"${zoneTag(listedZone(tzid) ?? "")}"`;
  if (expands) return json(expandZone(tzid, query), etag);
  const zone = getZone(tzid, query);
  if (!zone.ok) return zone;
  if (!takesFormat(accept)) return { ok: false, error: "invalid-format" };
  const type = `${ZONE_FORMAT}; charset=utf-8`;
  return { ok: true, value: { type, text: zone.value, etag } };
}

/** RFC 9110 section 12.5.1: whether a client takes the one format; the closest of its ranges counts. */
function takesFormat(accept: string | null): boolean {
  if (accept === null) return true;
  const weights = new Map<string, number>();
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";");
    const weight = parameters
      .map((one) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(one)?.[1])
      .find((one) => one !== undefined);
    weights.set(type.trim().toLowerCase(), Number(weight ?? 1));
  }
  const weight = weights.get(ZONE_FORMAT) ?? weights.get("text/*") ??
    weights.get("*/*");
  return weight !== undefined && weight > 0;
}

/** A value as JSON; its tag is made from the text where it has none of its own. */
function json<T>(
  found: TzdistResult<T>,
  etag?: string,
): TzdistResult<ZoneDocument> {
  if (!found.ok) return found;
  const text = JSON.stringify(found.value);
  const digest = createHash("sha256").update(text).digest("hex");
  return {
    ok: true,
    value: {
      type: "application/json; charset=utf-8",
      text,
      etag: etag ?? `"${digest.slice(0, 16)}"`,
    },
  };
}
