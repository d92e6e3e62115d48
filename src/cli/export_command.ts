/**
 * `kalends export`.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { openAdminSession } from "../service/admin_session.ts";
import { exportObjects, listExportable } from "../service/export.ts";
import type { Outcome } from "../service/problems.ts";
import { createService } from "../service/service.ts";
import type { Service, Session } from "../service/types.ts";
import type { TreePath } from "../service/resolve.ts";
import type { Command, Course } from "./command.ts";
import { done, failed, UNWATCHED } from "./command.ts";
import { createFolderWriter } from "./export_folder.ts";
import { parseTarget } from "./import_command.ts";

/** The command. */
export const EXPORT_COMMAND: Command = {
  name: "export",
  words: ["USER", "[COLLECTION]", "PATH"],
  summary: "Write calendars and address books into folders of files",
  details: [
    "Without COLLECTION all of them, as calendars/NAME and addressbooks/NAME",
    "below PATH. Each becomes a vdir: one file an entry, with its bytes as they",
    "are, displayname and color, and a .kalends.json with all other properties.",
    '"kalends import" reads them back. PATH must not exist, or be empty.',
  ],
  flags: [],
  prepare: (words) => [...words.slice(0, -1), resolve(words.at(-1) ?? "")],
  async run(backend, { words }, course = UNWATCHED) {
    const login = words[0] ?? "";
    const path = words.at(-1) ?? "";
    const session = await openAdminSession(backend.store, login);
    if (session === undefined) return failed(`There is no account ${login}.`);
    const service = createService(backend);
    const paths = await listExportable(service, session);
    const chosen = choose(paths, words.length > 2 ? words[1] : undefined);
    if (typeof chosen === "string") return failed(chosen);
    try {
      return await inNewFolder(
        path,
        (folder) =>
          exportAll(service, session, { ...chosen, folder, path, course }),
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return failed(`Cannot write to ${path}: ${error.message}`);
    }
  },
};

interface Choice {
  readonly paths: readonly TreePath[];
  /** True where each gets a folder of its own. */
  readonly several: boolean;
}

function choose(
  paths: readonly TreePath[],
  wanted: string | undefined,
): Choice | string {
  if (wanted === undefined) return { paths, several: true };
  const target = parseTarget(wanted);
  const found = paths.filter(({ space, names }) =>
    names[0] === target?.name &&
    (target?.space === null || target?.space === space)
  );
  if (found.length === 0) {
    return `There is no calendar or address book ${wanted}.`;
  }
  if (found.length > 1) {
    return `There is a calendar and an address book ${wanted}: say "calendars/${wanted}" or "addressbooks/${wanted}".`;
  }
  return { paths: found, several: false };
}

async function exportAll(
  service: Service,
  session: Session,
  plan: Choice & {
    readonly folder: string;
    readonly path: string;
    readonly course: Course;
  },
): Promise<
  { readonly keep: boolean; readonly value: ReturnType<typeof done> }
> {
  const { paths, several, folder, course } = plan;
  let objects = 0;
  for (const [index, path] of paths.entries()) {
    const name = path.names[0] ?? "";
    const below = several
      ? `${folder}/${path.space}/${folderName(name)}`
      : folder;
    await Deno.mkdir(below, { recursive: true });
    const kind = path.space === "calendars" ? "calendar" : "addressbook";
    const writer = createFolderWriter(below, kind);
    const exported: Outcome<unknown> = await (async () => {
      const outcome = await exportObjects(service, session, {
        path,
        signal: course.signal,
        sink: {
          write: writer.write,
          remove: writer.remove,
          progress: (part, total) =>
            course.progress({
              share: (index + (total === 0 ? 1 : part / total)) / paths.length,
              text: name,
            }),
        },
      });
      if (outcome.ok) await writer.end(outcome.value);
      return outcome;
    })();
    if (!exported.ok) {
      return {
        keep: false,
        value: failed(`${name}: ${exported.problem.message}.`),
      };
    }
    objects += writer.count();
  }
  const what = paths.length === 1 ? "collection" : "collections";
  return {
    keep: true,
    value: done(
      `Wrote ${objects} entries of ${paths.length} ${what} to ${plan.path}.`,
    ),
  };
}

/** A folder's name for a collection's: what no file system takes is encoded as in URLs. */
function folderName(name: string): string {
  const encoded = encodeURIComponent(name);
  return /^\./.test(encoded) ? `%2E${encoded.slice(1)}` : encoded;
}

/**
 * Has a folder filled beside its place, and puts it there when it is complete:
 * an export that was interrupted is never taken for a whole one.
 */
async function inNewFolder<T>(
  path: string,
  fill: (
    folder: string,
  ) => Promise<{ readonly keep: boolean; readonly value: T }>,
): Promise<T> {
  const parent = dirname(path);
  await Deno.mkdir(parent, { recursive: true });
  await removeEmpty(path);
  const folder = await Deno.makeTempDir({
    dir: parent,
    prefix: ".kalends-export-",
  });
  let kept = false;
  try {
    const { keep, value } = await fill(folder);
    if (keep) {
      await Deno.rename(folder, path);
      kept = true;
    }
    return value;
  } finally {
    if (!kept) await Deno.remove(folder, { recursive: true });
  }
}

/** Makes room for a folder where an empty one is; throws where anything else is. */
async function removeEmpty(path: string): Promise<void> {
  try {
    for await (const entry of Deno.readDir(path)) {
      throw new Error(`there is something already, such as ${entry.name}`);
    }
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
