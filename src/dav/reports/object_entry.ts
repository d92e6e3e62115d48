/**
 * What the reports that give data answer of one object.
 *
 * @module
 */

import type { ObjectResource } from "../../service/types.ts";
import type { PropRequest } from "../evaluate.ts";
import { evaluateMember } from "../evaluate_member.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { hrefBelow } from "../paths.ts";
import type { ValueScope } from "./property_value.ts";

/** The response of an object at or below the target, spelt as the request spells that; its body has been fetched where the request needs it. */
export function objectEntry(
  request: PropRequest,
  object: ObjectResource,
  { reader, context }: ValueScope,
): ResponseEntry {
  const { target, config } = context;
  return {
    href: hrefBelow(target, config.basePath, {
      path: object.path,
      collection: false,
    }),
    propstats: evaluateMember(request, object, {
      reader,
      context,
      bodies: true,
    }),
  };
}
