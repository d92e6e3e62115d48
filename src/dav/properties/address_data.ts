/**
 * address-data: which properties of a card a report asks for (RFC 6352 section
 * 10.4), and the answer.
 *
 * @module
 */

import { extractCard } from "../../contacts/address_data.ts";
import { parseVcard } from "../../contacts/vcard.ts";
import type { PropertyChoice } from "../../text/data_line.ts";
import { attributeOf, childElements, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { PropertyScope } from "../context.ts";
import { answerScope } from "../work.ts";
import { decodeBody, isObject } from "./values.ts";

/** The properties that are wanted; "all" where none is named, or allprop is. */
export function parseAddressData(
  sent: XmlElement,
): "all" | readonly PropertyChoice[] {
  const children = childElements(sent).filter((one) => one.ns === NS.carddav);
  if (children.some((one) => one.name === "allprop")) return "all";
  const props = children.filter((one) => one.name === "prop");
  return props.length === 0 ? "all" : props.map((one) => ({
    ...splitName(attributeOf(one, "name") ?? ""),
    noValue: attributeOf(one, "novalue")?.trim() === "yes",
  }));
}

/** `group.NAME`, or a name alone (RFC 6352 sections 10.4.2 and 10.5.1). */
export function splitName(sent: string): { name: string; group?: string } {
  const trimmed = sent.trim();
  const dot = trimmed.indexOf(".");
  return dot < 1 ? { name: trimmed.toUpperCase() } : {
    name: trimmed.slice(dot + 1).toUpperCase(),
    group: trimmed.slice(0, dot),
  };
}

/** The value of address-data: the bytes that were stored, or the properties that are wanted. */
export function addressDataOf(scope: PropertyScope): string | undefined {
  const { resource, reader, requested } = scope;
  if (!isObject(resource)) return undefined;
  const body = reader.body(resource);
  const wanted = requested === undefined ? "all" : parseAddressData(requested);
  if (wanted === "all") return decodeBody(body);
  const parsed = parseVcard(body);
  if (!parsed.ok) return decodeBody(body);
  return answerScope(reader).work.write(extractCard(parsed.card, wanted));
}
