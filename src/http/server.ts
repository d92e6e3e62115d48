/**
 * The handler on a socket.
 *
 * @module
 */

import type { HttpHandler } from "./config.ts";
import type { Logger } from "./log.ts";
import type { Timer } from "./timer.ts";

/** What a server is made from. */
export interface ServerOptions {
  /** Answers requests. */
  readonly handler: HttpHandler;
  /** Address to listen on; default 127.0.0.1. */
  readonly hostname?: string;
  /** Port; default 5232, 0 for any free one. */
  readonly port?: number;
  /** Certificate chain and private key (PEM) to serve https with; http when absent. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The log. */
  readonly logger: Logger;
  /** Time. */
  readonly timer: Timer;
}

/** A server that listens. */
export interface Server {
  /** Address that it listens on. */
  readonly hostname: string;
  /** Port that it listens on. */
  readonly port: number;
  /** Resolves when it has ended. */
  readonly finished: Promise<void>;
  /**
   * Takes no new requests and waits until the present ones are answered, so
   * many milliseconds at most (default 10,000): what is left then ends with
   * the process, as Deno cannot cut it off. Calling it again waits for the
   * same end.
   */
  shutdown(milliseconds?: number): Promise<void>;
}

/** Where it listens when nobody says otherwise. */
export const DEFAULT_LISTEN = { hostname: "127.0.0.1", port: 5232 } as const;

/** Starts a server. Throws what `Deno.serve` throws: the address is in use, or may not be used. */
export function startServer(options: ServerOptions): Server {
  const { handler, logger, timer } = options;
  const server = Deno.serve(
    {
      hostname: options.hostname ?? DEFAULT_LISTEN.hostname,
      port: options.port ?? DEFAULT_LISTEN.port,
      ...options.tls,
      // Compression of single objects would weaken their entity tags.
      automaticCompression: false,
      onListen: () => {},
      onError: (error) => answerLost(error, logger),
    },
    (request, info) =>
      handler(request, { remoteAddress: addressOf(info.remoteAddr) }),
  );
  let end: Promise<void> | undefined;
  function stop(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = timer.after(milliseconds, () => {
        logger.log("warn", "requests were still running at shutdown");
        resolve();
      });
      server.shutdown().then(resolve, reject).finally(cancel);
    });
  }
  return {
    hostname: server.addr.hostname,
    port: server.addr.port,
    finished: server.finished,
    shutdown: (milliseconds = 10_000) => end ??= stop(milliseconds),
  };
}

/** What got out of the handler, or broke after it: a bug, or a reader that went away. */
function answerLost(error: unknown, logger: Logger): Response {
  logger.log("error", "answer lost", {
    error: error instanceof Error ? error.message : typeof error,
  });
  return new Response("Internal error\n", { status: 500 });
}

/** "" for what has no address: a Unix socket. */
function addressOf(address: Deno.Addr): string {
  return "hostname" in address ? address.hostname : "";
}
