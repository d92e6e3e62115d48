/**
 * The scenarios: what is asked, how often at once, and what every answer has
 * to be.
 *
 * @module
 */

import { textOf } from "../src/xml/names.ts";
import type { XmlElement } from "../src/xml/names.ts";
import type { Answer, Ask, BenchClient, Member } from "./client.ts";
import { readMultistatus } from "./client.ts";
import type { BenchEvent, Span } from "./objects.ts";
import { benchEvent, happensIn, MONTH, unionOf } from "./objects.ts";

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

const XML = { "content-type": "application/xml; charset=utf-8" };
const HEAD = '<?xml version="1.0" encoding="utf-8"?>';
const SPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"';

function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

const RANGE = `start="${compact(MONTH.start)}" end="${compact(MONTH.end)}"`;
const ETAG = "<D:prop><D:getetag/></D:prop>";
const DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";

function query(prop: string, inner: string): string {
  return `${HEAD}<C:calendar-query ${SPACES}>${prop}<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${inner}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;
}

function sync(token: string): string {
  return `${HEAD}<D:sync-collection ${SPACES}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level>${ETAG}</D:sync-collection>`;
}

function report(ground: Ground, body: string, depth = "1"): Ask {
  return {
    method: "REPORT",
    url: ground.url,
    headers: { ...XML, depth },
    body,
  };
}

/** Checks a multistatus; what is thrown is what is wrong. */
function multistatus(
  judge: (members: readonly Member[], token: string) => string | undefined,
): Step["check"] {
  return ({ status, text }) => {
    if (status !== 207) return `status ${status}`;
    try {
      const { members, token } = readMultistatus(text);
      return judge(members, token);
    } catch (error) {
      return String(error);
    }
  };
}

function nameOf(href: string): string {
  return href.slice(href.lastIndexOf("/") + 1);
}

function textOfProp(member: Member, name: string): string {
  const found: XmlElement | undefined = member.props.get(name);
  return found === undefined ? "" : textOf(found);
}

/** Each event once, each with the ETag that is known, and nothing else. */
function sameEtags(
  ground: Ground,
  expected: readonly BenchEvent[],
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    const found = new Map<string, string>();
    for (const member of members) {
      const name = nameOf(member.href);
      if (name !== "") found.set(name, textOfProp(member, "getetag").trim());
    }
    if (found.size !== expected.length) {
      return `${found.size} objects instead of ${expected.length}`;
    }
    for (const { name } of expected) {
      const etag = found.get(name);
      if (etag === undefined || etag === "") return `${name} has no ETag`;
      const known = ground.etags.get(name);
      if (known !== undefined && known !== etag) return `wrong ETag: ${name}`;
      ground.etags.set(name, etag);
    }
    return undefined;
  };
}

function hasData(
  expected: readonly BenchEvent[],
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    const data = new Map(
      members.map((member) => [
        nameOf(member.href),
        textOfProp(member, "calendar-data"),
      ]),
    );
    const wrong = expected.find(({ name, uid }) =>
      data.get(name)?.includes(`UID:${uid}`) !== true
    );
    return wrong === undefined ? undefined : `no data of ${wrong.name}`;
  };
}

function both(
  ...judges: ((members: readonly Member[]) => string | undefined)[]
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    for (const judge of judges) {
      const wrong = judge(members);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** Asks for changes since a token, to the last of them. */
function syncStep(
  ground: Ground,
  since: string,
  judge: (members: readonly Member[], token: string) => string | undefined,
): Step {
  const isCut = ({ status }: Member) => status === 507;
  return {
    ask: report(ground, sync(since), "0"),
    follow({ status, text }) {
      if (status !== 207) return undefined;
      const { members, token } = readMultistatus(text);
      return members.some(isCut) ? report(ground, sync(token), "0") : undefined;
    },
    check(answer, earlier) {
      const cut = earlier.flatMap(({ text }) => readMultistatus(text).members)
        .filter((member) => !isCut(member));
      return multistatus((members, token) =>
        judge([...cut, ...members], token)
      )(
        answer,
        [],
      );
    },
  };
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

function busySpans(text: string): Span[] {
  const unfolded = text.replace(/\r?\n[ \t]/g, "");
  const spans: Span[] = [];
  for (
    const [, values = ""] of unfolded.matchAll(/^FREEBUSY[^:\r\n]*:(.*)$/gm)
  ) {
    for (const value of values.trim().split(",")) {
      const [from = "", to = ""] = value.split("/");
      const start = instant(from);
      const length = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(to);
      const end = length === null
        ? instant(to)
        : start + Number(length[1] ?? 0) * 3_600_000 +
          Number(length[2] ?? 0) * 60_000 + Number(length[3] ?? 0) * 1000;
      spans.push({ start, end });
    }
  }
  return spans;
}

function instant(text: string): number {
  const iso = text.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  return Date.parse(iso);
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
  let answer = await client.send(step.ask);
  for (let more = step.follow?.(answer); more; more = step.follow?.(answer)) {
    answer = await client.send(more);
  }
  step.check(answer, []);
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
  return step.check(await client.send(step.ask), []);
}
