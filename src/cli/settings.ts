/**
 * Every setting of the server: one row each, from which flags, environment
 * variables, keys of the configuration file, their checks and the help are made.
 *
 * @module
 */

import { canonicalZone } from "../calendar/zones/zone_names.ts";

/** Where the server listens. */
export interface ListenAddress {
  /** Host name or address, without brackets. */
  readonly hostname: string;
  /** TCP port; 0 lets the system choose. */
  readonly port: number;
}

/** One row of the table. */
export interface Setting<T> {
  /** What a value looks like, for the help; "" for a switch. */
  readonly value: string;
  /** What is used where nothing is set. */
  readonly default: T;
  /** Which commands it is for. */
  readonly for: "all" | "serve";
  /** One sentence for the help. */
  readonly description: string;
  /** True for what must not stand on a command line, where everybody can read it. */
  readonly environmentOnly?: boolean;
  /** Reads a value; throws an Error that says what was expected. */
  readonly parse: (text: string) => T;
}

function setting<T>(row: Setting<T>): Setting<T> {
  return row;
}

/** The table; the keys are the names in code. */
export const SETTINGS = {
  data: setting({
    value: "DIR",
    default: "./data",
    for: "all",
    description: "Folder that holds everything",
    parse: parseText,
  }),
  listen: setting<ListenAddress>({
    value: "ADDRESS:PORT",
    default: { hostname: "127.0.0.1", port: 5232 },
    for: "serve",
    description: "Where to listen; 0.0.0.0:5232 for all IPv4 addresses",
    parse: parseListen,
  }),
  basePath: setting({
    value: "PATH",
    default: "",
    for: "serve",
    description: "URL path that everything is below, such as /dav",
    parse: parseBasePath,
  }),
  trustProxy: setting({
    value: "",
    default: false,
    for: "serve",
    description:
      "Take client addresses from X-Forwarded-For; only behind a proxy that sets it",
    parse: parseSwitch,
  }),
  tlsCert: setting<string | undefined>({
    value: "FILE",
    default: undefined,
    for: "serve",
    description: "Certificate chain (PEM), to serve https without a proxy",
    parse: parseText,
  }),
  tlsKey: setting<string | undefined>({
    value: "FILE",
    default: undefined,
    for: "serve",
    description: "Private key (PEM) of the certificate",
    parse: parseText,
  }),
  maxResourceSize: setting({
    value: "SIZE",
    default: 10 * 1024 * 1024,
    for: "serve",
    description: "Largest calendar entry, contact or file, such as 10MiB",
    parse: (text) => parseSize(text, { least: 1024, most: 2 ** 30 }),
  }),
  bodyTimeout: setting({
    value: "SECONDS",
    default: 600,
    for: "serve",
    description: "Longest time that a request's body may take to arrive",
    parse: (text) => parseInteger(text, { least: 1, most: 86_400 }),
  }),
  corsOrigins: setting<readonly string[]>({
    value: "ORIGIN,...",
    default: [],
    for: "serve",
    description:
      "Web pages that may use the server, such as https://example.org",
    parse: parseOrigins,
  }),
  timezone: setting({
    value: "ZONE",
    default:
      canonicalZone(new Intl.DateTimeFormat().resolvedOptions().timeZone) ??
        "UTC",
    for: "serve",
    description: "Time zone of entries that name none (else the system's)",
    parse: parseZone,
  }),
  logLevel: setting<"debug" | "info" | "warn" | "error">({
    value: "debug|info|warn|error",
    default: "info",
    for: "serve",
    description: "Least weight of what is logged",
    parse: (text) => parseChoice(text, ["debug", "info", "warn", "error"]),
  }),
  user: setting({
    value: "NAME",
    default: "me",
    for: "serve",
    description: "Sign-in name of the first account, made on the first start",
    parse: parseText,
  }),
  passwordFile: setting<string | undefined>({
    value: "FILE",
    default: undefined,
    for: "serve",
    description: "File with the first account's password; else one is made up",
    parse: parseText,
  }),
  password: setting<string | undefined>({
    value: "TEXT",
    default: undefined,
    for: "serve",
    description: "Password of the first account, where there are no files",
    environmentOnly: true,
    parse: parseText,
  }),
} as const;

/** Name of a setting in code. */
export type SettingName = keyof typeof SETTINGS;

/** All settings with their values. */
export type Settings = {
  readonly [Name in SettingName]: typeof SETTINGS[Name] extends Setting<infer T>
    ? T
    : never;
};

/** The key of a setting in the configuration file, and its flag behind `--`. */
export function settingKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The environment variable of a setting. */
export function settingVariable(name: string): string {
  return `KALENDS_${settingKey(name).replaceAll("-", "_").toUpperCase()}`;
}

function parseText(text: string): string {
  if (text.trim() === "") throw new Error("expected some text");
  return text;
}

function parseSwitch(text: string): boolean {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new Error("expected true or false");
}

function parseInteger(
  text: string,
  { least, most }: { least: number; most: number },
): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) {
    throw new Error(`expected a whole number from ${least} to ${most}`);
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
};

function parseSize(
  text: string,
  { least, most }: { least: number; most: number },
): number {
  const match = /^(\d{1,12})\s*([a-z]{0,3})$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ""];
  const value = Number(match?.[1] ?? NaN) * (unit ?? NaN);
  if (!(value >= least && value <= most)) {
    throw new Error(
      `expected a size from ${least} to ${most} bytes, such as 500KiB or 10MiB`,
    );
  }
  return value;
}

function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const hostname = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? NaN);
  if (hostname === undefined || !(port <= 65_535)) {
    throw new Error(
      "expected ADDRESS:PORT, such as 127.0.0.1:5232 or [::1]:5232",
    );
  }
  return { hostname, port };
}

function parseBasePath(text: string): string {
  const path = text.replace(/\/+$/, "");
  // What a URL would encode or fold away could be written in two ways.
  if (
    path !== "" && !/^(\/[A-Za-z0-9._~@+-]+)+$/.test(path) ||
    path.split("/").some((segment) => segment === "." || segment === "..")
  ) {
    throw new Error(
      "expected a path that begins with a slash, of letters, digits and . _ ~ @ + -",
    );
  }
  return path;
}

function parseOrigins(text: string): readonly string[] {
  const origins = text.split(",").map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  const wrong = origins.find((origin) =>
    origin !== "*" &&
    (!URL.canParse(origin) || new URL(origin).origin !== origin)
  );
  if (wrong !== undefined) {
    throw new Error(
      `expected origins such as https://example.org, got ${
        JSON.stringify(wrong)
      }`,
    );
  }
  return origins;
}

function parseZone(text: string): string {
  const zone = canonicalZone(text.trim());
  if (zone === undefined) {
    throw new Error("expected a time zone such as Europe/Berlin or UTC");
  }
  return zone;
}

function parseChoice<T extends string>(text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new Error(`expected one of ${choices.join(", ")}`);
  }
  return found;
}
