/**
 * COPY and MOVE (RFC 4918 sections 9.8 and 9.9). Both are atomic, however much
 * a collection holds, so neither ever answers 207.
 *
 * @module
 */

import type { ResourcePath } from "../../service/problems.ts";
import type { TransferOptions } from "../../service/types.ts";
import type { DavContext } from "../context.ts";
import { DavError, problemError } from "../errors.ts";
import { formatHref } from "../paths.ts";

/** Handles COPY. */
export async function copy(context: DavContext): Promise<Response> {
  const { service, session, target } = context;
  const destination = findDestination(context);
  const depth = context.headers.depth === "0" ? 0 : "infinity";
  if (context.headers.depth === "1" && await isCollection(context)) {
    throw new DavError(
      "bad-request",
      "A collection is copied with Depth 0 or infinity",
    );
  }
  const options = transferOptions(context, depth);
  const result = await service.copy(session, target.path, destination, options);
  if (!result.ok) throw problemError(result.problem, context.config);
  return transferred(result.value.created);
}

/** Handles MOVE. */
export async function move(context: DavContext): Promise<Response> {
  const { service, session, target } = context;
  const destination = findDestination(context);
  const { depth } = context.headers;
  if (
    depth !== null && depth !== "infinity" && await isCollection(context)
  ) {
    throw new DavError(
      "bad-request",
      "A collection is moved with all that it holds: Depth must be infinity",
    );
  }
  const options = transferOptions(context, "infinity");
  const result = await service.move(session, target.path, destination, options);
  if (!result.ok) throw problemError(result.problem, context.config);
  return transferred(result.value.created);
}

function transferOptions(
  context: DavContext,
  depth: TransferOptions["depth"],
): TransferOptions {
  const { overwrite, conditions } = context.headers;
  return { overwrite, depth, conditions };
}

function transferred(created: boolean): Response {
  return new Response(null, { status: created ? 201 : 204 });
}

function findDestination({ headers, target }: DavContext): ResourcePath {
  const { destination } = headers;
  if (destination === null) {
    throw new DavError(
      "bad-request",
      "COPY and MOVE need a Destination header",
    );
  }
  const { path } = destination;
  if (path === null) {
    throw new DavError("forbidden", "Nothing can be put at this destination");
  }
  if (formatHref(path, "", true) === formatHref(target.path, "", true)) {
    throw new DavError("forbidden", "Source and destination are the same");
  }
  if (path.type !== "tree" || path.names.length === 0) {
    throw new DavError("forbidden", "This destination cannot be replaced");
  }
  return path;
}

function isCollection(context: DavContext): Promise<boolean> {
  const { service, session, target } = context;
  return service.read(session, (reader) => {
    const resource = reader.resolve(target.path);
    return resource !== undefined && !("entry" in resource);
  });
}
