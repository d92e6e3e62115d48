/**
 * Elements to text, with fixed prefixes and nothing in it that XML 1.0 cannot
 * carry.
 *
 * @module
 */

import { PREFIXES, XML_NS } from "./names.ts";
import type { XmlAttribute, XmlElement } from "./names.ts";

/** Prefixes in scope, by namespace and back. */
interface Scope {
  readonly prefixOf: ReadonlyMap<string, string>;
  readonly nsOf: ReadonlyMap<string, string>;
}

const EMPTY: Scope = { prefixOf: new Map(), nsOf: new Map([["", ""]]) };

/** All prefixes of `PREFIXES` declared: what stands inside an answer's root. */
const ANSWER: Scope = {
  prefixOf: PREFIXES,
  nsOf: new Map([["", ""], ...[...PREFIXES].map(reversed)]),
};

const DECLARATIONS = [...PREFIXES].map(([ns, prefix]) =>
  ` xmlns:${prefix}="${ns}"`
).join("");

function reversed([ns, prefix]: readonly [string, string]): [string, string] {
  return [prefix, ns];
}

// deno-lint-ignore no-control-regex -- exactly the characters that XML 1.0 section 2.2 leaves out
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
const LONE_SURROGATE =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const TEXT_SPECIAL =
  // deno-lint-ignore no-control-regex -- one test for all that is not plain
  /[&<>\0-\x08\x0b-\x1f\ufffe\uffff]/;

/** Text without the characters that XML 1.0 cannot carry (section 2.2). */
export function carriable(text: string): string {
  const well = text.isWellFormed() ? text : text.replace(LONE_SURROGATE, "");
  return well.replace(FORBIDDEN, "");
}

/** Character data; CR is written as a reference because parsers would drop it. */
export function escapeText(text: string): string {
  if (!TEXT_SPECIAL.test(text)) {
    return text.isWellFormed() ? text : text.replace(LONE_SURROGATE, "");
  }
  return carriable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}

/** The value of an attribute, for double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\t", "&#9;")
    .replaceAll("\n", "&#10;");
}

/** An element that stands by itself: every namespace it needs is declared in it. */
export function writeElement(element: XmlElement): string {
  const out: string[] = [];
  write(element, EMPTY, out);
  return out.join("");
}

/** A whole document. */
export function writeDocument(root: XmlElement): string {
  return openDocument(root) + root.children.map(writePart).join("") +
    closeDocument(root);
}

/** The beginning of a document up to its root's start tag, for answers written in parts. */
export function openDocument(root: XmlElement): string {
  const prefix = PREFIXES.get(root.ns);
  if (prefix === undefined) {
    throw new TypeError(`Cannot write a document of ${root.ns}: no prefix`);
  }
  return `<?xml version="1.0" encoding="utf-8"?>\n<${prefix}:${root.name}${DECLARATIONS}>`;
}

/** A child of the root of such a document. */
export function writePart(part: XmlElement | string): string {
  if (typeof part === "string") return escapeText(part);
  const out: string[] = [];
  write(part, ANSWER, out);
  return out.join("");
}

/** The end of such a document. */
export function closeDocument(root: XmlElement): string {
  return `</${PREFIXES.get(root.ns)}:${root.name}>\n`;
}

function write(element: XmlElement, outer: Scope, out: string[]): void {
  if (element.raw !== undefined) {
    out.push(element.raw);
    return;
  }
  let scope = outer;
  let declared = "";
  const declare = (prefix: string, ns: string) => {
    scope = {
      prefixOf: new Map(scope.prefixOf).set(ns, prefix),
      nsOf: new Map(scope.nsOf).set(prefix, ns),
    };
    declared += prefix === ""
      ? ` xmlns="${escapeAttribute(ns)}"`
      : ` xmlns:${prefix}="${escapeAttribute(ns)}"`;
  };
  const tag = named(elementPrefix(element, scope, declare), element.name);
  let attributes = "";
  for (const one of element.attributes ?? []) {
    const prefix = attributePrefix(one, scope, declare);
    attributes += ` ${named(prefix, one.name)}="${escapeAttribute(one.value)}"`;
  }
  if (element.children.length === 0) {
    out.push(`<${tag}${declared}${attributes}/>`);
    return;
  }
  out.push(`<${tag}${declared}${attributes}>`);
  for (const child of element.children) {
    if (typeof child === "string") out.push(escapeText(child));
    else write(child, scope, out);
  }
  out.push(`</${tag}>`);
}

function named(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}:${name}`;
}

/** Finds or declares the prefix of an element; the one it came with wins. */
function elementPrefix(
  { ns, prefix }: XmlElement,
  scope: Scope,
  declare: (prefix: string, ns: string) => void,
): string {
  if (ns === XML_NS) return "xml";
  const wanted = ns === "" ? "" : prefix ?? PREFIXES.get(ns);
  if (wanted !== undefined) {
    if (scope.nsOf.get(wanted) !== ns) declare(wanted, ns);
    return wanted;
  }
  return knownPrefix(ns, scope, declare);
}

/** Likewise for an attribute, which the default namespace does not reach. */
function attributePrefix(
  { ns, prefix }: XmlAttribute,
  scope: Scope,
  declare: (prefix: string, ns: string) => void,
): string {
  if (ns === "") return "";
  if (ns === XML_NS) return "xml";
  if (prefix !== undefined && prefix !== "") {
    const bound = scope.nsOf.get(prefix);
    if (bound === ns) return prefix;
    if (bound === undefined) {
      declare(prefix, ns);
      return prefix;
    }
  }
  return knownPrefix(ns, scope, declare);
}

function knownPrefix(
  ns: string,
  scope: Scope,
  declare: (prefix: string, ns: string) => void,
): string {
  const known = scope.prefixOf.get(ns);
  if (known !== undefined && known !== "" && scope.nsOf.get(known) === ns) {
    return known;
  }
  let n = 0;
  while (scope.nsOf.has(`x${n}`)) n++;
  declare(`x${n}`, ns);
  return `x${n}`;
}
