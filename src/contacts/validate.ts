/**
 * The rules that an address object must keep to be stored (RFC 6352 sections
 * 5.1 and 6.3.2.1), and its facts.
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";

/** Conditions of RFC 6352 section 6.3.2.1 about data, without prefix: `carddav:${name}` is a `ProblemName` of the service. */
export type AddressProblemName =
  | "supported-address-data"
  | "valid-address-data";

/** A refusal. */
export interface AddressProblem {
  /** Which condition failed. */
  readonly name: AddressProblemName;
  /** A sentence that says what is wrong, with the offending line shortened. */
  readonly message: string;
  /** Number of the offending line, from 1; absent where no single line is at fault. */
  readonly line?: number;
}

/** What `checkAddressObject` answers. */
export type AddressCheck =
  | { readonly ok: true; readonly facts: ObjectFacts }
  | { readonly ok: false; readonly problem: AddressProblem };

/** Version of the code that made the facts of address objects. */
export const ADDRESS_FACTS_VERSION = 1;

/** Checks the bytes of one address object and gives its facts. Bounded work for any bytes; never throws. */
export function checkAddressObject(_bytes: Uint8Array): AddressCheck {
  throw new Error("not written yet");
}
