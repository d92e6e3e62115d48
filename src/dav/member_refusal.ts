/**
 * Refusals of a request on a whole tree that are about one of its members: a
 * multistatus that names the member (RFC 4918 sections 9.6.1 and 9.10.3).
 * Nothing was changed, as every method is all or nothing.
 *
 * @module
 */

import type { Problem } from "../service/problems.ts";
import type { DavContext } from "./context.ts";
import { errorElement, problemError } from "./errors.ts";
import { multistatus, type ResponseEntry } from "./multistatus.ts";
import { encodeSegment, selfHref } from "./paths.ts";

/**
 * The answer for a problem with something below the request's target; null
 * where it is about the target itself, or about what is above it. With
 * `dependent` the target is in it, too, as what failed because of the member.
 */
export function memberRefusal(
  context: Pick<DavContext, "target" | "config">,
  problem: Problem,
  options: { readonly dependent: boolean },
): Response | null {
  const { target, config } = context;
  const { path } = problem;
  if (path?.type !== "tree" || target.path.type !== "tree") return null;
  const depth = target.path.names.length;
  const below = path.names.slice(depth);
  const isBelow = below.length > 0 && path.space === target.path.space &&
    target.path.names.every((name, at) => path.names[at] === name);
  if (!isBelow) return null;
  const error = problemError(problem, config);
  const self = selfHref(target, config.basePath, true);
  const slash = problem.collection === true ? "/" : "";
  const entries: ResponseEntry[] = [{
    href: `${self}${below.map(encodeSegment).join("/")}${slash}`,
    status: error.status,
    error: errorElement(error),
    description: error.message,
  }];
  if (options.dependent) entries.push({ href: self, status: 424 });
  return multistatus(entries);
}
