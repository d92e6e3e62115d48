/**
 * Kalends: puts the HTTP side and the command line together. Run as a program
 * it is the command line; imported, as Deno Deploy does it, it serves.
 *
 * @module
 */

import { createDeployFetch } from "./src/cli/deploy.ts";
import type { HttpFace, HttpParts } from "./src/cli/http_face.ts";
import { createIo } from "./src/cli/io.ts";
import { runCli } from "./src/cli/run.ts";
import { METHODS } from "./src/dav/methods/mod.ts";
import { PROPERTIES } from "./src/dav/properties/mod.ts";
import { REPORTS } from "./src/dav/reports/mod.ts";
import { DAV_DEFAULTS, HTTP_DEFAULTS } from "./src/http/config.ts";
import type { HttpHandler } from "./src/http/config.ts";
import { createHandler } from "./src/http/handler.ts";
import { createLogger } from "./src/http/log.ts";
import type { Logger } from "./src/http/log.ts";
import { startServer } from "./src/http/server.ts";
import { SYSTEM_TIMER } from "./src/http/timer.ts";
import { openKvEngine } from "./src/store/kv_engine.ts";

/** The HTTP side as the command line uses it. */
const HTTP: HttpFace = {
  createFetch(parts) {
    const handler = createParts(parts).handler;
    return (request, address) => handler(request, { remoteAddress: address });
  },
  async serve(parts) {
    const { listen, tlsCert, tlsKey } = parts.settings;
    const tls = tlsCert === undefined || tlsKey === undefined ? {} : {
      tls: {
        cert: await Deno.readTextFile(tlsCert),
        key: await Deno.readTextFile(tlsKey),
      },
    };
    return startServer({
      ...createParts(parts),
      ...listen,
      ...tls,
      timer: SYSTEM_TIMER,
    });
  },
};

function createParts(
  { service, accounts, settings, log }: HttpParts,
): { handler: HttpHandler; logger: Logger } {
  const logger = createLogger({
    level: settings.logLevel,
    sink: log,
    clock: Date.now,
  });
  const handler = createHandler({
    service,
    authenticate: accounts.authenticate,
    tables: { methods: METHODS, properties: PROPERTIES, reports: REPORTS },
    dav: {
      ...DAV_DEFAULTS,
      basePath: settings.basePath,
      maxResourceSize: settings.maxResourceSize,
      timezone: settings.timezone,
    },
    http: {
      ...HTTP_DEFAULTS,
      corsOrigins: settings.corsOrigins,
      trustProxy: settings.trustProxy,
      bodyTotal: settings.bodyTimeout * 1000,
      bodyIdle: Math.min(HTTP_DEFAULTS.bodyIdle, settings.bodyTimeout * 1000),
    },
    logger,
    timer: SYSTEM_TIMER,
    newId: () => crypto.randomUUID(),
  });
  return { handler, logger };
}

const DEPLOYMENT = createDeployFetch({
  http: HTTP,
  openEngine: () => openKvEngine(undefined),
  environment: (name) => Deno.env.get(name),
  log: (line) => createIo().err(line),
});

/** What Deno Deploy and `deno serve` call. */
export default {
  fetch(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    const address = "hostname" in info.remoteAddr
      ? info.remoteAddr.hostname
      : "";
    return DEPLOYMENT.fetch(request, address);
  },
};

/** On Deno Deploy this is the main module too, but there is no command line. */
const IS_DEPLOYED = ["DENO_DEPLOY", "DENO_DEPLOYMENT_ID"]
  .some((name) => Deno.env.get(name) !== undefined);

if (import.meta.main && !IS_DEPLOYED) {
  const code = await runCli(Deno.args, { io: createIo(), http: HTTP });
  // Without arguments `deno serve` may be running this file: it goes on.
  if (Deno.args.length > 0) Deno.exit(code);
  Deno.exitCode = code;
}
