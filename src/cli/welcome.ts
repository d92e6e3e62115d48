/**
 * What the console says when the server has started.
 *
 * @module
 */

import type { FirstAccount } from "./first_account.ts";
import type { RunningServer } from "./http_face.ts";
import type { Settings } from "./settings.ts";

/** Lines that say what to type into a calendar program. */
export function formatWelcome(
  { settings, server, first }: {
    readonly settings: Settings;
    readonly server: RunningServer;
    readonly first: FirstAccount;
  },
): string[] {
  const url = formatServerUrl(settings, server);
  const account = first.made === true
    ? [`  user      ${first.login}`, `  password  ${first.password}`]
    : [
      `  user      a name from "kalends user list"`,
      `  password  that user's; change it by "kalends user passwd NAME"`,
    ];
  return [
    `Kalends serves ${url} from ${settings.data}`,
    "",
    "What to type into a calendar or contacts program (account type CalDAV or CardDAV):",
    `  server    ${url}`,
    ...account,
    ...(isLoopback(server.hostname)
      ? [
        "",
        "Only programs on this machine reach it. For others see --listen, and use TLS.",
      ]
      : []),
  ];
}

/** The URL of the server as a program on this machine would type it. */
export function formatServerUrl(
  settings: Settings,
  server: RunningServer,
): string {
  const scheme = settings.tlsCert === undefined ? "http" : "https";
  const name = server.hostname === "0.0.0.0" || server.hostname === "::"
    ? "localhost"
    : server.hostname;
  const host = name.includes(":") ? `[${name}]` : name;
  return `${scheme}://${host}:${server.port}${settings.basePath}/`;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|::1|127\.\d+\.\d+\.\d+)$/.test(hostname);
}
