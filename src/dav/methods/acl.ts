/**
 * ACL (RFC 3744 section 8.1).
 *
 * @module
 */

import { parseAcl } from "../ace_elements.ts";
import type { DavContext } from "../context.ts";
import { problemError } from "../errors.ts";

/** Handles ACL: replaces the ACEs that are neither inherited nor protected. */
export async function acl(context: DavContext): Promise<Response> {
  const { config, headers, service, session, target } = context;
  const body = await context.xml();
  const aces = parseAcl(body, context);
  const { conditions } = headers;
  const set = await service.setAcl(session, target.path, { aces, conditions });
  if (!set.ok) throw problemError(set.problem, config);
  return new Response(null, { headers: { "cache-control": "no-store" } });
}
