/**
 * The end of the admin channel in a command, where a server owns the folder.
 *
 * @module
 */

import {
  ADMIN_FILES,
  createLineReader,
  isResult,
  MAX_RESULT,
  progressOf,
  sendLine,
} from "./admin_wire.ts";
import type { AdminAddress, AdminRequest } from "./admin_wire.ts";
import { failed, UNWATCHED } from "./command.ts";
import type { CommandResult, Course } from "./command.ts";

/** Has the owner of a folder run a command; undefined where nobody listens there. */
export async function askOwner(
  folder: string,
  request: AdminRequest,
  course: Pick<Course, "progress"> = UNWATCHED,
): Promise<CommandResult | undefined> {
  const found = await connect(folder);
  if (found === undefined) return undefined;
  const { conn, token } = found;
  try {
    await sendLine(conn, token === undefined ? request : { ...request, token });
    const receive = createLineReader(conn, MAX_RESULT);
    let answer = await receive();
    for (let said = progressOf(answer); said; said = progressOf(answer)) {
      course.progress(said);
      answer = await receive();
    }
    if (isResult(answer)) return answer;
  } catch {
    // As below: what became of it is unknown.
  } finally {
    conn.close();
  }
  return failed(
    "The server ended while it ran the command. See what has become of it, and try again.",
  );
}

async function connect(
  folder: string,
): Promise<{ conn: Deno.Conn; token: string | undefined } | undefined> {
  try {
    const path = `${folder}/${ADMIN_FILES.socket}`;
    const conn = await Deno.connect({ transport: "unix", path });
    return { conn, token: undefined };
  } catch {
    // Perhaps it listens on TCP.
  }
  try {
    const text = await Deno.readTextFile(`${folder}/${ADMIN_FILES.address}`);
    const { port, token } = JSON.parse(text) as AdminAddress;
    return { conn: await Deno.connect({ hostname: "127.0.0.1", port }), token };
  } catch {
    return undefined;
  }
}
