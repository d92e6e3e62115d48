/**
 * The scenarios: what is asked, how often at once, and what every answer has
 * to be.
 *
 * @module
 */

import {
  both,
  busySpans,
  hasData,
  multistatus,
  sameEtags,
  syncStep,
  textOfProp,
} from "./checks.ts";
import type { BenchClient } from "./client.ts";
import type { BenchEvent } from "./objects.ts";
import { benchEvent, happensIn, MONTH, unionOf } from "./objects.ts";
import {
  DATA,
  ETAG,
  type Ground,
  HEAD,
  query,
  RANGE,
  report,
  SPACES,
  type Step,
  take,
  XML,
} from "./questions.ts";

/** A scenario. */
export interface Scenario {
  /** Its name. */
  readonly name: string;
  /** Requests at once. */
  readonly connections: number;
  /** The next request, undefined where there is nothing left to do; what it awaits is not timed. */
  readonly next: (
    ground: Ground,
    client: BenchClient,
    count: number,
  ) => Promise<Step | undefined> | Step | undefined;
  /** Answers that one measurement takes at most; as many as the time allows when absent. */
  readonly most?: number;
}

/** A PUT of an event; a new one must be new. */
export function putStep(
  ground: Ground,
  event: BenchEvent,
  { revision = 0, isNew }: {
    readonly revision?: number;
    readonly isNew: boolean;
  },
): Step {
  const headers = {
    "content-type": "text/calendar; charset=utf-8",
    ...(isNew ? { "if-none-match": "*" } : {}),
  };
  const url = ground.url + event.name;
  return {
    ask: { method: "PUT", url, headers, body: event.text(revision) },
    check({ status, etag }) {
      const good = isNew ? status === 201 : status === 204 || status === 201;
      if (!good) return `status ${status}`;
      if (etag === null) {
        ground.etags.delete(event.name);
        return undefined;
      }
      if (etag === ground.etags.get(event.name)) return "the old ETag";
      ground.etags.set(event.name, etag);
      return undefined;
    },
  };
}

