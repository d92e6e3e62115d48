/**
 * DELETE of an object or of a whole collection (RFC 4918 section 9.6).
 *
 * @module
 */

import type { DavContext } from "../context.ts";
import { DavError, problemError } from "../errors.ts";
import { memberRefusal } from "../member_refusal.ts";

/**
 * Handles DELETE: all of it or nothing. A locked member is the reason in a 207
 * then (RFC 4918 section 9.6.1).
 */
export async function deleteResource(context: DavContext): Promise<Response> {
  const { config, headers, service, session, target } = context;
  await refuseDepth(context);
  const result = await service.remove(
    session,
    target.path,
    headers.conditions,
  );
  if (!result.ok) {
    const { problem } = result;
    const refused = memberRefusal(context, problem, { dependent: false });
    if (refused !== null) return refused;
    throw problemError(problem, config);
  }
  return new Response(null, { status: 204 });
}

/** RFC 4918 section 9.6.1: on a collection, Depth is infinity or absent; elsewhere it says nothing. */
async function refuseDepth(context: DavContext): Promise<void> {
  const { headers, service, session, target } = context;
  if (headers.depth === null || headers.depth === "infinity") return;
  const isObject = await service.read(session, (reader) => {
    const resource = reader.resolve(target.path);
    return resource === undefined || "entry" in resource;
  });
  if (isObject) return;
  throw new DavError(
    "bad-request",
    "A collection is deleted with all that it holds: Depth must be infinity",
  );
}
