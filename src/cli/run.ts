/**
 * The command line: reads arguments and settings, runs the command, says what
 * came of it.
 *
 * @module
 */

import { COMMANDS } from "./commands.ts";
import { createBar } from "./bar.ts";
import { UNWATCHED } from "./command.ts";
import type { Command, CommandInput } from "./command.ts";
import { formatCommandHelp, formatHelp } from "./help.ts";
import type { HttpFace } from "./http_face.ts";
import type { Io } from "./io.ts";
import { isServe, readArguments } from "./read_arguments.ts";
import type { Arguments } from "./read_arguments.ts";
import { readNewPassword } from "./read_password.ts";
import { readSettings } from "./read_settings.ts";
import type { SettingSources } from "./read_settings.ts";
import { runCommand } from "./run_command.ts";
import { logTo, serve } from "./serve.ts";
import type { Settings } from "./settings.ts";
import { VERSION } from "./version.ts";

/** Runs a command line; gives the exit code: 0 done, 1 failed, 2 wrong use. */
export async function runCli(
  args: readonly string[],
  { io, http }: { readonly io: Io; readonly http: HttpFace },
): Promise<number> {
  const read = readArguments(args, COMMANDS);
  const { command } = read;
  if (read.help || command?.name === "help") return showHelp(io, read);
  if (read.version || command?.name === "version") {
    io.out(`kalends ${VERSION}`);
    return 0;
  }
  if (command === undefined) return refuseCommand(io, read);
  if (read.faults.length > 0) return refuseUse(io, read.faults, command);
  const settings = await findSettings(io, read, command);
  if (settings === undefined) return 2;
  return isServe(command)
    ? await serve({ io, http, settings, commands: COMMANDS })
    : await runOnData(io, { command, read, settings });
}

function showHelp(io: Io, { command, words }: Arguments): number {
  const wanted = command?.name === "help" ? words.join(" ") : command?.name;
  const found = COMMANDS.find(({ name }) => name === wanted);
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${wanted} `));
  if (wanted && found === undefined && group.length === 0) {
    io.err(`There is no command "${wanted}". "kalends help" lists all.`);
    return 2;
  }
  const lines = found === undefined
    ? formatHelp(group.length > 0 ? group : COMMANDS)
    : formatCommandHelp(found);
  for (const line of lines) io.out(line);
  return 0;
}

function refuseCommand(io: Io, { words, faults }: Arguments): number {
  const [first] = words;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    io.err(
      `Which one? ${group.map(({ name }) => `"kalends ${name}"`).join(", ")}`,
    );
  } else if (first !== undefined) {
    io.err(`There is no command "${first}". "kalends help" lists all.`);
  } else {
    for (const fault of faults) io.err(`${fault}.`);
    io.err(
      `Name a command: "kalends serve" starts the server, "kalends help" lists all.`,
    );
  }
  return 2;
}

function refuseUse(
  io: Io,
  faults: readonly string[],
  { name }: Command,
): number {
  for (const fault of faults) io.err(`${fault}.`);
  io.err(`See "kalends ${name} --help".`);
  return 2;
}

/** All settings; undefined after saying all that is wrong with them. */
async function findSettings(
  io: Io,
  { settings: flags, config }: Arguments,
  command: Command,
): Promise<Settings | undefined> {
  const path = config ?? (io.environment("KALENDS_CONFIG") || undefined);
  let file: SettingSources["file"];
  try {
    file = path === undefined
      ? undefined
      : { path, text: await Deno.readTextFile(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.err(`Cannot read the configuration file: ${reason}.`);
    return undefined;
  }
  const environment = (name: string) => io.environment(name);
  const read = readSettings({ flags, environment, file }, {
    serving: isServe(command),
  });
  if (read.ok) return read.settings;
  for (const fault of read.faults) io.err(`${fault}.`);
  io.err(`Nothing was started. "kalends help" lists all settings.`);
  return undefined;
}

async function runOnData(
  io: Io,
  { command, read, settings }: {
    readonly command: Command;
    readonly read: Arguments;
    readonly settings: Settings;
  },
): Promise<number> {
  const words = command.prepare?.(read.words) ?? read.words;
  let input: CommandInput = { words, flags: read.flags };
  if (command.password !== undefined) {
    const file = read.flags["password-file"]?.at(-1);
    const secret = await readNewPassword(io, file);
    if (!secret.ok) {
      io.err(secret.message);
      return 1;
    }
    input = { ...input, password: secret.password };
  }
  const log = logTo(io);
  const bar = createBar(io);
  const result = await runCommand(command, input, {
    data: settings.data,
    log,
    course: { ...UNWATCHED, progress: bar.show },
  });
  bar.clear();
  for (const line of result.out) io.out(line);
  for (const line of result.err) io.err(line);
  return result.code;
}
