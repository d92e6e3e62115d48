/**
 * Answers that need neither an account nor a resource: health, discovery,
 * the greeting.
 *
 * @module
 */

import { timezonesPath } from "../dav/paths.ts";

const WELL_KNOWN = /^\/\.well-known\/(caldav|carddav|timezone)\/?$/;

/** The redirect of RFC 6764 section 5 and RFC 7808 section 4.2.1.3, for every method; null elsewhere. */
export function answerWellKnown(
  path: string,
  basePath: string,
): Response | null {
  const service = WELL_KNOWN.exec(path)?.[1];
  if (service === undefined) return null;
  // A path only: behind a proxy we know neither scheme nor name (C1).
  return new Response(null, {
    status: 301,
    headers: {
      location: service === "timezone"
        ? timezonesPath(basePath)
        : `${basePath}/`,
      "content-length": "0",
      // RFC 6764 section 5: clients may remember where it leads
      "cache-control": "public, max-age=86400",
    },
  });
}

/** Tells a watcher that the process answers; null elsewhere. */
export function answerHealth(request: Request, path: string): Response | null {
  if (path !== "/healthz") return null;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response(null, {
      status: 405,
      headers: { allow: "GET, HEAD", "content-length": "0" },
    });
  }
  return new Response("ok\n", {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "content-length": "3",
    },
  });
}

/** Sends a browser from the host's root to the base path; null elsewhere. */
export function answerBareRoot(
  request: Request,
  path: string,
  basePath: string,
): Response | null {
  if (basePath === "" || path !== "/") return null;
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  return new Response(null, {
    status: 302,
    headers: { location: `${basePath}/`, "content-length": "0" },
  });
}
