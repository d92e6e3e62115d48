/**
 * What the HTTP side is made from: its limits and switches, and what it is
 * given to work with.
 *
 * @module
 */

import type { DavConfig, DavTables } from "../dav/context.ts";
import type { Service, Session } from "../service/types.ts";
import type { BodyTimes } from "./body.ts";
import type { GateLimits } from "./gate.ts";
import type { Logger } from "./log.ts";
import type { Timer } from "./timer.ts";

/** Limits and switches of HTTP. */
export interface HttpConfig extends GateLimits, BodyTimes {
  /** Shown by clients when they ask for a password. */
  readonly realm: string;
  /** Origins whose programs may use the server from a browser; "*": all. */
  readonly corsOrigins: readonly string[];
  /** Whether a proxy in front tells the client's address. */
  readonly trustProxy: boolean;
  /** Characters of a URL's path and query at most. */
  readonly maxUrlLength: number;
  /** Milliseconds that a large answer may take to be fetched. */
  readonly downloadTotal: number;
}

/** What is taken where nothing else is said. */
export const HTTP_DEFAULTS: HttpConfig = {
  realm: "Kalends",
  corsOrigins: [],
  trustProxy: false,
  maxUrlLength: 8192,
  bodyIdle: 30_000,
  bodyTotal: 600_000,
  downloadTotal: 600_000,
  maxRequests: 1000,
  maxRequestsPerAddress: 100,
};

/** The same for the protocol: 10 MiB an object, 4 MiB of XML, UTC. */
export const DAV_DEFAULTS: DavConfig = {
  basePath: "",
  maxResourceSize: 10 * 1024 * 1024,
  maxXmlSize: 4 * 1024 * 1024,
  maxSyncMembers: 5000,
  timezone: "UTC",
};

/** Checks what a client says who it is: undefined for wrong, or how many seconds to wait. */
export type Authenticate = (
  login: string,
  password: string,
  address: string,
) => Promise<Session | undefined | { readonly retryAfter: number }>;

/** What the handler works with. */
export interface HandlerDeps {
  /** Where data lives and changes. */
  readonly service: Service;
  /** Who somebody is. */
  readonly authenticate: Authenticate;
  /** Methods, properties and reports. */
  readonly tables: DavTables;
  /** Limits and switches of the protocol. */
  readonly dav: DavConfig;
  /** Limits and switches of HTTP. */
  readonly http: HttpConfig;
  /** The log. */
  readonly logger: Logger;
  /** Time. */
  readonly timer: Timer;
  /** Makes an id for a request. */
  readonly newId: () => string;
}

/** What is known about a request besides itself. */
export interface RequestInfo {
  /** Address of the other end of the connection, "" where there is none. */
  readonly remoteAddress: string;
}

/** What is learnt about a request on its way. */
export interface Trace {
  /** Id of the request, in the log and in `X-Request-Id`. */
  readonly id: string;
  /** Address of the client. */
  readonly address: string;
  /** Sign-in name, once known. */
  user: string | null;
  /** Bytes of the body that were read. */
  received: number;
}

/** The one function that a server, a test and Deno Deploy call. */
export type HttpHandler = (
  request: Request,
  info: RequestInfo,
) => Promise<Response>;
