/**
 * OPTIONS (RFC 4918 section 10.1, RFC 9110 section 9.3.7).
 *
 * @module
 */

import type { DavContext } from "../context.ts";
import { DavError } from "../errors.ts";
import { formatAllow, formatDavHeader } from "../features.ts";

/** Handles OPTIONS: 200 with a length, as GNOME takes nothing else (C6). */
export async function options(context: DavContext): Promise<Response> {
  const { session, service, tables, target } = context;
  // Anybody may ask at the root, whose kind needs no look.
  const kind = target.path.type === "root" ? "root" : await service.read(
    session,
    (reader) => reader.resolve(target.path)?.kind,
  );
  if (kind === undefined) {
    throw new DavError("not-found", "There is nothing at this URL");
  }
  return new Response(null, {
    headers: {
      "allow": formatAllow(tables, kind),
      "content-length": "0",
      "dav": formatDavHeader(tables, kind),
      // Windows asks a WebDAV server to say so.
      "ms-author-via": "DAV",
    },
  });
}
