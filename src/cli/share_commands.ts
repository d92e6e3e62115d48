/**
 * `kalends share`, `kalends unshare` and `kalends shares`.
 *
 * @module
 */

import { openAdminSession } from "../service/admin_session.ts";
import { foldLogin } from "../service/login_names.ts";
import type { Outcome } from "../service/problems.ts";
import type { TreePath } from "../service/resolve.ts";
import {
  findShareable,
  listShares,
  type Share,
  share,
  SHARE_LEVELS,
  type ShareLevel,
  unshare,
} from "../service/shares.ts";
import type { Session } from "../service/types.ts";
import type { PrivateMode } from "../store/records.ts";
import type { Backend, Command, CommandResult } from "./command.ts";
import { done, failed } from "./command.ts";
import { partsOf } from "./service_parts.ts";

const WHAT_DETAILS = [
  "USER/COLLECTION is an account and the name in the URL, such as ada/home;",
  "addressbooks/ada/contacts where it is not clear which is meant.",
  "WHO is a sign-in name, group:NAME, everyone (with an account), or public.",
];

const MODES: readonly PrivateMode[] = ["hide", "busy", "show"];

/** The commands. */
export const SHARE_COMMANDS: readonly Command[] = [
  {
    name: "share",
    words: ["USER/COLLECTION", "WHO", "LEVEL"],
    summary: "Share a calendar or address book, or change how",
    details: [
      ...WHAT_DETAILS,
      "LEVEL is free-busy (when one is busy, and nothing else), read, write, or",
      "manage (change who has access, too). It appears in the programs of whom it is",
      "shared with by itself; who removes it there gets it back by this command.",
    ],
    flags: [
      {
        name: "private",
        value: "MODE",
        description:
          "What readers see of private entries: hide (nothing, the default), busy or show",
      },
    ],
    async run(backend, { words: [what = "", who = "", level = ""], flags }) {
      const mode = flags["private"]?.at(-1) ?? "hide";
      if (!isLevel(level)) {
        return failed(`"${level}" is no level: ${SHARE_LEVELS.join(", ")}.`);
      }
      if (!isMode(mode)) {
        return failed(`"${mode}" is no mode: ${MODES.join(", ")}.`);
      }
      const owned = await findOwned(backend, what);
      if (owned === undefined) return unknown(what);
      const { path, session } = owned;
      const input = { path, who, level, private: mode };
      return report(
        await share(partsOf(backend), session, input),
        `${nameOf(path)} is shared with ${who}: ${level}.`,
      );
    },
  },
  {
    name: "unshare",
    words: ["USER/COLLECTION", "WHO"],
    summary: "End a share",
    details: [
      ...WHAT_DETAILS,
      "It goes from their programs at the next sync.",
    ],
    flags: [],
    async run(backend, { words: [what = "", who = ""] }) {
      const owned = await findOwned(backend, what);
      if (owned === undefined) return unknown(what);
      const { path, session } = owned;
      return report(
        await unshare(partsOf(backend), session, { path, who }),
        `${nameOf(path)} is no longer shared with ${who}.`,
      );
    },
  },
  {
    name: "shares",
    words: ["[USER]"],
    summary: "List who sees what",
    details: [
      "One line each: collection, with whom, level, what they see of private entries.",
      "Without an account, those of all of them.",
    ],
    flags: [],
    async run({ accounts, store }, { words: [login] }) {
      const users = await accounts.listUsers();
      const wanted = login === undefined
        ? users
        : users.filter((user) => user.login === foldLogin(login));
      if (login !== undefined && wanted.length === 0) {
        return failed(`There is no account ${login}.`);
      }
      const lines: string[] = [];
      for (const user of wanted) {
        const shares = await store.read((view) => listShares(view, user.login));
        lines.push(...shares.map(describe));
      }
      return done(...lines);
    },
  },
];

function describe({ path, who, level, private: mode }: Share): string {
  return [nameOf(path), who, level ?? "other", mode].join("\t");
}

function nameOf({ space, user, names }: TreePath): string {
  return [space, user, ...names].join("/");
}

function isLevel(text: string): text is ShareLevel {
  return SHARE_LEVELS.some((level) => level === text);
}

function isMode(text: string): text is PrivateMode {
  return MODES.some((mode) => mode === text);
}

/** What is meant, and the session of whose it is: the command line acts for them. */
async function findOwned(
  { store }: Backend,
  what: string,
): Promise<{ readonly path: TreePath; readonly session: Session } | undefined> {
  const path = await store.read((view) => findShareable(view, what));
  if (path === undefined) return undefined;
  const session = await openAdminSession(store, path.user);
  return session && { path, session };
}

function unknown(what: string): CommandResult {
  return failed(`There is no calendar or address book "${what}".`);
}

function report(outcome: Outcome<null>, line: string): CommandResult {
  return outcome.ok ? done(line) : failed(`${outcome.problem.message}.`);
}
