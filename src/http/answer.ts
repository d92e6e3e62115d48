/**
 * A request to the protocol, step by step: who asks, what is asked for, may it
 * be, then the method's handler.
 *
 * @module
 */

import type { DavContext, Method, RequestTarget } from "../dav/context.ts";
import { DavError, problemError } from "../dav/errors.ts";
import { formatAllow, formatDavHeader } from "../dav/features.ts";
import { parseTarget, selfHref } from "../dav/paths.ts";
import type { ResourcePath } from "../service/problems.ts";
import type { Resource, Session } from "../service/types.ts";
import { parseBasic } from "./auth.ts";
import { hasBody, readBody } from "./body.ts";
import type { HandlerDeps, Trace } from "./config.ts";
import { decideDispatch, isOpen } from "./dispatch.ts";
import { parseDavHeaders } from "./headers.ts";
import { readXml } from "./xml_body.ts";

/** A request whose URL has been looked at. */
export interface Asked {
  /** The request. */
  readonly request: Request;
  /** Its path as sent, base path and all, without query. */
  readonly path: string;
  /** What is learnt on the way. */
  readonly trace: Trace;
}

/**
 * Methods that RFCs define and the table does not have: 405 for them, as the
 * server knows them; 501 for what nobody knows (RFC 9110 section 9.1).
 */
const OTHER_METHODS: ReadonlySet<string> = new Set([
  "BIND",
  "CONNECT",
  "PATCH",
  "POST",
  "REBIND",
  "SEARCH",
  "TRACE",
  "UNBIND",
]);

/** Refusals that a sign-in may change. */
const HIDES: ReadonlySet<string> = new Set([
  "dav:need-privileges",
  "not-found",
]);

/**
 * Answers a request to the protocol.
 *
 * @throws {DavError} for refusals.
 */
export async function answerProtocol(
  deps: HandlerDeps,
  asked: Asked,
): Promise<Response> {
  const { request, path } = asked;
  if (request.method === "OPTIONS" && path === "/*") return answerServer(deps);
  const session = await signIn(deps, asked);
  if (session === null && !await isOpenToAll(deps, asked)) throw unauthorized();
  const method = findMethod(deps, request.method);
  const target = findTarget(deps, path);
  checkHeaders(request, method);
  const context = createContext(deps, { ...asked, target, session });
  const resource = await authorise(deps, context, method);
  if (method?.body === "none" && await hasBody(request, bodyTimes(deps))) {
    throw new DavError(
      "unsupported-media-type",
      `${method.name} takes no body`,
    );
  }
  if (method === undefined) throw new Error("A method without a row got in");
  const response = await callHandler(deps, context, method, resource);
  addHeaders(response, deps, context, resource);
  return response;
}

function unauthorized(cause?: unknown): DavError {
  return new DavError("unauthorized", "Sign in with a name and a password", {
    cause,
  });
}

/** Whether a request needs no account: whatever is wrong with any other is said to those who have one. */
async function isOpenToAll(
  deps: HandlerDeps,
  { request, path }: Asked,
): Promise<boolean> {
  const target = parseTarget(path, deps.dav.basePath);
  const place = target.ok ? target.value.path : null;
  if (place === null) return false;
  if (place.type === "root") return isPublic(request.method);
  const method = deps.tables.methods.find((row) => row.name === request.method);
  return method !== undefined &&
    await deps.service.read(null, (reader) => isOpen(reader, method, place));
}

/** `OPTIONS *` (RFC 9110 section 9.3.7), which arrives as `/*`. */
function answerServer(deps: HandlerDeps): Response {
  const allow = deps.tables.methods.map((method) => method.name).join(", ");
  return new Response(null, { headers: { allow, "content-length": "0" } });
}

