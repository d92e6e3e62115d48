/**
 * The end of the admin channel in the process that owns the data folder.
 *
 * @module
 */

import { randomBytes, timingSafeEqual } from "node:crypto";
import {
  ADMIN_FILES,
  isRequest,
  MAX_REQUEST,
  receiveLine,
  sendLine,
} from "./admin_wire.ts";
import type { AdminRequest } from "./admin_wire.ts";
import { failed } from "./command.ts";
import type {
  CommandInput,
  CommandResult,
  Course,
  Progress,
} from "./command.ts";

/** Time that a command may still take when the channel closes. */
const PATIENCE_MS = 5000;

/** Shortest time between two lines that say how far a command is. */
const TELL_MS = 100;

/** A channel that listens. */
export interface AdminServer {
  /** Listens no more, ends what is open, and removes its files. */
  close(): Promise<void>;
}

/**
 * Listens in a data folder that this process owns; what an earlier owner left
 * there is removed. `unix: false` is for systems without Unix sockets.
 */
export async function serveAdmin(
  folder: string,
  options: {
    readonly run: (
      name: string,
      input: CommandInput,
      course: Course,
    ) => Promise<CommandResult>;
    readonly unix?: boolean;
  },
): Promise<AdminServer> {
  await removeFiles(folder);
  const { listener, token } = await listen(folder, options.unix ?? true);
  const open = new Set<Deno.Conn>();
  const work = new Set<Promise<void>>();
  const closing = new AbortController();

  async function answer(conn: Deno.Conn): Promise<void> {
    open.add(conn);
    const teller = createTeller(conn, closing.signal);
    try {
      const request = await receiveLine(conn, MAX_REQUEST);
      const result = isRequest(request) && isAllowed(request, token)
        ? await options.run(request.command, request.input, teller.course)
        : failed("The server did not understand the command.");
      await teller.quiet();
      await sendLine(conn, result);
    } catch {
      // The other side went away: its command has run, or it has not.
    } finally {
      open.delete(conn);
      shut(conn);
    }
  }

  async function accept(): Promise<void> {
    for await (const conn of listener) {
      const answered = answer(conn).finally(() => work.delete(answered));
      work.add(answered);
    }
  }

  const accepting = accept();
  return {
    async close() {
      listener.close();
      closing.abort();
      await accepting.catch(() => {});
      // Who has not said yet what they want waits in vain.
      const timer = setTimeout(() => {
        for (const conn of open) shut(conn);
      }, PATIENCE_MS);
      await Promise.all(work);
      clearTimeout(timer);
      await removeFiles(folder);
    },
  };
}

/** Tells the other side how far its command is; a command whose client has gone is to end early. */
function createTeller(
  conn: Deno.Conn,
  closing: AbortSignal,
): { readonly course: Course; readonly quiet: () => Promise<void> } {
  const gone = new AbortController();
  let sending: Promise<void> | undefined;
  let last = -Infinity;

  function progress(said: Progress): void {
    const now = performance.now();
    if (sending !== undefined || now - last < TELL_MS) return;
    last = now;
    sending = sendLine(conn, { progress: said })
      .catch(() => gone.abort())
      .finally(() => sending = undefined);
  }

  return {
    course: { progress, signal: AbortSignal.any([closing, gone.signal]) },
    async quiet() {
      await sending;
    },
  };
}

function shut(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It has ended by itself.
  }
}

async function listen(
  folder: string,
  unix: boolean,
): Promise<{ listener: Deno.Listener; token: string | undefined }> {
  if (unix) {
    const path = `${folder}/${ADMIN_FILES.socket}`;
    try {
      return { listener: listenPrivately(path), token: undefined };
    } catch {
      // No Unix sockets here, or the path is too long for one.
    }
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const token = randomBytes(32).toString("hex");
  const { port } = listener.addr;
  try {
    await Deno.writeTextFile(
      `${folder}/${ADMIN_FILES.address}`,
      JSON.stringify({ port, token }),
      { createNew: true, mode: 0o600 },
    );
  } catch (error) {
    listener.close();
    throw error;
  }
  return { listener, token };
}

/** Nobody else may connect, not even for the moment before a chmod. */
function listenPrivately(path: string): Deno.Listener {
  const before = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

function isAllowed(request: AdminRequest, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [given, wanted] = [request.token ?? "", token].map((text) =>
    new TextEncoder().encode(text)
  );
  return given !== undefined && wanted !== undefined &&
    given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function removeFiles(folder: string): Promise<void> {
  for (const name of Object.values(ADMIN_FILES)) {
    try {
      await Deno.remove(`${folder}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
