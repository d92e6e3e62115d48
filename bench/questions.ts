/**
 * What is asked: requests and their bodies.
 *
 * @module
 */

import type { Answer, Ask, BenchClient } from "./client.ts";
import type { BenchEvent } from "./objects.ts";
import { MONTH } from "./objects.ts";

/** The calendar under test. */
export interface Ground {
  /** Its URL, with a slash at its end. */
  readonly url: string;
  /** Events that are in it all the time. */
  readonly events: readonly BenchEvent[];
  /** ETags by name as the server last told them. */
  readonly etags: Map<string, string>;
  /** Revision of each event that was changed, by name. */
  readonly revisions: Map<string, number>;
  /** Events of put-new and put-serial, for delete. */
  readonly added: BenchEvent[];
  /** Newest sync-token. */
  token: string;
}

/** One request of a scenario and what its answer has to be. */
export interface Step {
  /** The request. */
  readonly ask: Ask;
  /** The request for the rest where a server has cut its answer (RFC 6578 section 3.6); all of them count as one. */
  readonly follow?: (answer: Answer) => Ask | undefined;
  /** What is wrong with the answer, undefined where nothing is; `earlier` are those that were cut. */
  readonly check: (
    answer: Answer,
    earlier: readonly Answer[],
  ) => string | undefined;
}

/** Takes a step to its end; its milliseconds, and what was wrong, undefined where nothing was. */
export async function take(
  { ask, follow, check }: Step,
  client: BenchClient,
): Promise<{ readonly ms: number; readonly fault: string | undefined }> {
  const earlier: Answer[] = [];
  let answer = await client.send(ask);
  let { ms } = answer;
  for (let more = follow?.(answer); more; more = follow?.(answer)) {
    earlier.push(answer);
    answer = await client.send(more);
    ms += answer.ms;
  }
  return { ms, fault: check(answer, earlier) };
}

/** Headers of an XML body. */
export const XML = { "content-type": "application/xml; charset=utf-8" };
/** XML declaration. */
export const HEAD = '<?xml version="1.0" encoding="utf-8"?>';
/** Namespaces of all bodies. */
export const SPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"';

function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Attributes of a time-range for the month. */
export const RANGE = `start="${compact(MONTH.start)}" end="${
  compact(MONTH.end)
}"`;
/** Asks for entity tags. */
export const ETAG = "<D:prop><D:getetag/></D:prop>";
/** Asks for entity tags and data. */
export const DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";

/** A calendar-query for events; `inner` narrows it. */
export function query(prop: string, inner: string): string {
  return `${HEAD}<C:calendar-query ${SPACES}>${prop}<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${inner}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;
}

/** A sync-collection. */
export function sync(token: string): string {
  return `${HEAD}<D:sync-collection ${SPACES}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level>${ETAG}</D:sync-collection>`;
}

/** A REPORT on the calendar. */
export function report(ground: Ground, body: string, depth = "1"): Ask {
  return {
    method: "REPORT",
    url: ground.url,
    headers: { ...XML, depth },
    body,
  };
}
