/**
 * A body as XML.
 *
 * @module
 */

import { DavError, xmlError } from "../dav/errors.ts";
import type { XmlElement } from "../xml/names.ts";
import { decodeXml, parseXml } from "../xml/parse.ts";

/**
 * Media types that are read as XML. The form type is what curl says of any
 * body when it is told nothing.
 */
const XML_TYPES =
  /^(?:(?:application|text)\/xml|[^/;]+\/[^/;]+\+xml|application\/x-www-form-urlencoded)$/;

/**
 * The root element, undefined for an empty body.
 *
 * @throws {DavError} `unsupported-media-type` for another type, `bad-request` for what is not well-formed.
 */
export function readXml(
  bytes: Uint8Array,
  contentType: string | null,
): XmlElement | undefined {
  if (bytes.length === 0) return undefined;
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "" && !XML_TYPES.test(type)) {
    throw new DavError(
      "unsupported-media-type",
      `The body of this method is XML, not ${type.slice(0, 100)}`,
    );
  }
  try {
    return parseXml(decodeXml(bytes, contentType));
  } catch (error) {
    throw xmlError(error);
  }
}
