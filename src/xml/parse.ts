/**
 * Text to elements: strict, with resolved namespaces, without DTDs and within
 * limits. The parser stops at the first fault.
 *
 * @module
 */

import { SaxesParser } from "saxes";
import type { SaxesTagNS } from "saxes";
import type { XmlAttribute, XmlElement } from "./names.ts";

/** What an XML body may hold; its bytes are limited by who reads it. */
export interface XmlLimits {
  /** Elements inside one another. */
  readonly depth: number;
  /** Elements in all. */
  readonly elements: number;
  /** Attributes and namespace declarations of one element. */
  readonly attributes: number;
}

/** Enough for a multiget of tens of thousands of names. */
export const XML_LIMITS: XmlLimits = {
  depth: 128,
  elements: 100_000,
  attributes: 64,
};

/** Why a body is no XML for us. */
export type XmlFault = "malformed" | "doctype" | "entity" | "limit" | "charset";

/** Thrown where a body cannot be taken as XML. */
export class XmlError extends Error {
  /** The class's name, for logs. */
  override readonly name = "XmlError";
  /**
   * What is wrong: `malformed` (also bytes that are not in the charset),
   * `doctype` and `entity` (a DTD; one that names something outside), `limit`,
   * or a `charset` that nobody here knows.
   */
  readonly fault: XmlFault;

  /** Makes one. */
  constructor(fault: XmlFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

interface Building {
  ns: string;
  name: string;
  prefix: string;
  attributes: XmlAttribute[];
  children: (XmlElement | string)[];
}

/**
 * The document's root element. White space and text are kept as they are;
 * comments and processing instructions are left out.
 *
 * @throws {XmlError} for everything that is not namespace-well-formed XML 1.0, has a DTD or is beyond the limits.
 */
export function parseXml(
  text: string,
  limits: XmlLimits = XML_LIMITS,
): XmlElement {
  const parser = new SaxesParser({
    xmlns: true,
    position: true,
    forceXMLVersion: true,
    defaultXMLVersion: "1.0",
  });
  const open: Building[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;

  parser.on("error", (error) => {
    throw new XmlError("malformed", `Cannot parse XML: ${error.message}`);
  });
  parser.on("doctype", (doctype) => {
    throw /\b(SYSTEM|PUBLIC)\b/.test(doctype)
      ? new XmlError("entity", "Cannot parse XML: it names external entities")
      : new XmlError("doctype", "Cannot parse XML: a DTD is not allowed");
  });
  parser.on("opentagstart", () => {
    elements++;
    attributes = 0;
    if (elements > limits.elements) {
      throw new XmlError(
        "limit",
        `Cannot parse XML: more than ${limits.elements} elements`,
      );
    }
    if (open.length >= limits.depth) {
      throw new XmlError(
        "limit",
        `Cannot parse XML: more than ${limits.depth} elements deep`,
      );
    }
  });
  parser.on("attribute", () => {
    attributes++;
    if (attributes > limits.attributes) {
      throw new XmlError(
        "limit",
        `Cannot parse XML: more than ${limits.attributes} attributes`,
      );
    }
  });
  parser.on("opentag", (tag) => {
    const built = build(tag);
    const parent = open.at(-1);
    if (parent === undefined) root = built;
    else parent.children.push(built);
    open.push(built);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const addText = (part: string) => {
    const children = open.at(-1)?.children;
    if (children === undefined || part === "") return;
    const last = children.at(-1);
    if (typeof last === "string") children[children.length - 1] = last + part;
    else children.push(part);
  };
  parser.on("text", addText);
  parser.on("cdata", addText);

  parser.write(text).close();
  if (root === undefined) {
    throw new XmlError("malformed", "Cannot parse XML: no element");
  }
  return root;
}

function build(tag: SaxesTagNS): Building {
  const attributes: XmlAttribute[] = [];
  for (const one of Object.values(tag.attributes)) {
    if (one.prefix === "xmlns" || one.name === "xmlns") continue;
    attributes.push({
      ns: one.uri,
      name: one.local,
      value: one.value,
      prefix: one.prefix,
    });
  }
  return {
    ns: tag.uri,
    name: tag.local,
    prefix: tag.prefix,
    attributes,
    children: [],
  };
}

/**
 * The characters of a body (RFC 7303 section 3): a byte order mark wins over
 * the charset of the Content-Type, and that over the XML declaration; else
 * UTF-8.
 *
 * @throws {XmlError} `charset` where nobody knows the charset, `malformed` where the bytes are not in it.
 */
export function decodeXml(
  bytes: Uint8Array,
  contentType: string | null,
): string {
  const label = markOf(bytes) ?? charsetOf(contentType) ??
    declaredIn(bytes) ?? "utf-8";
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch (cause) {
    throw new XmlError("charset", `Cannot read the charset ${label}`, {
      cause,
    });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new XmlError("malformed", `Cannot decode the body as ${label}`, {
      cause,
    });
  }
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return "utf-8";
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return undefined;
}

function charsetOf(contentType: string | null): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1];
}

/** The encoding in an XML declaration; only ASCII can stand before it. */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  return /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1];
}
