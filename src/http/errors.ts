/**
 * The one exit for refusals and bugs.
 *
 * @module
 */

import { DavError, errorResponse } from "../dav/errors.ts";
import { formatChallenge } from "./auth.ts";
import type { HandlerDeps, Trace } from "./config.ts";

/** The answer to what was thrown: a refusal as it says, everything else as a bug without detail. */
export function answerError(
  error: unknown,
  deps: Pick<HandlerDeps, "http" | "logger">,
  seen: { readonly request: Request; readonly trace: Pick<Trace, "id"> },
): Response {
  if (error instanceof DavError) return answerRefusal(error, deps);
  // By name: the store's code is out of sight from here.
  if (error instanceof Error && error.name === "StoreBusy") {
    const busy = new DavError(
      "unavailable",
      "The store has too much to do: try again in a moment",
      { cause: error, headers: { "retry-after": "2" } },
    );
    return answerRefusal(busy, deps);
  }
  const { id } = seen.trace;
  deps.logger.log("error", "bug", {
    id,
    method: seen.request.method.slice(0, 40),
    error: error instanceof Error ? error.stack ?? error.message : typeof error,
  });
  return new Response(`Internal error; the log says more about ${id}\n`, {
    status: 500,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

function answerRefusal(
  error: DavError,
  deps: Pick<HandlerDeps, "http">,
): Response {
  const response = errorResponse(error);
  if (error.status === 401) {
    response.headers.set("www-authenticate", formatChallenge(deps.http.realm));
  }
  return response;
}
