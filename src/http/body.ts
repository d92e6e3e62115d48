/**
 * Reading a request's body within limits: bytes and time. Deno has neither.
 *
 * @module
 */

import { DavError } from "../dav/errors.ts";
import type { Timer } from "./timer.ts";

/** How long a body may take. */
export interface BodyTimes {
  /** Milliseconds without a byte. */
  readonly bodyIdle: number;
  /** Milliseconds in all. */
  readonly bodyTotal: number;
}

/** Limits of one body. */
export interface BodyLimits {
  /** Bytes at most. */
  readonly limit: number;
  /** How long it may take. */
  readonly times: BodyTimes;
  /** Time. */
  readonly timer: Timer;
}

const FIRST_BYTES = 64 * 1024;

/**
 * The whole body; empty where there is none.
 *
 * @throws {DavError} `too-large` as soon as Content-Length or the bytes say so,
 * `timeout` where it takes too long, `bad-request` where it is cut short.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const declared = declaredLength(request);
  if (declared !== null && declared > limits.limit) {
    throw tooLarge(limits.limit);
  }
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  // Grows with what really came: neither a claim nor a million small pieces costs memory.
  let buffer = new Uint8Array(Math.min(declared ?? FIRST_BYTES, FIRST_BYTES));
  let size = 0;
  const { timer, times } = limits;
  const end = timer.now() + times.bodyTotal;
  try {
    for (;;) {
      const left = Math.max(end - timer.now(), 0);
      const part = await readPart(
        reader,
        timer,
        Math.min(left, times.bodyIdle),
      );
      if (part === null) break;
      const needed = size + part.length;
      if (needed > limits.limit) throw tooLarge(limits.limit);
      if (needed > buffer.length) {
        const grown = new Uint8Array(Math.max(needed, buffer.length * 2));
        grown.set(buffer.subarray(0, size));
        buffer = grown;
      }
      buffer.set(part, size);
      size = needed;
    }
  } catch (error) {
    // Not awaited: the other side may never answer.
    reader.cancel().catch(() => {});
    if (error instanceof DavError) throw error;
    throw cutShort(error);
  }
  if (declared !== null && size < declared) throw cutShort();
  return size === buffer.length ? buffer : buffer.slice(0, size);
}

/** Whether there is a body at all; reads no more than its first bytes. */
export async function hasBody(
  request: Request,
  limits: Omit<BodyLimits, "limit">,
): Promise<boolean> {
  if (request.body === null) return false;
  try {
    await readBody(request, { ...limits, limit: 0 });
    return false;
  } catch (error) {
    if (error instanceof DavError && error.condition === "too-large") {
      return true;
    }
    throw error;
  }
}

/** The next piece, null at the end. */
function readPart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  timer: Timer,
  milliseconds: number,
): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const cancel = timer.after(milliseconds, () => {
      reject(new DavError("timeout", "The body took too long"));
    });
    reader.read().then(
      ({ value, done }) => {
        cancel();
        resolve(done ? null : value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** Content-Length, null where it is absent or not a number. */
function declaredLength(request: Request): number | null {
  const value = request.headers.get("content-length");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function tooLarge(limit: number): DavError {
  return new DavError(
    "too-large",
    `The body is too large: at most ${limit} bytes are taken here`,
  );
}

function cutShort(cause?: unknown): DavError {
  return new DavError(
    "bad-request",
    "The body ended before its announced end",
    { cause },
  );
}
