/**
 * A client that knows a collection by sync-collection only, with limits that
 * cut the answers anywhere, and must know it as well as a listing does.
 *
 * @module
 */

import type {
  CollectionResource,
  Reader,
  Resource,
  Service,
  Session,
} from "../../../src/service/types.ts";
import { at } from "../../service/fixture.ts";
import type { Random } from "../random.ts";

/** A client. */
export interface SyncClient {
  /** Asks for what changed, page after page, and compares what it knows when it has all. */
  step(): Promise<void>;
  /** What it knows. */
  known(): KnownColl[];
}

/** What a client knows of a collection. */
export interface KnownColl {
  /** Its path. */
  readonly target: string;
  /** Its id. */
  readonly coll: string;
  /** The token that the client continues from. */
  readonly token: string | null;
  /** Members and what tells their versions. */
  readonly members: readonly (readonly [string, string])[];
}

const TARGETS = [
  "files/me",
  "files/me/a",
  "calendars/me/home",
  "calendars/me/two",
] as const;

/** What a client knows of a collection. */
interface Known {
  readonly coll: string;
  token: string | null;
  /** Members and what tells their versions, by name. */
  members: Map<string, string>;
}

/** A client that knows nothing yet. */
export function createSyncClient(
  options: {
    readonly service: Service;
    readonly session: Session;
    readonly random: Random;
    readonly wrong: string[];
    readonly token: (
      token: string,
      page: { readonly truncated: boolean },
    ) => string;
    readonly known?: readonly KnownColl[];
    /** True where access may be taken away, which ends a token. */
    readonly guest?: boolean;
  },
): SyncClient {
  const { service, session, random, wrong } = options;
  const known = new Map<string, Known>();
  for (const { target, coll, token, members } of options.known ?? []) {
    known.set(target, { coll, token, members: new Map(members) });
  }

  async function step(): Promise<void> {
    const target = random.pick(TARGETS);
    const limit = 1 + random.below(4);
    const pages = 1 + random.below(3);
    const result = await service.read(session, (reader) => {
      const coll = reader.resolve(at(target));
      if (coll === undefined || !("ref" in coll)) return undefined;
      // Another collection at the same URL: its first token is refused.
      const before = known.get(target);
      return walk(reader, coll, { before, limit, pages });
    });
    if (result === undefined) {
      known.delete(target);
      return;
    }
    if (result.wrong !== undefined) wrong.push(`${target}: ${result.wrong}`);
    known.set(target, result.known);
  }

  function walk(
    reader: Reader,
    coll: CollectionResource,
    work: {
      readonly before: Known | undefined;
      readonly limit: number;
      readonly pages: number;
    },
  ): { known: Known; wrong?: string } {
    const { before } = work;
    const mine: Known = before?.coll === coll.ref.id
      ? { ...before, members: new Map(before.members) }
      : { coll: coll.ref.id, token: null, members: new Map() };
    for (let page = 0; page < work.pages; page++) {
      const answer = reader.sync(coll, mine.token, work.limit);
      if (!answer.ok) {
        const known = { ...mine, token: null, members: new Map() };
        if (options.guest === true && mine.token !== null) return { known };
        return {
          known,
          wrong: `the token ${mine.token} was refused: ${answer.problem.name}`,
        };
      }
      const { changed, removed, truncated, token } = answer.value;
      for (const member of changed) {
        mine.members.set(nameOf(member), versionOf(reader, member));
      }
      for (const name of removed) mine.members.delete(name);
      mine.token = options.token(token, { truncated });
      if (changed.length + removed.length > work.limit) {
        return { known: mine, wrong: "a page holds more than was asked for" };
      }
      if (truncated) continue;
      const listed = new Map(
        reader.children(coll).map((
          member,
        ) => [nameOf(member), versionOf(reader, member)]),
      );
      const show = (members: Map<string, string>) =>
        JSON.stringify([...members].sort());
      if (show(listed) !== show(mine.members)) {
        return {
          known: mine,
          wrong: `the client knows ${show(mine.members)}, listed are ${
            show(listed)
          }`,
        };
      }
    }
    return { known: mine };
  }

  return {
    step,
    known: () =>
      [...known].map(([target, { coll, token, members }]) => ({
        target,
        coll,
        token,
        members: [...members],
      })),
  };
}

function nameOf(member: Resource): string {
  if ("entry" in member) return member.name;
  return "row" in member ? member.row.name : "";
}

function versionOf(reader: Reader, member: Resource): string {
  if ("entry" in member) return reader.etag(member);
  return "ref" in member ? member.ref.id : "";
}