/** The scenarios in their order: what changes the calendar comes last. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "get",
    connections: 8,
    next(ground, _client, count) {
      const event = ground.events[(count * 13) % ground.events.length];
      if (event === undefined) return undefined;
      return {
        ask: { method: "GET", url: ground.url + event.name },
        check({ status, etag, text }) {
          if (status !== 200) return `status ${status}`;
          if (!text.includes(`UID:${event.uid}`)) return "another object";
          const known = ground.etags.get(event.name);
          return known !== undefined && etag !== known
            ? "wrong ETag"
            : undefined;
        },
      };
    },
  },
  {
    name: "propfind-ctag",
    connections: 8,
    next: (ground) => ({
      ask: {
        method: "PROPFIND",
        url: ground.url,
        headers: { ...XML, depth: "0" },
        body:
          `${HEAD}<D:propfind ${SPACES}><D:prop><S:getctag/></D:prop></D:propfind>`,
      },
      check: multistatus(([member]) =>
        member === undefined || textOfProp(member, "getctag") === ""
          ? "no ctag"
          : undefined
      ),
    }),
  },
  {
    name: "propfind-etags",
    connections: 1,
    next: (ground) => ({
      ask: {
        method: "PROPFIND",
        url: ground.url,
        headers: { ...XML, depth: "1" },
        body: `${HEAD}<D:propfind ${SPACES}>${ETAG}</D:propfind>`,
      },
      check: multistatus(sameEtags(ground, ground.events)),
    }),
  },
  {
    name: "query-month",
    connections: 1,
    next: (ground) => {
      const expected = ground.events.filter((each) => happensIn(each, MONTH));
      return {
        ask: report(ground, query(DATA, `<C:time-range ${RANGE}/>`)),
        check: multistatus(
          both(sameEtags(ground, expected), hasData(expected)),
        ),
      };
    },
  },
  {
    name: "query-all-etags",
    connections: 1,
    next: (ground) => ({
      ask: report(ground, query(ETAG, "")),
      check: multistatus(sameEtags(ground, ground.events)),
    }),
  },
  {
    name: "query-all-data",
    connections: 1,
    next: (ground) => ({
      ask: report(ground, query(DATA, "")),
      check: multistatus(
        both(sameEtags(ground, ground.events), hasData(ground.events)),
      ),
    }),
  },
  {
    name: "multiget-50",
    connections: 1,
    next(ground, _client, count) {
      const { pathname } = new URL(ground.url);
      const chosen = Array.from({ length: 50 }, (_, index) => {
        const at = (count * 37 + index * 19) % ground.events.length;
        return ground.events[at];
      }).filter((event) => event !== undefined);
      const hrefs = chosen.map(({ name }) =>
        `<D:href>${pathname}${name}</D:href>`
      ).join("");
      return {
        ask: report(
          ground,
          `${HEAD}<C:calendar-multiget ${SPACES}>${DATA}${hrefs}</C:calendar-multiget>`,
        ),
        check: multistatus(both(sameEtags(ground, chosen), hasData(chosen))),
      };
    },
  },
  {
    name: "sync-initial",
    connections: 1,
    next: (ground) =>
      syncStep(ground, "", (members, token) => {
        ground.token = token;
        return token === ""
          ? "no token"
          : sameEtags(ground, ground.events)(members);
      }),
  },
  {
    name: "sync-none",
    connections: 8,
    async next(ground, client) {
      await needToken(ground, client);
      return syncStep(
        ground,
        ground.token,
        (members, token) =>
          members.length > 0
            ? `${members.length} changes instead of none`
            : token === ground.token
            ? undefined
            : "another token",
      );
    },
  },
  {
    name: "sync-one",
    connections: 1,
    async next(ground, client, count) {
      const event = ground.events[(count * 29) % ground.events.length];
      if (event === undefined) return undefined;
      await needToken(ground, client);
      const failed = await update(ground, client, event);
      const before = ground.token;
      return syncStep(ground, before, (members, token) => {
        ground.token = token;
        if (failed !== undefined) return `PUT: ${failed}`;
        if (token === before || token === "") return "no new token";
        return sameEtags(ground, [event])(members);
      });
    },
  },
  {
    name: "freebusy-month",
    connections: 1,
    next(ground) {
      const expected = unionOf(
        ground.events.flatMap(({ spans }) => spans),
        MONTH,
      );
      return {
        ask: report(
          ground,
          `${HEAD}<C:free-busy-query ${SPACES}><C:time-range ${RANGE}/></C:free-busy-query>`,
        ),
        check({ status, text }) {
          if (status !== 200) return `status ${status}`;
          const busy = unionOf(busySpans(text), MONTH);
          return JSON.stringify(busy) === JSON.stringify(expected)
            ? undefined
            : `${busy.length} busy spans instead of ${expected.length}, or others`;
        },
      };
    },
  },
  {
    name: "put-update",
    connections: 8,
    next(ground, _client, count) {
      const event = ground.events[(count * 31) % ground.events.length];
      return event && putStep(ground, event, {
        revision: nextRevision(ground, event),
        isNew: false,
      });
    },
  },
  {
    name: "put-new",
    connections: 8,
    next: (ground) => add(ground, "new"),
  },
  {
    name: "put-serial",
    connections: 1,
    next: (ground) => add(ground, "serial"),
  },
  {
    name: "delete",
    connections: 8,
    next(ground) {
      const event = ground.added.pop();
      return event && {
        ask: { method: "DELETE", url: ground.url + event.name },
        check: ({ status }) =>
          status === 204 || status === 200 ? undefined : `status ${status}`,
      };
    },
  },
];

/** Fetches a token where no scenario before has. */
async function needToken(ground: Ground, client: BenchClient): Promise<void> {
  if (ground.token !== "") return;
  const step = syncStep(ground, "", (_members, token) => {
    ground.token = token;
    return undefined;
  });
  await take(step, client);
}

function nextRevision(ground: Ground, event: BenchEvent): number {
  const revision = (ground.revisions.get(event.name) ?? 0) + 1;
  ground.revisions.set(event.name, revision);
  return revision;
}

function add(ground: Ground, prefix: string): Step {
  const event = benchEvent(prefix, ground.added.length);
  ground.added.push(event);
  return putStep(ground, event, { isNew: true });
}

async function update(
  ground: Ground,
  client: BenchClient,
  event: BenchEvent,
): Promise<string | undefined> {
  const step = putStep(ground, event, {
    revision: nextRevision(ground, event),
    isNew: false,
  });
  return (await take(step, client)).fault;
}
