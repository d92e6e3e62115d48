/**
 * `kalends serve`: takes the data folder, serves it until it is told to end,
 * and leaves it clean.
 *
 * @module
 */

import { createService } from "../service/service.ts";
import { openFolder } from "../store/folder.ts";
import type { DataFolder } from "../store/folder.ts";
import { FolderError, readOwner } from "../store/folder_lock.ts";
import { serveAdmin } from "./admin_server.ts";
import { openBackend } from "./backend.ts";
import type { OpenBackend } from "./backend.ts";
import { failed } from "./command.ts";
import type {
  Backend,
  Command,
  CommandInput,
  CommandResult,
  Course,
} from "./command.ts";
import { makeFirstAccount } from "./first_account.ts";
import type { HttpFace, RunningServer } from "./http_face.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./settings.ts";
import { formatWelcome } from "./welcome.ts";

/** The longest time that open requests may take when the server ends. */
const DRAIN_MS = 10_000;

/** What serving needs. */
export interface ServeParts {
  /** The outside world. */
  readonly io: Io;
  /** The HTTP side. */
  readonly http: HttpFace;
  /** All settings. */
  readonly settings: Settings;
  /** Commands that others may have run here. */
  readonly commands: readonly Command[];
}

/** Serves until the process is told to end; gives the exit code. */
export async function serve(parts: ServeParts): Promise<number> {
  const { io, settings } = parts;
  let folder: DataFolder | undefined;
  try {
    folder = await openFolder(settings.data, { create: true });
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    io.err(`${error.message}.`);
    return 1;
  }
  if (folder === undefined) {
    const owner = await readOwner(settings.data);
    io.err(
      `Another process${owner === undefined ? "" : ` (${owner})`} serves ` +
        `${settings.data} already. End it first, or name another folder by --data.`,
    );
    return 1;
  }
  try {
    return await serveFolder(parts, folder);
  } finally {
    await folder.close();
  }
}

async function serveFolder(
  parts: ServeParts,
  folder: DataFolder,
): Promise<number> {
  const { io, settings } = parts;
  const log = logTo(io);
  if (folder.replaced) {
    log("The database was put back by a copy: all clients will sync anew", "");
  }
  const backend = await openBackend(folder, log);
  try {
    const first = await makeFirstAccount(backend.accounts, {
      settings,
      folder: settings.data,
      shown: io.showsTerminal,
    });
    if (first.made === "failed") {
      io.err(`${first.message}.`);
      return 1;
    }
    return await serveBackend(parts, backend, (server) => {
      for (const line of formatWelcome({ settings, server, first })) {
        io.out(line);
      }
    });
  } finally {
    await backend.close();
  }
}

async function serveBackend(
  parts: ServeParts,
  backend: OpenBackend,
  started: (server: RunningServer) => void,
): Promise<number> {
  const { io, http, settings, commands } = parts;
  const stop = Promise.withResolvers<void>();
  const forget = io.onStop(() => stop.resolve());
  const admin = await serveAdmin(settings.data, {
    run: (name, input, course) =>
      runFor(commands, {
        ...backend,
        maxResourceSize: settings.maxResourceSize,
      }, { name, input, course }),
  });
  try {
    const service = createService({
      store: backend.store,
      engine: backend.engine,
      kick: () => backend.jobs.kick(),
      log: logTo(io),
      maxResourceSize: settings.maxResourceSize,
    });
    const server = await listen(parts, () =>
      http.serve({
        service,
        accounts: backend.accounts,
        settings,
        log: (line) => io.err(line),
      }));
    if (server === undefined) return 1;
    started(server);
    await stop.promise;
    await drain(server);
    return 0;
  } finally {
    forget();
    await admin.close();
  }
}

/** Says what to do where the address cannot be had, or the certificate cannot be read. */
async function listen(
  { io, settings }: ServeParts,
  start: () => Promise<RunningServer>,
): Promise<RunningServer | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { hostname, port } = settings.listen;
    const hint = error instanceof Deno.errors.AddrInUse
      ? "another program listens there; choose another port by --listen"
      : error.message;
    io.err(`Cannot serve on ${hostname} port ${port}: ${hint}`);
    return undefined;
  }
}

/** Runs a command that came over the admin channel. */
async function runFor(
  commands: readonly Command[],
  backend: Backend,
  { name, input, course }: {
    readonly name: string;
    readonly input: CommandInput;
    readonly course: Course;
  },
): Promise<CommandResult> {
  const command = commands.find((it) => it.name === name);
  if (command?.run === undefined) {
    return failed(
      `The running server does not know "${name}": is it another version?`,
    );
  }
  try {
    return await command.run(backend, input, course);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function drain(server: RunningServer): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MS);
  });
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}

/** One JSON line, like those of requests. */
export function logTo(io: Io): (message: string, error: unknown) => void {
  return (message, error) => {
    const detail = error instanceof Error ? error.stack : String(error);
    const time = new Date().toISOString();
    io.err(JSON.stringify({ time, level: "warn", message, detail }));
  };
}
