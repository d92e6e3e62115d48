/**
 * Takes a command line apart.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { settingKey, SETTINGS } from "./settings.ts";
import type { Setting } from "./settings.ts";
import { SETTING_NAMES } from "./read_settings.ts";

/** A command line in parts. */
export interface Arguments {
  /** The command; undefined where none was named. */
  readonly command: Command | undefined;
  /** Words behind the command's name. */
  readonly words: readonly string[];
  /** The command's own flags. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  /** Settings by their name in code. */
  readonly settings: ReadonlyMap<string, string>;
  /** File named by `--config`. */
  readonly config: string | undefined;
  /** Whether `--help` was among them. */
  readonly help: boolean;
  /** Whether `--version` was among them. */
  readonly version: boolean;
  /** All that is wrong. */
  readonly faults: readonly string[];
}

/** What a flag stands for. */
interface FlagMeaning {
  readonly takesValue: boolean;
  readonly note: (value: string) => void;
}

/** Takes a command line apart; faults are in the answer. */
export function readArguments(
  args: readonly string[],
  commands: readonly Command[],
): Arguments {
  const faults: string[] = [];
  const flags: Record<string, string[]> = {};
  const settings = new Map<string, string>();
  const found = {
    help: false,
    version: false,
    config: undefined as string | undefined,
  };
  const command = findCommand(wordsOf(args, commands), commands);

  function meaningOf(name: string): FlagMeaning | undefined {
    const own = command?.flags.find((flag) => flag.name === name);
    if (own !== undefined) {
      return {
        takesValue: own.value !== "",
        note: (value) => (flags[name] ??= []).push(value),
      };
    }
    if (name === "help" || name === "version") {
      return { takesValue: false, note: () => found[name] = true };
    }
    if (name === "config") {
      return { takesValue: true, note: (value) => found.config = value };
    }
    const setting = SETTING_NAMES.find((it) => settingKey(it) === name);
    if (setting === undefined) return undefined;
    const row: Setting<unknown> = SETTINGS[setting];
    if (row.environmentOnly) return undefined;
    if (row.for === "serve" && command !== undefined && !isServe(command)) {
      return undefined;
    }
    return {
      takesValue: row.value !== "",
      note: (value) => settings.set(setting, value),
    };
  }

  const words = collect(args, meaningOf, faults);
  const rest = words.slice(command?.name.split(" ").length ?? 0);
  if (!found.help && command !== undefined) {
    faults.push(...wordFaults(command, rest));
  }
  return { command, words: rest, flags, settings, ...found, faults };
}

/** Whether a command uses the settings of the server. */
export function isServe(command: Command): boolean {
  return command.name === "serve";
}

/** Walks over all arguments; gives those that are no flags. */
function collect(
  args: readonly string[],
  meaningOf: (name: string) => FlagMeaning | undefined,
  faults: string[],
): string[] {
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return [...words, ...args.slice(at + 1)];
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      continue;
    }
    const [flag = "", ...values] = LONG.get(arg)?.split("=") ?? arg.split("=");
    const meaning = flag.startsWith("--")
      ? meaningOf(flag.slice(2))
      : undefined;
    if (meaning === undefined) faults.push(`There is no flag ${flag} here`);
    else if (values.length > 0) meaning.note(values.join("="));
    else if (!meaning.takesValue) meaning.note("true");
    else if (args[at + 1] === undefined) faults.push(`${flag} needs a value`);
    else meaning.note(args[++at] ?? "");
  }
  return words;
}

/** Short spellings. */
const LONG: ReadonlyMap<string, string> = new Map([
  ["-h", "--help"],
  ["-V", "--version"],
]);

/** The command whose name the first words are, the longest. */
function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): Command | undefined {
  return commands.find(({ name }) => name === words.slice(0, 2).join(" ")) ??
    commands.find(({ name }) => name === words[0]);
}

/** Whether a flag takes a value is known before the command is: a name means one thing everywhere. */
function wordsOf(
  args: readonly string[],
  commands: readonly Command[],
): string[] {
  const own = commands.flatMap(({ flags }) => flags);
  const settings = SETTING_NAMES.map((name) => ({
    name: settingKey(name),
    value: SETTINGS[name].value,
  }));
  const all = [...own, ...settings, { name: "config", value: "FILE" }];
  return collect(args, (name) => ({
    takesValue: all.some((it) => it.name === name && it.value !== ""),
    note: () => {},
  }), []);
}

function wordFaults(command: Command, words: readonly string[]): string[] {
  const needed = command.words.filter((word) => !word.startsWith("["));
  const missing = needed.slice(words.length);
  if (missing.length > 0) {
    const verb = missing.length === 1 ? "is" : "are";
    return [`${missing.join(" and ")} ${verb} missing`];
  }
  const endless = command.words.at(-1)?.endsWith("...]") === true;
  if (endless || words.length <= command.words.length) return [];
  const extra = words.slice(command.words.length);
  return [`Too many words: ${extra.map((it) => JSON.stringify(it)).join(" ")}`];
}
