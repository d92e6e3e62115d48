/**
 * The rules that an address object must keep to be stored (RFC 6352 sections
 * 5.1 and 6.3.2.1), and its facts.
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";
import { shorten } from "../text/content_line.ts";
import { type AddressProblem, parseVcard, type Vcard } from "./vcard.ts";

/** What `checkAddressObject` answers. */
export type AddressCheck =
  | { readonly ok: true; readonly facts: ObjectFacts }
  | { readonly ok: false; readonly problem: AddressProblem };

/** Version of the code that made the facts of address objects. */
export const ADDRESS_FACTS_VERSION = 1;

/** vCard versions that an address book takes: what `supported-address-data` lists. */
export const VCARD_VERSIONS: readonly string[] = ["3.0", "4.0"];

/**
 * Checks the bytes of one address object and gives its facts, without `uid`
 * where the card has none (a listed leniency). Bounded work for any bytes;
 * never throws.
 */
export function checkAddressObject(bytes: Uint8Array): AddressCheck {
  const parsed = parseVcard(bytes);
  if (!parsed.ok) return parsed;
  const { card } = parsed;
  const problem = checkVersion(card) ?? checkUid(card);
  if (problem !== undefined) return { ok: false, problem };
  const facts = { component: "VCARD", version: ADDRESS_FACTS_VERSION };
  const uid = card.properties.find((line) => line.name === "UID")?.value.trim();
  if (uid === undefined || uid === "") return { ok: true, facts };
  return { ok: true, facts: { ...facts, uid } };
}

function checkVersion(card: Vcard): AddressProblem | undefined {
  const line = card.properties.find((each) => each.name === "VERSION");
  if (line === undefined) {
    const message = "The vCard has no VERSION";
    return { name: "valid-address-data", message, line: card.begin.line };
  }
  const version = line.value.trim();
  if (VCARD_VERSIONS.includes(version)) return undefined;
  return {
    name: "supported-address-data",
    message: `Expected vCard version 3.0 or 4.0, got ${
      JSON.stringify(shorten(version))
    }`,
    line: line.line,
  };
}

function checkUid(card: Vcard): AddressProblem | undefined {
  const lines = card.properties.filter((line) => line.name === "UID");
  const first = lines[0]?.value.trim();
  const other = lines.find((line) => line.value.trim() !== first);
  if (other === undefined) return undefined;
  const message = "Expected one UID, got two";
  return { name: "valid-address-data", message, line: other.line };
}
