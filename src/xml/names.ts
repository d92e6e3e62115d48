/**
 * Namespaces, prefixes and the element that both directions of XML share.
 *
 * @module
 */

/** Namespaces that the server knows. */
export const NS = {
  /** RFC 4918 and most of its extensions. */
  dav: "DAV:",
  /** RFC 4791, 6638. */
  caldav: "urn:ietf:params:xml:ns:caldav",
  /** RFC 6352. */
  carddav: "urn:ietf:params:xml:ns:carddav",
  /** Calendar Server's extensions: getctag and others. */
  cs: "http://calendarserver.org/ns/",
  /** Apple's calendar properties. */
  ical: "http://apple.com/ns/ical/",
} as const;

/** Namespace of `xml:lang` and `xml:space`; its prefix is never declared. */
export const XML_NS = "http://www.w3.org/XML/1998/namespace";

/** The prefix that answers use for each namespace that the server knows. */
export const PREFIXES: ReadonlyMap<string, string> = new Map([
  [NS.dav, "d"],
  [NS.caldav, "c"],
  [NS.carddav, "card"],
  [NS.cs, "cs"],
  [NS.ical, "ical"],
]);

/** An element with its namespace resolved. */
export interface XmlElement {
  /** Namespace URI, "" where there is none. */
  readonly ns: string;
  /** Local name. */
  readonly name: string;
  /** Attributes without namespace declarations. */
  readonly attributes?: readonly XmlAttribute[];
  /** Children in document order: elements and text. */
  readonly children: readonly (XmlElement | string)[];
  /** Prefix that it was sent with ("": default namespace), kept where it can be (RFC 4918 section 4.3). */
  readonly prefix?: string;
  /** The whole element as XML already, its namespaces declared; written as it is instead of the rest. */
  readonly raw?: string;
}

/** An attribute with its namespace resolved. */
export interface XmlAttribute {
  /** Namespace URI, "" for most. */
  readonly ns: string;
  /** Local name. */
  readonly name: string;
  /** Value. */
  readonly value: string;
  /** Prefix that it was sent with. */
  readonly prefix?: string;
}

/** Makes an element. */
export function element(
  ns: string,
  name: string,
  ...children: (XmlElement | string)[]
): XmlElement {
  return { ns, name, children };
}

/** A name in Clark notation, `{ns}local`: what maps of properties are keyed by. */
export function clarkName(ns: string, local: string): string {
  return `{${ns}}${local}`;
}

/** True where the element has this name. */
export function isElement(
  node: XmlElement,
  ns: string,
  name: string,
): boolean {
  return node.ns === ns && node.name === name;
}

/** The child elements, without text. */
export function childElements(parent: XmlElement): XmlElement[] {
  return parent.children.filter((child) => typeof child !== "string");
}

/** The first child with this name, undefined where there is none. */
export function findChild(
  parent: XmlElement,
  ns: string,
  name: string,
): XmlElement | undefined {
  return childElements(parent).find((child) => isElement(child, ns, name));
}

/** The character data directly in an element. */
export function textOf(parent: XmlElement): string {
  return parent.children.filter((child) => typeof child === "string").join("");
}

/** The value of an attribute without namespace, undefined where it is not there. */
export function attributeOf(
  parent: XmlElement,
  name: string,
): string | undefined {
  return parent.attributes?.find((one) => one.ns === "" && one.name === name)
    ?.value;
}
