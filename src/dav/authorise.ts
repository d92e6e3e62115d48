/**
 * From a request's path to the resource, for those who may.
 *
 * @module
 */

import type { ResourcePath } from "../service/problems.ts";
import type { Privilege } from "../service/privileges.ts";
import type { Reader, Resource } from "../service/types.ts";
import type { DavConfig } from "./context.ts";
import { problemError } from "./errors.ts";

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
  const found = reader.authorise(wanted.path, wanted.privilege);
  if (found.ok) return found.value;
  throw problemError(found.problem, config);
}
