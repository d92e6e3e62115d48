/**
 * `xml:lang`, which what is stored takes along from what it stood in (RFC 4918
 * section 4.3).
 *
 * @module
 */

import { XML_NS } from "./names.ts";
import type { XmlAttribute, XmlElement } from "./names.ts";

/** The `xml:lang` attribute of an element, undefined where it has none. */
export function langOf(parent: XmlElement): XmlAttribute | undefined {
  return parent.attributes?.find((one) =>
    one.ns === XML_NS && one.name === "lang"
  );
}

/** An element with the language of what it stands in, unless it has one of its own. */
export function withLang(
  inner: XmlElement,
  lang: XmlAttribute | undefined,
): XmlElement {
  if (lang === undefined || langOf(inner) !== undefined) return inner;
  return { ...inner, attributes: [...inner.attributes ?? [], lang] };
}
