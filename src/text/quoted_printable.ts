/**
 * Quoted-printable (RFC 2045 section 6.7) as vCard 2.1 uses it for values.
 *
 * @module
 */

import { tryUtf8 } from "./text_value.ts";

const ENCODER = new TextEncoder();

/**
 * Decodes a value without soft line breaks. The octets are in `charset`; where
 * it is absent or unknown, UTF-8 if they can be, else windows-1252.
 */
export function decodeQuotedPrintable(
  value: string,
  charset: string | undefined,
): string {
  const octets: number[] = [];
  for (const piece of value.split(/(=[0-9A-Fa-f]{2})/)) {
    if (/^=[0-9A-Fa-f]{2}$/.test(piece)) {
      octets.push(Number.parseInt(piece.slice(1), 16));
    } else for (const octet of ENCODER.encode(piece)) octets.push(octet);
  }
  const bytes = Uint8Array.from(octets);
  if (charset !== undefined) {
    const text = tryDecode(bytes, charset);
    if (text !== undefined) return text;
  }
  return tryUtf8(bytes) ?? new TextDecoder("windows-1252").decode(bytes);
}

/** Undefined where nobody knows the name; octets that are not in it become U+FFFD. */
function tryDecode(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset.trim()).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
