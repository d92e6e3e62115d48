/**
 * The one function that a server, a test and Deno Deploy call: from a request
 * to its answer and one line in the log.
 *
 * @module
 */

import { DavError } from "../dav/errors.ts";
import { answerProtocol } from "./answer.ts";
import { answerError } from "./errors.ts";
import type { HandlerDeps, HttpHandler, RequestInfo, Trace } from "./config.ts";
import { addCorsHeaders, answerPreflight } from "./cors.ts";
import { boundDownload, isLarge } from "./download.ts";
import { clientAddress } from "./forwarded.ts";
import { createGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import type { LogFields } from "./log.ts";
import { answerBareRoot, answerHealth, answerWellKnown } from "./public.ts";
import { answerTimezones } from "./timezones.ts";
import { rawPath, urlLength } from "./url.ts";

/** Makes the handler. */
export function createHandler(deps: HandlerDeps): HttpHandler {
  const gate = createGate(deps.http);
  return (request, info) => handle(deps, gate, request, info);
}

async function handle(
  deps: HandlerDeps,
  gate: Gate,
  request: Request,
  info: RequestInfo,
): Promise<Response> {
  const start = deps.timer.now();
  const trace: Trace = {
    id: deps.newId(),
    address: clientAddress(request.headers, info.remoteAddress, deps.http),
    user: null,
    received: 0,
  };
  let leave = (): void => {};
  let response: Response;
  try {
    const path = checkUrl(deps, request);
    const early = answerHealth(request, path) ??
      answerWellKnown(path, deps.dav.basePath) ??
      answerBareRoot(request, path, deps.dav.basePath) ??
      answerPreflight(request, deps.http.corsOrigins, deps.tables) ??
      answerTimezones(request, path, deps.dav);
    if (early === null) {
      leave = enter(gate, trace.address);
      response = await answerProtocol(deps, { request, path, trace });
    } else response = early;
  } catch (error) {
    response = answerError(error, deps, { request, trace });
  }
  finishHeaders(response.headers, deps, request, trace);
  logRequest(deps, { request, response, trace, start });
  if (request.method === "HEAD") {
    leave();
    await response.body?.cancel();
    const { status, headers } = response;
    return new Response(null, { status, headers });
  }
  if (isLarge(response)) {
    const { timer, http } = deps;
    return boundDownload(response, {
      timer,
      milliseconds: http.downloadTotal,
      finished: leave,
    });
  }
  leave();
  return response;
}

function checkUrl(deps: HandlerDeps, request: Request): string {
  if (urlLength(request.url) > deps.http.maxUrlLength) {
    throw new DavError("uri-too-long", "The URL is too long");
  }
  const path = rawPath(request.url);
  if (path === undefined) {
    throw new DavError("bad-request", "A request's URL has no fragment");
  }
  return path;
}

function enter(gate: Gate, address: string): () => void {
  const leave = gate.enter(address);
  if (leave !== null) return leave;
  throw new DavError(
    "unavailable",
    "Too many requests at a time: try again in a moment",
    { headers: { "retry-after": "2" } },
  );
}

function finishHeaders(
  headers: Headers,
  deps: HandlerDeps,
  request: Request,
  trace: Trace,
): void {
  headers.set("x-request-id", trace.id);
  headers.set("x-content-type-options", "nosniff");
  addCorsHeaders(headers, request, deps.http.corsOrigins);
}

/** One line for each request: nothing secret is in a method, a path or a status. */
function logRequest(
  deps: HandlerDeps,
  done: {
    readonly request: Request;
    readonly response: Response;
    readonly trace: Trace;
    readonly start: number;
  },
): void {
  const { request, response, trace, start } = done;
  const length = response.headers.get("content-length");
  const fields: LogFields = {
    id: trace.id,
    method: request.method.slice(0, 40),
    path: (rawPath(request.url) ?? "").slice(0, 1000),
    status: response.status,
    duration: deps.timer.now() - start,
    user: trace.user,
    address: trace.address,
    received: trace.received,
    sent: length === null ? null : Number(length),
  };
  deps.logger.log("info", "request", fields);
}
