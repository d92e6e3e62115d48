/**
 * How large keys and values are in the engine's encoding: never less than the
 * truth, so that a group ends before the engine refuses it.
 *
 * @module
 */

import type { Key } from "./engine.ts";

const encoder = new TextEncoder();

/** Bytes of a key as Deno KV encodes it: a tag and an end for each part, NUL twice. */
export function keySize(key: Key): number {
  let size = 0;
  for (const part of key) {
    if (typeof part === "number") size += 10;
    else if (typeof part === "string") size += 2 + textSize(part);
    else size += 2 + 2 * part.length;
  }
  return size;
}

/** Bytes of a value in V8's serialisation, rounded up. */
export function valueSize(value: unknown): number {
  switch (typeof value) {
    case "string":
      return 6 + 2 * value.length;
    case "object":
      if (value === null) return 2;
      if (value instanceof Uint8Array) return 16 + value.length;
      return objectSize(value);
    default:
      return 10;
  }
}

function objectSize(value: object): number {
  let size = 8;
  if (Array.isArray(value)) {
    for (const item of value) size += 6 + valueSize(item);
    return size;
  }
  for (const [name, item] of Object.entries(value)) {
    size += 6 + name.length + valueSize(item);
  }
  return size;
}

/** Bytes of a string in UTF-8, NULs twice. */
function textSize(text: string): number {
  let size = encoder.encode(text).length;
  for (
    let at = text.indexOf("\0");
    at !== -1;
    at = text.indexOf("\0", at + 1)
  ) {
    size++;
  }
  return size;
}
