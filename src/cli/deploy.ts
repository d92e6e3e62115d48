/**
 * The server where there are no files and no command line (Deno Deploy): it
 * opens its store with the first request.
 *
 * @module
 */

import { createService } from "../service/service.ts";
import type { Engine } from "../store/engine.ts";
import { openBackend } from "./backend.ts";
import type { OpenBackend } from "./backend.ts";
import { makeFirstAccountFromEnvironment } from "./first_account.ts";
import type { Fetch, HttpFace } from "./http_face.ts";
import { readSettings } from "./read_settings.ts";

/** A server that opens its store when it is first asked. */
export interface Deployment {
  /** Answers a request. */
  readonly fetch: Fetch;
  /** Ends background work and frees the store, if it was opened. */
  close(): Promise<void>;
}

/** Makes a server without opening anything yet. */
export function createDeployFetch(
  options: {
    readonly http: HttpFace;
    readonly openEngine: () => Promise<Engine>;
    readonly environment: (name: string) => string | undefined;
    readonly log: (line: string) => void;
  },
): Deployment {
  const { environment, log } = options;
  let opened: Promise<Fetch> | undefined;
  let backend: OpenBackend | undefined;

  async function open(): Promise<Fetch> {
    const read = readSettings(
      { flags: new Map(), environment, file: undefined },
      { serving: true },
    );
    if (!read.ok) throw new Error(`Wrong settings: ${read.faults.join("; ")}`);
    const { settings } = read;
    const engine = await options.openEngine();
    const warn = (message: string, error: unknown) =>
      log(JSON.stringify({ level: "warn", message, detail: String(error) }));
    backend = await openBackend({ engine }, warn);
    const { accounts, store, jobs } = backend;
    const first = await makeFirstAccountFromEnvironment(accounts, settings);
    if (first.made === "failed") {
      log(JSON.stringify({ level: "warn", message: first.message }));
    }
    const service = createService({
      store,
      engine,
      kick: () => jobs.kick(),
      log: warn,
      maxResourceSize: settings.maxResourceSize,
    });
    return options.http.createFetch({ service, accounts, settings, log });
  }

  async function answer(request: Request, address: string): Promise<Response> {
    opened ??= open();
    let fetch: Fetch;
    try {
      fetch = await opened;
    } catch (error) {
      // The next request tries again.
      opened = undefined;
      log(JSON.stringify({ level: "error", message: String(error) }));
      return new Response("The server cannot start; its log says why.\n", {
        status: 503,
        headers: { "retry-after": "30" },
      });
    }
    return await fetch(request, address);
  }

  return {
    fetch: answer,
    async close() {
      await opened?.catch(() => {});
      await backend?.close();
      backend?.engine.close();
    },
  };
}
