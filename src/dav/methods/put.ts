/**
 * PUT of an object (RFC 4791 section 5.3.2, RFC 6352 section 6.3.2, RFC 4918
 * section 9.7). What is at a collection is never replaced by it (C65): the
 * method table does not have PUT there.
 *
 * @module
 */

import { spaceRules } from "../../service/kinds.ts";
import type { ResourcePath } from "../../service/problems.ts";
import type { DavContext } from "../context.ts";
import { DavError, problemError } from "../errors.ts";

/** Handles PUT. The tag may be given because the bytes are stored as they came (RFC 4791 section 5.3.4). */
export async function put(context: DavContext): Promise<Response> {
  const { config, headers, request, service, session, target } = context;
  if (target.slash) {
    throw new DavError(
      "conflict",
      "A URL with a slash at its end names a collection: PUT cannot make one",
    );
  }
  const bytes = await readObject(context, target.path);
  const result = await service.put(session, target.path, {
    bytes,
    type: request.headers.get("content-type"),
    conditions: headers.conditions,
  });
  if (!result.ok) throw problemError(result.problem, config);
  const { created, etag } = result.value;
  return new Response(null, { status: created ? 201 : 204, headers: { etag } });
}

/** The body; too large a one is refused with the condition of its place (C44), early where its length is announced. */
async function readObject(
  context: DavContext,
  path: ResourcePath,
): Promise<Uint8Array> {
  try {
    return await context.body(context.config.maxResourceSize);
  } catch (error) {
    const isTooLarge = error instanceof DavError &&
      error.condition === "too-large";
    if (!isTooLarge || path.type !== "tree") throw error;
    throw new DavError(spaceRules(path.space).tooLarge, error.message, {
      cause: error,
    });
  }
}
