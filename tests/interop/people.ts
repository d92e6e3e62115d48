/**
 * People who share: each with a device kept by vdirsyncer, with khal over it,
 * with python-caldav, and with raw requests to see what is there.
 */

import assert from "node:assert/strict";
import type { Account, Session } from "./context.ts";
import { createDav, type Dav } from "./dav.ts";
import { listFiles } from "./files.ts";
import { createKhal, type Khal } from "./khal.ts";
import { converse } from "./process.ts";
import { createDevice, type Device } from "./vdir.ts";

/** A calendar as python-caldav lists it. */
export interface Listed {
  /** Path of its URL. */
  readonly path: string;
  /** Display name. */
  readonly name: string;
  /** Colour; null where it has none. */
  readonly color: string | null;
}

/** python-caldav as one person; what it raises is thrown as a Refusal. */
export interface Hand {
  /** All calendars in the person's home. */
  calendars(): Promise<Listed[]>;
  /** Summaries of all events of a calendar, sorted. */
  events(url: string): Promise<string[]>;
  /** Does anything else that sharing_hand.py knows. */
  order(what: string, more: Record<string, string>): Promise<unknown>;
}

/** A refusal that python-caldav understood as such. */
export class Refusal extends Error {
  override readonly name = "AssertionError";
  /** Name of the exception, such as "AuthorizationError". */
  readonly kind: string;

  /** Made of the exception's name and its trace. */
  constructor(kind: string, detail: string) {
    super(`python-caldav: ${detail}`);
    this.kind = kind;
  }
}

/** Somebody with programs of their own. */
export interface Person {
  /** Their account. */
  readonly account: Account;
  /** Their folders. */
  readonly device: Device;
  /** khal over them. */
  readonly khal: Khal;
  /** python-caldav. */
  readonly hand: Hand;
  /** Raw requests. */
  readonly dav: Dav;
  /**
   * Brings the device up to date: discovery and entries. Answers which
   * collections it keeps in step, as `calendars/home`.
   */
  update(): Promise<string[]>;
  /** The same for names and colours. */
  updateNames(): Promise<void>;
}

/** All people of a session, and what ends their programs. */
export interface People {
  /** In the order of the accounts. */
  readonly people: readonly Person[];
  /** Ends their programs. */
  end(): Promise<void>;
}

/** Gives each account of a session its programs. */
export async function createPeople(session: Session): Promise<People> {
  const { accounts, home, bin, target } = session;
  const script = new URL("clients/sharing_hand.py", import.meta.url).pathname;
  const python = converse([`${bin}/python`, script], { home, seconds: 300 });
  const setUp = JSON.stringify({ root: target.root, accounts });
  await python.ask(setUp);

  function handOf({ name: who }: Account): Hand {
    const order: Hand["order"] = async (what, more) => {
      const line = JSON.stringify({ who, do: what, ...more });
      const answer = JSON.parse(await python.ask(line)) as Answer;
      if (answer.error === undefined) return answer.value;
      throw new Refusal(answer.error, answer.detail ?? "");
    };
    return {
      order,
      calendars: async () => await order("calendars", {}) as Listed[],
      events: async (url) => await order("events", { url }) as string[],
    };
  }

  async function personOf(account: Account): Promise<Person> {
    const device = await createDevice(session, account.name, {
      account,
      // Of both sides, it would offer to make anew what is no longer shared.
      collections: "server",
    });
    return {
      account,
      device,
      khal: await createKhal(session, device),
      hand: handOf(account),
      dav: createDav(account),
      async update() {
        await device.discover();
        const { stdout, stderr } = await device.sync();
        return [...`${stdout}${stderr}`.matchAll(/^Syncing (.+)$/gm)]
          .map(([, name = ""]) => name).sort();
      },
      async updateNames() {
        await device.discover();
        await device.metasync();
      },
    };
  }

  return {
    people: await Promise.all(accounts.map(personOf)),
    end: python.end,
  };
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
  readonly detail?: string;
}

/** Fails unless python-caldav reports one of these exceptions. */
export async function assertRefused(
  body: Promise<unknown>,
  ...kinds: readonly string[]
): Promise<void> {
  await assert.rejects(body, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.ok(kinds.includes(error.kind), error.message);
    return true;
  });
}

/** Bytes of the files of a folder by what they are about: the UID in them. */
export function readFolder(folder: string): Map<string, string> {
  return new Map(
    [".ics", ".vcf"].flatMap((suffix) => listFiles(folder, suffix))
      .map((name) => {
        const text = Deno.readTextFileSync(`${folder}/${name}`);
        const [, uid = name] = /^UID:(.+?)\r?$/m.exec(text) ?? [];
        return [uid, text] as const;
      }).sort(),
  );
}
