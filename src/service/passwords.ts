/**
 * Password hashes as PHC strings: Argon2id by WebCrypto where the runtime has
 * it, else scrypt. Both run off the main thread; few run at once.
 *
 * @module
 */

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { StoreBusy } from "../store/view.ts";

/** Hashes passwords and compares them; at most a few at once. */
export interface Passwords {
  /** A PHC string for a password. Throws StoreBusy where too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password belongs to a PHC string; false for a string that is
   * none of ours. Throws StoreBusy where too many wait.
   */
  verify(password: string, phc: string): Promise<boolean>;
}

/** A hash function with its costs, and the text that names both in a PHC string. */
interface Algorithm {
  readonly id: "argon2id" | "scrypt";
  readonly params: string;
  derive(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array>;
}

/** Bytes of a password at most; more is no password, but work for the server. */
export const MAX_PASSWORD_BYTES = 1024;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Most memory that a stored hash may ask for, in KiB; ours ask for far less. */
const MAX_MEMORY_KIB = 1 << 20;

/** 19 MiB and two passes: the weakest that OWASP's password page advises, 43 ms here. */
const ARGON2ID = { m: 19_456, t: 2, p: 1 };
/** 32 MiB, three times: the same page's advice for scrypt. */
const SCRYPT = { ln: 15, r: 8, p: 3 };

/**
 * Hashes at most `parallel` passwords at once; `waiting` more may wait.
 * `prefer` names the hash function of new passwords where the runtime has both.
 */
export function createPasswords(
  options: {
    readonly parallel?: number;
    readonly waiting?: number;
    readonly prefer?: "argon2id" | "scrypt";
  } = {},
): Passwords {
  const { parallel = 2, waiting = 256 } = options;
  const limit = createLimit(parallel, waiting);
  let chosen: Promise<Algorithm> | undefined;

  async function choose(): Promise<Algorithm> {
    if (options.prefer !== "scrypt" && await hasArgon2id()) {
      return argon2id(ARGON2ID);
    }
    return scryptWith(SCRYPT);
  }

  return {
    hash: (password) =>
      limit(async () => {
        const { id, params, derive } = await (chosen ??= choose());
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(passwordBytes(password), salt);
        return `$${id}$${params}$${encode(salt)}$${encode(hash)}`;
      }),
    verify: (password, phc) =>
      limit(async () => {
        const stored = parsePhc(phc);
        const bytes = passwordBytes(password);
        if (stored === undefined || bytes.length > MAX_PASSWORD_BYTES) {
          return false;
        }
        const hash = await stored.algorithm.derive(bytes, stored.salt);
        return timingSafeEqual(hash, stored.hash);
      }),
  };
}

/** One password has one form however a keyboard composes it (RFC 8265 section 4.2). */
export function passwordBytes(password: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(password.normalize("NFC"));
}

/** Runs at most `parallel` jobs at once, in the order they came; refuses more than `waiting` beside them. */
function createLimit(
  parallel: number,
  waiting: number,
): <T>(job: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= parallel) {
      if (queue.length >= waiting) {
        throw new StoreBusy("Too many passwords are being checked");
      }
      // Who is woken takes the place of who ended: `running` stays.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running++;
    try {
      return await job();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/** Old runtimes have no Argon2id; they say so when asked for a key. */
async function hasArgon2id(): Promise<boolean> {
  try {
    await argon2id({ m: 8, t: 1, p: 1 })
      .derive(new Uint8Array(1), new Uint8Array(SALT_BYTES));
    return true;
  } catch {
    return false;
  }
}

function argon2id(
  { m, t, p }: { m: number; t: number; p: number },
): Algorithm {
  return {
    id: "argon2id",
    params: `v=19$m=${m},t=${t},p=${p}`,
    async derive(password, salt) {
      const key = await crypto.subtle.importKey(
        // The format is newer than the types of the platform.
        "raw-secret" as "raw",
        new Uint8Array(password),
        "Argon2id",
        false,
        ["deriveBits"],
      );
      const how = {
        name: "Argon2id",
        nonce: new Uint8Array(salt),
        parallelism: p,
        memory: m,
        passes: t,
      };
      const bits = await crypto.subtle.deriveBits(how, key, HASH_BYTES * 8);
      return new Uint8Array(bits);
    },
  };
}

function scryptWith(
  { ln, r, p }: { ln: number; r: number; p: number },
): Algorithm {
  const cost = 2 ** ln;
  const options = { cost, blockSize: r, parallelization: p };
  return {
    id: "scrypt",
    params: `ln=${ln},r=${r},p=${p}`,
    derive: (password, salt) =>
      new Promise((resolve, reject) => {
        const maxmem = 256 * cost * r;
        scrypt(
          password,
          salt,
          HASH_BYTES,
          { ...options, maxmem },
          (error, hash) => error ? reject(error) : resolve(hash),
        );
      }),
  };
}

/** Reads a PHC string; undefined for one that is none of ours or asks for too much work. */
function parsePhc(
  phc: string,
): { algorithm: Algorithm; salt: Uint8Array; hash: Uint8Array } | undefined {
  const argon =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/
      .exec(phc);
  const scrypted =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/
      .exec(phc);
  const match = argon ?? scrypted;
  if (match === null) return undefined;
  const [a, b, c] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const salt = new Uint8Array(decode(match[4] ?? ""));
  const hash = new Uint8Array(decode(match[5] ?? ""));
  const memory = argon === null ? b * 2 ** a / 8 : a;
  if (hash.length !== HASH_BYTES || memory > MAX_MEMORY_KIB) return undefined;
  const algorithm = argon === null
    ? scryptWith({ ln: a, r: b, p: c })
    : argon2id({ m: a, t: b, p: c });
  return { algorithm, salt, hash };
}

/** Base64 without padding, as the PHC string format has it. */
function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}

function decode(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "loose" });
  } catch {
    return new Uint8Array(0);
  }
}
