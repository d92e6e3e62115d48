/**
 * `kalends user ...`.
 *
 * @module
 */

import type { Outcome } from "../service/problems.ts";
import type { UserRecord } from "../store/records.ts";
import type { Command, CommandFlag, CommandResult } from "./command.ts";
import { done, failed } from "./command.ts";

const PASSWORD_FLAG: CommandFlag = {
  name: "password-file",
  value: "FILE",
  description: "Read the password from the first line of a file",
};

const PASSWORD_DETAILS = [
  "The password is asked for on a terminal, else read from standard input.",
];

/** The commands. */
export const USER_COMMANDS: readonly Command[] = [
  {
    name: "user add",
    words: ["NAME"],
    summary: "Make an account",
    details: [
      "The account begins with a calendar, a task list and an address book.",
      ...PASSWORD_DETAILS,
    ],
    flags: [
      PASSWORD_FLAG,
      {
        name: "display-name",
        value: "TEXT",
        description: "Name as shown to people",
      },
      {
        name: "email",
        value: "ADDRESS",
        description: "Mail address; may be repeated",
      },
    ],
    creates: true,
    password: "new",
    async run({ accounts }, { words, flags, password = "" }) {
      const displayName = flags["display-name"]?.at(-1);
      const base = {
        login: words[0] ?? "",
        password,
        emails: flags["email"] ?? [],
      };
      const added = await accounts.addUser(
        displayName === undefined ? base : { ...base, displayName },
      );
      return report(added, ({ login }) => [`Made the account ${login}.`]);
    },
  },
  {
    name: "user list",
    words: [],
    summary: "List all accounts",
    details: ["One line each: sign-in name, name, mail addresses."],
    flags: [],
    async run({ accounts }) {
      const users = await accounts.listUsers();
      return done(
        ...users.map(({ login, displayName, emails }) =>
          [login, displayName, emails.join(" ")].join("\t").trimEnd()
        ),
      );
    },
  },
  {
    name: "user passwd",
    words: ["NAME"],
    summary: "Change a password",
    details: [
      ...PASSWORD_DETAILS,
      "Programs that use the old one are signed out at once.",
    ],
    flags: [PASSWORD_FLAG],
    password: "new",
    async run({ accounts }, { words, password = "" }) {
      const changed = await accounts.setPassword(words[0] ?? "", password);
      return report(changed, ({ login }) => [
        `Changed the password of ${login}.`,
      ]);
    },
  },
  {
    name: "user email",
    words: ["NAME", "[ADDRESS...]"],
    summary: "Replace the mail addresses of an account",
    details: ["Without an address, the account has none afterwards."],
    flags: [],
    async run({ accounts }, { words: [login = "", ...emails] }) {
      const changed = await accounts.setEmails(login, emails);
      return report(changed, (user) => [
        user.emails.length === 0
          ? `${user.login} has no mail address now.`
          : `Mail addresses of ${user.login}: ${user.emails.join(", ")}`,
      ]);
    },
  },
  {
    name: "user delete",
    words: ["NAME"],
    summary: "Delete an account with all that it holds",
    details: ["There is no way back but a backup."],
    flags: [{
      name: "yes",
      value: "",
      description: "Needed: says that you mean it",
    }],
    async run({ accounts }, { words, flags }) {
      const name = words[0] ?? "";
      if (flags["yes"] === undefined) {
        return {
          code: 2,
          out: [],
          err: [
            `This deletes ${name} with all calendars, contacts and files.`,
            `If you mean it: kalends user delete ${name} --yes`,
          ],
        };
      }
      const deleted = await accounts.deleteUser(name);
      return report(deleted, ({ login }) => [`Deleted the account ${login}.`]);
    },
  },
];

function report(
  outcome: Outcome<UserRecord>,
  lines: (user: UserRecord) => string[],
): CommandResult {
  return outcome.ok
    ? done(...lines(outcome.value))
    : failed(`${outcome.problem.message}.`);
}