/** What anybody may do at the DAV root: greeting and feature detection. */
function isPublic(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

async function signIn(
  deps: HandlerDeps,
  { request, trace }: Asked,
): Promise<Session | null> {
  const header = request.headers.get("authorization");
  if (header === null) return null;
  const credentials = parseBasic(header);
  const session = credentials && await deps.authenticate(
    credentials.login,
    credentials.password,
    trace.address,
  );
  if (session === undefined) {
    throw new DavError("unauthorized", "Wrong name or password");
  }
  if ("retryAfter" in session) {
    // Not a 4xx: Thunderbird switches calendars off for those, and the one who
    // asks may only share an address with the one who guesses (C15).
    throw new DavError("unavailable", "Too many failed log-ins", {
      headers: { "retry-after": String(Math.ceil(session.retryAfter)) },
    });
  }
  trace.user = session.user.login;
  return session;
}

function findMethod(deps: HandlerDeps, name: string): Method | undefined {
  const method = deps.tables.methods.find((row) => row.name === name);
  if (method === undefined && !OTHER_METHODS.has(name)) {
    throw new DavError("not-implemented", "This method is not known here");
  }
  return method;
}

function findTarget(
  deps: HandlerDeps,
  path: string,
): RequestTarget & { readonly path: ResourcePath } {
  const target = parseTarget(path, deps.dav.basePath);
  if (!target.ok) throw problemError(target.problem, deps.dav);
  const { value } = target;
  if (value.path === null) {
    throw new DavError("not-found", "There is nothing at this URL");
  }
  return { ...value, path: value.path };
}

/** What must be refused because ignoring it would change the meaning of the request. */
function checkHeaders(request: Request, method: Method | undefined): void {
  const { headers } = request;
  const expect = headers.get("expect");
  if (expect !== null && expect.trim().toLowerCase() !== "100-continue") {
    throw new DavError("expectation-failed", "Only 100-continue is understood");
  }
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") {
    throw new DavError(
      "unsupported-media-type",
      "Bodies are taken without content coding only",
      { headers: { "accept-encoding": "identity" } },
    );
  }
  // RFC 9110 section 14.4: whoever ignored it would store a part as the whole.
  if (method?.body === "object" && headers.has("content-range")) {
    throw new DavError(
      "bad-request",
      "A part of an object cannot be stored: Content-Range is not taken here",
    );
  }
}

function bodyTimes(
  deps: HandlerDeps,
): {
  readonly times: HandlerDeps["http"];
  readonly timer: HandlerDeps["timer"];
} {
  return { times: deps.http, timer: deps.timer };
}

function createContext(
  deps: HandlerDeps,
  asked: Asked & {
    readonly target: RequestTarget & { readonly path: ResourcePath };
    readonly session: Session | null;
  },
): DavContext {
  const { request, target, session, trace } = asked;
  async function body(limit: number): Promise<Uint8Array> {
    const bytes = await readBody(request, { limit, ...bodyTimes(deps) });
    trace.received = bytes.length;
    return bytes;
  }
  return {
    request,
    target,
    headers: parseDavHeaders(request, {
      target,
      basePath: deps.dav.basePath,
      now: deps.timer.now(),
    }),
    session,
    service: deps.service,
    config: deps.dav,
    tables: deps.tables,
    body,
    async xml() {
      const bytes = await body(deps.dav.maxXmlSize);
      return readXml(bytes, request.headers.get("content-type"));
    },
  };
}

/** What is at the URL, if the method can be used there and the session may. */
async function authorise(
  deps: HandlerDeps,
  context: DavContext,
  method: Method | undefined,
): Promise<Resource | undefined> {
  const isRoot = context.target.path.type === "root";
  if (isRoot && context.session === null && isPublic(context.request.method)) {
    return undefined;
  }
  const { resource, error } = await deps.service.read(
    context.session,
    (reader) =>
      decideDispatch(reader, {
        target: context.target,
        method,
        conditions: context.headers.conditions,
        tables: deps.tables,
        config: deps.dav,
      }),
  );
  if (error !== null) throw error;
  return resource;
}

/** Runs the handler; a 405 of its own gets the Allow header that it must have. */
async function callHandler(
  deps: HandlerDeps,
  context: DavContext,
  method: Method,
  resource: Resource | undefined,
): Promise<Response> {
  try {
    return await method.handler(context);
  } catch (error) {
    if (!(error instanceof DavError)) throw error;
    // What somebody without an account may not see, they may see with one.
    if (context.session === null && HIDES.has(error.condition)) {
      throw unauthorized(error);
    }
    if (error.status !== 405) throw error;
    const allow = formatAllow(deps.tables, resource?.kind ?? "unmapped");
    throw new DavError(error.condition, error.message, {
      cause: error,
      hrefs: error.hrefs,
      headers: { allow, ...error.headers },
    });
  }
}

/** Headers that every answer of a kind has, whoever made it. */
function addHeaders(
  response: Response,
  deps: HandlerDeps,
  context: DavContext,
  resource: Resource | undefined,
): void {
  const { headers, status } = response;
  // C7: Thunderbird reads it there.
  if (status === 207) {
    headers.set(
      "dav",
      formatDavHeader(deps.tables, resource?.kind ?? "unmapped"),
    );
  }
  // RFC 4918 section 5.2: a collection's own URL ends in a slash.
  const isCollection = resource !== undefined && !("entry" in resource);
  if (
    isCollection && !context.target.slash &&
    (status === 200 || status === 207) && !headers.has("content-location")
  ) {
    headers.set(
      "content-location",
      selfHref(context.target, deps.dav.basePath, true),
    );
  }
}
