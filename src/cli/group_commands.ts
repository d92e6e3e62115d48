/**
 * `kalends group ...`.
 *
 * @module
 */

import {
  formatPrincipalName,
  parsePrincipalName,
} from "../service/principal_names.ts";
import type { Outcome } from "../service/problems.ts";
import type { GroupRecord } from "../store/records.ts";
import type { Command, CommandResult } from "./command.ts";
import { done, failed } from "./command.ts";

const WHO_DETAILS = [
  "WHO is the sign-in name of an account, or group:NAME for a group: groups",
  "may belong to groups.",
];

/** The commands. */
export const GROUP_COMMANDS: readonly Command[] = [
  {
    name: "group add",
    words: ["NAME"],
    summary: "Make a group",
    details: [
      "What is shared with a group is shared with all who belong to it.",
      "Its owner may change its members from programs that can do that;",
      "without one, only this command line can.",
    ],
    flags: [
      {
        name: "display-name",
        value: "TEXT",
        description: "Name as shown to people",
      },
      {
        name: "owner",
        value: "USER",
        description: "Account that may change the members",
      },
    ],
    async run({ groups }, { words, flags }) {
      const displayName = flags["display-name"]?.at(-1);
      const owner = flags["owner"]?.at(-1);
      const added = await groups.addGroup({
        name: words[0] ?? "",
        ...(displayName === undefined ? {} : { displayName }),
        ...(owner === undefined ? {} : { owner }),
      });
      return report(added, ({ name }) => `Made the group ${name}.`);
    },
  },
  {
    name: "group list",
    words: [],
    summary: "List all groups",
    details: [
      "One line each: name, number of members, owner, name for people.",
    ],
    flags: [],
    async run({ groups }) {
      const all = await groups.listGroups();
      return done(
        ...all.map(({ group, owner, members }) =>
          [group.name, members, owner ?? "-", group.displayName].join("\t")
        ),
      );
    },
  },
  {
    name: "group members",
    words: ["NAME"],
    summary: "List or change the members of a group",
    details: [...WHO_DETAILS, "All changes are made at once, or none."],
    flags: [
      {
        name: "add",
        value: "WHO",
        description: "Somebody who is to belong to it; may be repeated",
      },
      {
        name: "remove",
        value: "WHO",
        description: "Somebody who is not to; may be repeated",
      },
    ],
    async run({ groups }, { words: [name = ""], flags }) {
      const add = (flags["add"] ?? []).map(parsePrincipalName);
      const remove = (flags["remove"] ?? []).map(parsePrincipalName);
      if (add.length + remove.length > 0) {
        const changed = await groups.changeMembers(name, { add, remove });
        if (!changed.ok) return report(changed, () => "");
      }
      const members = await groups.listMembers(name);
      return members.ok
        ? done(...members.value.map(formatPrincipalName))
        : failed(`${members.problem.message}.`);
    },
  },
  {
    name: "group owner",
    words: ["NAME", "[USER]"],
    summary: "Say who may change the members of a group",
    details: ["Without an account, nobody but this command line may."],
    flags: [],
    async run({ groups }, { words: [name = "", owner = null] }) {
      const changed = await groups.setOwner(name, owner);
      return report(
        changed,
        ({ name }) =>
          owner === null
            ? `The group ${name} has no owner now.`
            : `The group ${name} is owned by ${owner} now.`,
      );
    },
  },
  {
    name: "group delete",
    words: ["NAME"],
    summary: "Delete a group",
    details: [
      "Its members keep what they have by themselves or through other groups.",
    ],
    flags: [],
    async run({ groups }, { words }) {
      const deleted = await groups.deleteGroup(words[0] ?? "");
      return report(deleted, ({ name }) => `Deleted the group ${name}.`);
    },
  },
];

function report(
  outcome: Outcome<GroupRecord>,
  line: (group: GroupRecord) => string,
): CommandResult {
  return outcome.ok
    ? done(line(outcome.value))
    : failed(`${outcome.problem.message}.`);
}
