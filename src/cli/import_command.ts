/**
 * `kalends import`.
 *
 * @module
 */

import { resolve } from "node:path";
import { openAdminSession } from "../service/admin_session.ts";
import { importObjects } from "../service/import.ts";
import {
  type ImportReport,
  MAX_NOTES,
  MAX_REFUSALS,
} from "../service/import_types.ts";
import { StoreBusy } from "../store/view.ts";
import type { Command, CommandResult, Course } from "./command.ts";
import { failed, UNWATCHED } from "./command.ts";
import { findSource, type ImportSpace } from "./import_source.ts";
import { partsOf } from "./service_parts.ts";

/** The command. */
export const IMPORT_COMMAND: Command = {
  name: "import",
  words: ["USER", "COLLECTION", "PATH"],
  summary: "Bring .ics and .vcf files into a calendar or address book",
  details: [
    "PATH is a file with any number of entries, or a folder of such files: a",
    'vdir, or what "kalends export" wrote. COLLECTION is the name in the URL,',
    "such as home, or calendars/home where the files do not say which it is.",
    "A new collection appears as a whole when all is there. Into one that exists",
    "only what is missing comes; nothing in it is replaced. What cannot be stored",
    "as it is, such as vCard 2.1, is changed so that it can be, and each change is",
    "named. What was interrupted goes on when the same command is given again. The",
    "process that owns the data folder reads the files. Exit code 1 if something was",
    "refused.",
  ],
  flags: [],
  prepare: ([user = "", collection = "", path = "", ...more]) => [
    user,
    collection,
    resolve(path),
    ...more,
  ],
  async run(backend, { words }, course = UNWATCHED) {
    const [login = "", target = "", path = ""] = words;
    const place = parseTarget(target);
    if (place === undefined) {
      return failed(`"${target}" names no calendar or address book.`);
    }
    const session = await openAdminSession(backend.store, login);
    if (session === undefined) return failed(`There is no account ${login}.`);
    const source = await findSource(path, {
      space: place.space,
      target: `${session.user.id}/${place.name}`,
    });
    if (!source.ok) return failed(`${source.message}.`);
    const { space, plan } = source;
    const user = session.user.login;
    try {
      const outcome = await importObjects(partsOf(backend), session, {
        plan: {
          ...plan,
          path: { type: "tree", space, user, names: [place.name] },
        },
        hooks: hooksOf(course),
      });
      if (!outcome.ok) return failed(`${outcome.problem.message}.`);
      return describe(outcome.value, { ...source, name: place.name });
    } catch (error) {
      if (!(error instanceof StoreBusy)) throw error;
      return failed(`${error.message}. Try again.`);
    }
  },
};

/** `home`, `calendars/home` or `addressbooks/contacts`, with or without slashes around. */
export function parseTarget(
  text: string,
): { readonly space: ImportSpace | null; readonly name: string } | undefined {
  const parts = text.replace(/^\/+|\/+$/g, "").split("/");
  const [first = "", second] = parts;
  if (parts.length === 1) {
    return first === "" ? undefined : { space: null, name: first };
  }
  if (parts.length > 2 || second === undefined || second === "") {
    return undefined;
  }
  return first === "calendars" || first === "addressbooks"
    ? { space: first, name: second }
    : undefined;
}

function hooksOf(
  { progress, signal }: Course,
): NonNullable<Parameters<typeof importObjects>[2]["hooks"]> {
  return {
    signal,
    progress: ({ bytes, total, objects }) =>
      progress({
        share: total === 0 ? 1 : bytes / total,
        text: `${objects} entries`,
      }),
  };
}

function describe(
  report: ImportReport,
  { space, name, others }: {
    readonly space: ImportSpace;
    readonly name: string;
    readonly others: number;
  },
): CommandResult {
  const { taken, same, refused, refusedCount, files } = report;
  const what = space === "calendars" ? "calendar" : "address book";
  const out = [
    `${report.created ? `Made the ${what}` : `To the ${what}`} ${name}: ` +
    `${taken} entries from ${files} files.`,
  ];
  if (same > 0) out.push(`${same} were there already.`);
  if (others > 0) out.push(`${others} files of the other kind were left out.`);
  if (report.noteCount > 0) {
    out.push(`${report.noteCount} changes were made to take what there was:`);
    for (const { file, line, message } of report.notes) {
      out.push(`${file}:${line}: ${message}`);
    }
    const more = report.noteCount - MAX_NOTES;
    if (more > 0) out.push(`... and ${more} more.`);
  }
  const err = refused.map(({ file, line, condition, message }) =>
    `${file}:${line}: ${condition}: ${message}`
  );
  if (refusedCount > MAX_REFUSALS) {
    err.push(`... and ${refusedCount - MAX_REFUSALS} more.`);
  }
  if (refusedCount > 0) err.push(`${refusedCount} parts were refused.`);
  if (report.stopped) {
    err.push("It was stopped. Give the same command again to go on.");
  }
  return { code: err.length > 0 ? 1 : 0, out, err };
}
