/**
 * Large answers to slow readers: fetched in small pieces, and cut after a
 * while, so that neither memory nor a slot is held for ever.
 *
 * @module
 */

import type { Timer } from "./timer.ts";

/** Answers at least this long are bounded, in bytes. */
export const LARGE_ANSWER = 256 * 1024;

const PIECE = 64 * 1024;

/** Whether an answer is to be bounded. */
export function isLarge(response: Response): boolean {
  return Number(response.headers.get("content-length") ?? 0) >= LARGE_ANSWER;
}

/**
 * The same answer with a body that ends with an error when it is not fetched
 * in time; a connection cut short tells the client that something is missing.
 * `finished` is called once: after the last byte, or when nobody wants more.
 */
export function boundDownload(
  response: Response,
  options: {
    readonly timer: Timer;
    readonly milliseconds: number;
    readonly finished: () => void;
  },
): Response {
  if (response.body === null) {
    options.finished();
    return response;
  }
  const reader = response.body.getReader();
  let rest: Uint8Array = new Uint8Array();
  let cancelTimer = (): void => {};
  function finish(): void {
    cancelTimer();
    rest = new Uint8Array();
    options.finished();
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      cancelTimer = options.timer.after(options.milliseconds, () => {
        controller.error(new Error("The answer was not fetched in time"));
        reader.cancel().catch(() => {});
        finish();
      });
    },
    async pull(controller) {
      if (rest.length === 0) {
        const { value, done } = await reader.read();
        if (done) {
          controller.close();
          finish();
          return;
        }
        rest = value;
      }
      controller.enqueue(rest.subarray(0, PIECE));
      rest = rest.subarray(PIECE);
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(body, {
    status: response.status,
    headers: response.headers,
  });
}
