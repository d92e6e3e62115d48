/**
 * One property of one resource, for reports that look into its value.
 *
 * @module
 */

import type { Reader, Resource } from "../../service/types.ts";
import { isElement } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { DavContext } from "../context.ts";
import { evaluate } from "../evaluate.ts";

/** What properties are evaluated with. */
export interface ValueScope {
  /** The state. */
  readonly reader: Reader;
  /** The request's context. */
  readonly context: DavContext;
}

/** The element of a property with its value, undefined where the resource has none, or the session may not read it. */
export function valueElement(
  name: XmlElement,
  resource: Resource,
  scope: ValueScope,
): XmlElement | undefined {
  const propstats = evaluate({ type: "prop", names: [name] }, resource, {
    ...scope,
    bodies: false,
  });
  return propstats.find((one) => one.status === 200)?.props.find((one) =>
    isElement(one, name.ns, name.name)
  );
}
