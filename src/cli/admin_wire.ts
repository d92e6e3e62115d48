/**
 * What goes over the admin channel: one JSON object in a line each way, and
 * before the answer any number that say how far it is.
 *
 * @module
 */

import type { CommandInput, CommandResult, Progress } from "./command.ts";

/** Files of the channel in the data folder. */
export const ADMIN_FILES = {
  /** The Unix socket. */
  socket: "admin.sock",
  /** Port and token, where Unix sockets fail. */
  address: "admin.json",
} as const;

/** A command on its way to the server. */
export interface AdminRequest {
  /** Needed over TCP. */
  readonly token?: string;
  /** Name of the command. */
  readonly command: string;
  /** What it was given. */
  readonly input: CommandInput;
}

/** Content of the address file. */
export interface AdminAddress {
  /** Port on the loopback address. */
  readonly port: number;
  /** What proves that somebody could read the file. */
  readonly token: string;
}

/** Bytes of one line at most: a command, and what the longest list answers. */
export const MAX_REQUEST = 1 << 20;
/** Bytes of an answer at most. */
export const MAX_RESULT = 1 << 26;

/** Sends a value as a line. */
export async function sendLine(conn: Deno.Conn, value: unknown): Promise<void> {
  let rest = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  while (rest.length > 0) rest = rest.subarray(await conn.write(rest));
}

/**
 * Reads a line and what it says; undefined where the other side closed first,
 * said more than `limit` bytes, or something that is not JSON.
 */
export async function receiveLine(
  conn: Deno.Conn,
  limit: number,
): Promise<unknown> {
  return await createLineReader(conn, limit)();
}

/** The same for one line after the other. */
export function createLineReader(
  conn: Deno.Conn,
  limit: number,
): () => Promise<unknown> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";

  async function receive(): Promise<unknown> {
    let bytes = 0;
    let end = text.indexOf("\n");
    while (end < 0) {
      const count = await conn.read(buffer);
      if (count === null) return undefined;
      bytes += count;
      if (bytes > limit) return undefined;
      const chunk = decoder.decode(buffer.subarray(0, count), { stream: true });
      const found = chunk.indexOf("\n");
      if (found >= 0) end = text.length + found;
      text += chunk;
    }
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return parse(line);
  }

  return receive;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value that came over the channel is a request. */
export function isRequest(value: unknown): value is AdminRequest {
  if (typeof value !== "object" || value === null) return false;
  const { command, input } = value as Partial<AdminRequest>;
  return typeof command === "string" && typeof input === "object" &&
    input !== null && isTexts(input.words) &&
    typeof input.flags === "object" && input.flags !== null &&
    Object.values(input.flags).every(isTexts) &&
    ["undefined", "string"].includes(typeof input.password);
}

/** What the channel says before the answer; undefined for the answer itself. */
export function progressOf(value: unknown): Progress | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { progress } = value as { progress?: Partial<Progress> };
  if (typeof progress !== "object" || progress === null) return undefined;
  const { share, text } = progress;
  return typeof share === "number" && typeof text === "string"
    ? { share, text }
    : undefined;
}

/** Whether a value that came over the channel is an answer. */
export function isResult(value: unknown): value is CommandResult {
  if (typeof value !== "object" || value === null) return false;
  const { code, out, err } = value as Partial<CommandResult>;
  return (code === 0 || code === 1 || code === 2) && isTexts(out) &&
    isTexts(err);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string");
}
