/**
 * Instructions of PROPPATCH, extended MKCOL and MKCALENDAR: checked one after
 * the other, then all done or none (RFC 4918 section 9.2).
 *
 * @module
 */

import { refuse, succeed } from "../service/problems.ts";
import type { Problem } from "../service/problems.ts";
import type { PropChange, ResourceKind } from "../service/types.ts";
import {
  childElements,
  clarkName,
  element,
  findChild,
  isElement,
  NS,
} from "../xml/names.ts";
import { langOf, withLang } from "../xml/lang.ts";
import type { XmlElement } from "../xml/names.ts";
import { writeElement } from "../xml/write.ts";
import type { DavConfig, Property } from "./context.ts";
import { DavError, errorElement, problemError } from "./errors.ts";
import type { Propstat } from "./multistatus.ts";
import { type HrefScope, pathOfHref } from "./own_href.ts";
import { findProperty } from "./properties/mod.ts";

/** One instruction about one property. */
export interface Instruction {
  /** Name of the property. */
  readonly name: readonly [ns: string, local: string];
  /** The new value, undefined for a removal. */
  readonly value: XmlElement | undefined;
}

/** What became of a draft. */
export type Draft =
  | {
    readonly ok: true;
    /** To be handed to the service, in document order. */
    readonly changes: readonly PropChange[];
  }
  | {
    readonly ok: false;
    /** Each property once: with its own status, or 424. */
    readonly propstats: readonly Propstat[];
  };

/**
 * Reads the `DAV:set` and (for PROPPATCH) `DAV:remove` elements of a body in
 * document order. A property inherits `xml:lang` from what it stands in (RFC
 * 4918 section 4.3).
 *
 * @throws {DavError} `bad-request` where one of them holds no `DAV:prop`.
 */
export function parseInstructions(
  root: XmlElement,
  options: { readonly remove: boolean },
): Instruction[] {
  const instructions: Instruction[] = [];
  for (const action of childElements(root)) {
    const set = isElement(action, NS.dav, "set");
    if (!set && !(options.remove && isElement(action, NS.dav, "remove"))) {
      continue;
    }
    const prop = findChild(action, NS.dav, "prop");
    if (prop === undefined) {
      throw new DavError(
        "bad-request",
        `Cannot read ${root.name}: ${action.name} without prop`,
      );
    }
    const lang = langOf(prop) ?? langOf(action) ?? langOf(root);
    for (const property of childElements(prop)) {
      instructions.push({
        name: [property.ns, property.name],
        value: set ? withLang(property, lang) : undefined,
      });
    }
  }
  return instructions;
}

/** Checks all instructions against the property rows. */
export function draftChanges(
  instructions: readonly Instruction[],
  resource: { readonly kind: ResourceKind; readonly creating: boolean },
  scope: HrefScope,
): Draft {
  const changes: PropChange[] = [];
  const problems = new Map<string, Problem>();
  for (const { name, value } of instructions) {
    const pathOf = (href: string) => pathOfHref(href, scope);
    const change = draftChange(name, value, { ...resource, pathOf });
    if (change.ok) changes.push(...[change.value].flat());
    else if (!problems.has(clarkName(...name))) {
      problems.set(clarkName(...name), change.problem);
    }
  }
  if (problems.size === 0) return { ok: true, changes };
  return {
    ok: false,
    propstats: failures(instructions, problems, scope.config),
  };
}

function draftChange(
  name: readonly [ns: string, local: string],
  value: XmlElement | undefined,
  resource: Parameters<NonNullable<Property["set"]>>[1],
): ReturnType<NonNullable<Property["set"]>> {
  const [ns, local] = name;
  const row = findProperty(ns, local);
  // Where a settable property has no meaning it is a dead one.
  if (row === undefined || (row.set && !row.on.includes(resource.kind))) {
    return succeed({
      ns,
      local,
      value: value === undefined ? null : writeElement(value),
    });
  }
  if (row.set === undefined) {
    return refuse(
      "dav:cannot-modify-protected-property",
      `Cannot modify ${local}: the property is protected`,
    );
  }
  return row.set(value, resource);
}

/** Properties with the same refusal share a propstat; what would have worked is 424. */
function failures(
  instructions: readonly Instruction[],
  problems: ReadonlyMap<string, Problem>,
  config: Pick<DavConfig, "basePath">,
): Propstat[] {
  const groups = new Map<string, XmlElement[]>();
  for (const { name, element } of uniqueNames(instructions)) {
    const problem = problems.get(name)?.name ?? "";
    const group = groups.get(problem);
    if (group === undefined) groups.set(problem, [element]);
    else group.push(element);
  }
  const propstats: Propstat[] = [];
  for (const problem of problems.values()) {
    const props = groups.get(problem.name);
    if (props === undefined) continue;
    groups.delete(problem.name);
    const error = problemError(problem, config);
    propstats.push({
      status: error.status,
      props,
      error: errorElement(error),
    });
  }
  const rest = groups.get("");
  return rest === undefined
    ? propstats
    : [...propstats, { status: 424, props: rest }];
}

/** Each property of a list of instructions once, as an empty element. */
export function uniqueNames(
  instructions: readonly Instruction[],
): { readonly name: string; readonly element: XmlElement }[] {
  const byName = new Map<string, XmlElement>();
  for (const { name } of instructions) {
    byName.set(clarkName(...name), element(...name));
  }
  return [...byName].map(([name, element]) => ({ name, element }));
}
