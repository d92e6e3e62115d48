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
}

/** An attribute with its namespace resolved. */
export interface XmlAttribute {
  /** Namespace URI, "" for most. */
  readonly ns: string;
  /** Local name. */
  readonly name: string;
  /** Value. */
  readonly value: string;
}
