/**
 * The table of commands.
 *
 * @module
 */

import { CHECK_COMMAND } from "./check_command.ts";
import type { Command } from "./command.ts";
import { EXPORT_COMMAND } from "./export_command.ts";
import { GROUP_COMMANDS } from "./group_commands.ts";
import { IMPORT_COMMAND } from "./import_command.ts";
import { SHARE_COMMANDS } from "./share_commands.ts";
import { USER_COMMANDS } from "./user_commands.ts";

/** Commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "serve",
    words: [],
    summary: "Start the server",
    details: [
      "On an empty data folder it makes a first account and says what to type",
      "into a calendar program. It ends on SIGINT (Control-C) or SIGTERM.",
    ],
    flags: [],
  },
  ...USER_COMMANDS,
  ...GROUP_COMMANDS,
  ...SHARE_COMMANDS,
  IMPORT_COMMAND,
  EXPORT_COMMAND,
  CHECK_COMMAND,
  {
    name: "help",
    words: ["[COMMAND...]"],
    summary: "Show this help, or that of a command",
    details: [],
    flags: [],
  },
  {
    name: "version",
    words: [],
    summary: "Show the version",
    details: [],
    flags: [],
  },
];
