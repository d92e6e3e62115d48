/**
 * From a request's path to the resource, for those who may.
 *
 * @module
 */

import type { ResourcePath } from "../service/problems.ts";
import type { Privilege } from "../service/privileges.ts";
import type { Reader, Resource } from "../service/types.ts";
import type { DavConfig } from "./context.ts";
import { DavError, problemError } from "./errors.ts";
import { formatHref, isCollectionPath } from "./paths.ts";

/**
 * What is at a path.
 *
 * @throws {DavError} `not-found`, or `dav:need-privileges` with the privilege and the resource that it is missing on (RFC 3744 section 7.1.1).
 */
export function requireResource(
  reader: Reader,
  wanted: { readonly path: ResourcePath; readonly privilege: Privilege },
  config: Pick<DavConfig, "basePath">,
): Resource {
  const { path, privilege } = wanted;
  const found = reader.authorise(path, privilege);
  if (found.ok) return found.value;
  const { problem } = found;
  if (problem.name !== "dav:need-privileges") {
    throw problemError(problem, config);
  }
  const about = problem.path ?? path;
  throw new DavError("dav:need-privileges", problem.message, {
    privilege,
    hrefs: [formatHref(about, config.basePath, isCollectionPath(about))],
  });
}
