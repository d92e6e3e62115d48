/** One device of a user: a folder kept in step with the server by vdirsyncer. */

import type { Account, Session } from "./context.ts";
import { type Output, run } from "./process.ts";

/** A folder of calendars and one of address books, and their synchronisation. */
export interface Device {
  /** Folder of the calendars; each is a folder of .ics files. */
  readonly calendars: string;
  /** Folder of the address books; each is a folder of .vcf files. */
  readonly contacts: string;
  /** The device's own home folder. */
  readonly home: string;
  /**
   * Looks for collections on both sides, from the server's root URL, and
   * makes on either side what only the other has.
   */
  discover(): Promise<Output>;
  /** Synchronises both sides; `codes` are the exit codes that it may have. */
  sync(codes?: readonly number[]): Promise<Output>;
  /** Synchronises display names and colours. */
  metasync(): Promise<Output>;
}

/** What a device may differ in. */
export interface DeviceOptions {
  /** Account to sign in with; the session's first where absent. */
  readonly account?: Account;
  /** Which collections it has: those on either side where absent, or the server's alone. */
  readonly collections?: "both" | "server";
  /** Who wins a conflict; where absent a conflict is reported and left. */
  readonly winner?: "server" | "local";
  /** Seconds for one run; 120 where absent. */
  readonly seconds?: number;
}

/** Makes a device below the session's home. */
export async function createDevice(
  session: Session,
  name: string,
  options: DeviceOptions = {},
): Promise<Device> {
  const home = `${session.home}/${name}`;
  const calendars = `${home}/calendars`;
  const contacts = `${home}/contacts`;
  const account = options.account ?? session.account;
  const config = `${home}/vdirsyncer.conf`;
  for (const folder of [calendars, contacts, `${home}/status`]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  const sides = options.collections === "server"
    ? `["from a"]`
    : `["from a", "from b"]`;
  const resolution = options.winner === undefined
    ? ""
    : `conflict_resolution = "${options.winner === "server" ? "a" : "b"} wins"`;
  await Deno.writeTextFile(
    config,
    `[general]
status_path = "${home}/status/"
${
      pairText({ name: "calendars", type: "caldav", fileext: ".ics" }, {
        folder: calendars,
        metadata: `["displayname", "color"]`,
        ...{ resolution, sides },
        url: session.target.root,
        account,
      })
    }${
      pairText({ name: "contacts", type: "carddav", fileext: ".vcf" }, {
        folder: contacts,
        metadata: `["displayname"]`,
        ...{ resolution, sides },
        url: session.target.root,
        account,
      })
    }`,
    { mode: 0o600 },
  );

  function vdirsyncer(
    args: readonly string[],
    more: { readonly codes?: readonly number[]; readonly input?: string } = {},
  ): Promise<Output> {
    const command = [`${session.bin}/vdirsyncer`, "--config", config, ...args];
    return run(command, { home, seconds: options.seconds ?? 120, ...more });
  }

  return {
    home,
    calendars,
    contacts,
    // Each "y" makes one missing collection.
    discover: () => vdirsyncer(["discover"], { input: "y\n".repeat(500) }),
    sync: (codes = [0]) => vdirsyncer(["sync"], { codes }),
    metasync: () => vdirsyncer(["metasync"]),
  };
}

function pairText(
  kind: {
    readonly name: string;
    readonly type: string;
    readonly fileext: string;
  },
  more: {
    readonly folder: string;
    readonly metadata: string;
    readonly resolution: string;
    readonly sides: string;
    readonly url: string;
    readonly account: Account;
  },
): string {
  const { name, type, fileext } = kind;
  return `
[pair ${name}]
a = "${name}_server"
b = "${name}_local"
collections = ${more.sides}
metadata = ${more.metadata}
${more.resolution}

[storage ${name}_server]
type = "${type}"
url = "${more.url}"
username = "${more.account.name}"
password = "${more.account.password}"

[storage ${name}_local]
type = "filesystem"
path = "${more.folder}"
fileext = "${fileext}"
`;
}
