/**
 * Deno KV's encoding of keys, as far as this project's keys go.
 *
 * @module
 */

/** Two digits for each byte, which order as the bytes do. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Tells the tags of a key's parts. Throws TypeError for what is no key. */
export function decodeKey(bytes: Uint8Array): number[] {
  const tags: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    tags.push(tag);
    at++;
    if (tag === 0x21) at += 8;
    else if (tag === 1 || tag === 2) at = behindText(bytes, at);
    else throw new TypeError(`No part of a key has the tag ${tag}`);
  }
  if (at !== bytes.length) throw new TypeError("A key ends too early");
  return tags;
}

/** Where a text that ends with NUL is over; a NUL that belongs to it is followed by 255. */
function behindText(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] !== 0) continue;
    if (bytes[at + 1] === 0xff) at++;
    else return at + 1;
  }
  throw new TypeError("A text in a key has no end");
}
