/**
 * Puts the settings together: flags, then the environment, then the
 * configuration file, then defaults. Finds all faults at once.
 *
 * @module
 */

import { settingKey, SETTINGS, settingVariable } from "./settings.ts";
import type { Setting, SettingName, Settings } from "./settings.ts";

/** Where settings come from. */
export interface SettingSources {
  /** Texts of flags by setting. */
  readonly flags: ReadonlyMap<string, string>;
  /** The environment. */
  readonly environment: (name: string) => string | undefined;
  /** The configuration file's name and text; undefined where none is named. */
  readonly file: { readonly path: string; readonly text: string } | undefined;
}

/** All settings, or all that is wrong with them. */
export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Names of all settings. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** Text that a setting was given, and where. */
interface Given {
  readonly text: string;
  readonly where: string;
}

/** Reads all settings; faults in those for `serve` count only where `serving`. */
export function readSettings(
  sources: SettingSources,
  { serving }: { readonly serving: boolean },
): ReadSettings {
  const faults: string[] = [];
  const inFile = readFile(sources, faults);
  const values: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const row: Setting<unknown> = SETTINGS[name];
    const given = findGiven(name, sources, inFile);
    values[name] = row.default;
    if (given === undefined || (row.for === "serve" && !serving)) continue;
    try {
      values[name] = row.parse(given.text);
    } catch (error) {
      const shown = row.environmentOnly ? "" : `, got ${shorten(given.text)}`;
      faults.push(`${given.where}: ${messageOf(error)}${shown}`);
    }
  }
  // Every name has been given the value of its own row's parser or default.
  const settings = values as unknown as Settings;
  if (serving) faults.push(...crossFaults(settings));
  return faults.length === 0 ? { ok: true, settings } : { ok: false, faults };
}

/** What no row can see alone. */
function crossFaults(settings: Settings): string[] {
  const faults: string[] = [];
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    faults.push("tls-cert and tls-key: each needs the other");
  }
  if (settings.password !== undefined && settings.passwordFile !== undefined) {
    faults.push("KALENDS_PASSWORD and password-file: set one of them only");
  }
  return faults;
}

function findGiven(
  name: SettingName,
  sources: SettingSources,
  inFile: ReadonlyMap<string, Given>,
): Given | undefined {
  const flag = sources.flags.get(name);
  if (flag !== undefined) {
    return { text: flag, where: `--${settingKey(name)}` };
  }
  const variable = settingVariable(name);
  const text = sources.environment(variable);
  // Compose files and service managers set what is not wanted to nothing.
  if (text !== undefined && text !== "") return { text, where: variable };
  return inFile.get(name);
}

/** Texts by setting from the file; what is wrong with the file is added to `faults`. */
function readFile(
  { file }: SettingSources,
  faults: string[],
): ReadonlyMap<string, Given> {
  const found = new Map<string, Given>();
  if (file === undefined) return found;
  let value: unknown;
  try {
    value = JSON.parse(file.text);
  } catch (error) {
    faults.push(`${file.path}: not valid JSON: ${messageOf(error)}`);
    return found;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    faults.push(`${file.path}: expected one JSON object`);
    return found;
  }
  for (const [key, item] of Object.entries(value)) {
    const where = `${file.path}: ${key}`;
    const name = SETTING_NAMES.find((it) => settingKey(it) === key);
    const text = toText(item);
    if (name === undefined) faults.push(`${where}: there is no such setting`);
    else if (isSecret(name)) {
      faults.push(
        `${where}: may stand in the environment only, or use password-file`,
      );
    } else if (text === undefined) {
      faults.push(
        `${where}: expected text, a number, true, false or a list of texts`,
      );
    } else found.set(name, { text, where });
  }
  return found;
}

function isSecret(name: SettingName): boolean {
  const row: Setting<unknown> = SETTINGS[name];
  return row.environmentOnly === true;
}

function toText(item: unknown): string | undefined {
  if (Array.isArray(item)) {
    return item.every((part) => typeof part === "string")
      ? item.join(",")
      : undefined;
  }
  return ["string", "number", "boolean"].includes(typeof item)
    ? String(item)
    : undefined;
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
