/**
 * Protocol Buffers by hand: the two wire types that KV Connect uses.
 *
 * @module
 */

/** The fields of a message by their numbers, each in the order of its values. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const VARINT = 0;
const BYTES = 2;

/** Reads a message. Throws TypeError for what is none. */
export function parseMessage(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;

  function varint(): number {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new TypeError("A number has no end");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    const values = fields.get(field) ?? [];
    if (type === VARINT) values.push(varint());
    else if (type === BYTES) {
      const length = varint();
      if (at + length > bytes.length) throw new TypeError("Bytes are missing");
      values.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new TypeError(`No field has the wire type ${type}`);
    fields.set(field, values);
  }
  return fields;
}

/** All values of a repeated message or byte field. */
export function listAt(fields: Fields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).filter((value) =>
    value instanceof Uint8Array
  );
}

/** A byte field, empty where absent. */
export function bytesAt(fields: Fields, field: number): Uint8Array {
  return listAt(fields, field).at(-1) ?? new Uint8Array();
}

/** A number, 0 where absent. */
export function numberAt(fields: Fields, field: number): number {
  const value = fields.get(field)?.at(-1);
  return typeof value === "number" ? value : 0;
}

/** A message under construction. */
export interface MessageWriter {
  /** Adds bytes, or a message. */
  bytes(field: number, value: Uint8Array): void;
  /** Adds a number that is not negative. */
  number(field: number, value: number): void;
  /** The message. */
  done(): Uint8Array;
}

/** An empty message. */
export function createWriter(): MessageWriter {
  const parts: Uint8Array[] = [];
  let size = 0;

  function push(part: Uint8Array): void {
    parts.push(part);
    size += part.length;
  }
  function varint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 128) {
      bytes.push(rest % 128 + 128);
      rest = Math.floor(rest / 128);
    }
    push(new Uint8Array([...bytes, rest]));
  }
  return {
    bytes(field, value) {
      varint(field * 8 + BYTES);
      varint(value.length);
      push(value);
    },
    number(field, value) {
      varint(field * 8 + VARINT);
      varint(value);
    },
    done() {
      const message = new Uint8Array(size);
      let at = 0;
      for (const part of parts) {
        message.set(part, at);
        at += part.length;
      }
      return message;
    },
  };
}
