/**
 * The server that the conformance tests run against.
 *
 * @module
 */

/** One answer, read to its end. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Headers. */
  readonly headers: Headers;
  /** Body as text. */
  readonly text: string;
}

/** What goes with a request. */
export interface SendOptions {
  /** Headers. */
  readonly headers?: Record<string, string>;
  /** Body. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Who asks; null for nobody. "me" when left out; "other" is a second account. */
  readonly user?: "me" | "other" | null;
}

/** Sends a request to the server under test. */
export type Send = (
  method: string,
  path: string,
  options?: SendOptions,
) => Promise<Answer>;

/** A server in memory with the accounts "me" and "other". */
export function createServer(): Promise<
  { readonly send: Send; close(): Promise<void> }
> {
  return Promise.reject(new Error("not there yet"));
}
