/**
 * The help: made from the tables of commands and settings.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { SETTING_NAMES } from "./read_settings.ts";
import { settingKey, SETTINGS, settingVariable } from "./settings.ts";
import type { Setting } from "./settings.ts";

/** Lines of `kalends help`. */
export function formatHelp(commands: readonly Command[]): string[] {
  return [
    "Kalends: a server for calendars and contacts (CalDAV, CardDAV, WebDAV)",
    "",
    "Usage: kalends COMMAND [--flags]",
    "",
    "Commands:",
    ...columns(commands.map((command) => [usageOf(command), command.summary])),
    "",
    "Settings, as flags, as variables of the environment, or in the JSON file",
    "that --config FILE or KALENDS_CONFIG names (keys as the flags, without --);",
    "flags win over variables, variables over the file:",
    ...settingLines("all"),
    "",
    "Settings of the server:",
    ...settingLines("serve"),
    "",
    'Help on one command: "kalends COMMAND --help"',
  ];
}

/** Lines of `kalends COMMAND --help`. */
export function formatCommandHelp(command: Command): string[] {
  const flags = command.flags.map(({ name, value, description }): Line => [
    `--${name} ${value}`.trimEnd(),
    description,
  ]);
  return [
    `Usage: kalends ${usageOf(command)}${flags.length > 0 ? " [--flags]" : ""}`,
    "",
    `${command.summary}.`,
    ...command.details,
    "",
    ...(flags.length > 0 ? ["Flags:", ...columns(flags), ""] : []),
    "Settings:",
    ...settingLines("all"),
    ...(command.name === "serve" ? settingLines("serve") : []),
  ];
}

type Line = readonly [left: string, right: string];

function usageOf({ name, words }: Command): string {
  return [name, ...words].join(" ");
}

function settingLines(of: "all" | "serve"): string[] {
  const lines = of === "all"
    ? ["  --config FILE  KALENDS_CONFIG", "      Configuration file"]
    : [];
  for (const name of SETTING_NAMES) {
    const row: Setting<unknown> = SETTINGS[name];
    if (row.for !== of) continue;
    const flag = `--${settingKey(name)} ${row.value}`.trimEnd();
    const variable = settingVariable(name);
    lines.push(
      row.environmentOnly ? `  ${variable}` : `  ${flag}  ${variable}`,
      `      ${row.description}${defaultOf(row.default)}`,
    );
  }
  return lines;
}

function defaultOf(value: unknown): string {
  const text =
    typeof value === "object" && value !== null && "hostname" in value
      ? Object.values(value).join(":")
      : Array.isArray(value)
      ? ""
      : String(value ?? "");
  return text === "" || text === "false" ? "" : `; default ${text}`;
}

/** Two columns; what is too long on the left gets a line of its own. */
function columns(lines: readonly Line[]): string[] {
  const width = 26;
  return lines.flatMap(([left, right]) =>
    left.length < width
      ? [`  ${left.padEnd(width)}${right}`]
      : [`  ${left}`, `  ${"".padEnd(width)}${right}`]
  );
}
