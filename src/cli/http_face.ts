/**
 * What the command line needs of the HTTP side, which it does not know: the
 * two are put together in `main.ts`.
 *
 * @module
 */

import type { Accounts } from "../service/accounts.ts";
import type { Service } from "../service/types.ts";
import type { Settings } from "./settings.ts";

/** What HTTP serves. */
export interface HttpParts {
  /** Where data lives and changes. */
  readonly service: Service;
  /** Who may sign in. */
  readonly accounts: Accounts;
  /** All settings. */
  readonly settings: Settings;
  /** Takes a line of the log. */
  readonly log: (line: string) => void;
}

/** Answers a request; `address` is the other end of its connection. */
export type Fetch = (request: Request, address: string) => Promise<Response>;

/** A server that runs. */
export interface RunningServer {
  /** Where it listens. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** Takes no more connections and answers when all requests are answered. */
  shutdown(): Promise<void>;
}

/** The HTTP side. */
export interface HttpFace {
  /** The handler alone. */
  createFetch(parts: HttpParts): Fetch;
  /** Listens as the settings say. Throws what the system says when it cannot. */
  serve(parts: HttpParts): Promise<RunningServer>;
}
