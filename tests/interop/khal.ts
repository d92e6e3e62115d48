/** khal, a calendar on the command line, over the folders of a device. */

import type { Session } from "./context.ts";
import { run } from "./process.ts";
import type { Device } from "./vdir.ts";

/** Runs khal with these arguments; answers what it prints. */
export type Khal = (
  args: readonly string[],
  input?: string,
) => Promise<string>;

/**
 * Sets khal up on all calendars of a device. It calls each by the display name
 * that `metasync` has brought, else by its folder.
 */
export async function createKhal(
  session: Session,
  device: Device,
): Promise<Khal> {
  const config = `${device.home}/khal.conf`;
  await Deno.writeTextFile(
    config,
    `[calendars]
[[all]]
path = ${device.calendars}/*
type = discover
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = Europe/Berlin
local_timezone = Europe/Berlin
[sqlite]
path = ${device.home}/khal.db
`,
  );
  return async (args, input = "") => {
    const command = [`${session.bin}/khal`, "--config", config, ...args];
    return (await run(command, { home: device.home, input })).stdout;
  };
}
