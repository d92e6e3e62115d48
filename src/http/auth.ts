/**
 * Basic authentication (RFC 7617).
 *
 * @module
 */

/** What a client says who it is. */
export interface BasicCredentials {
  /** Sign-in name as sent. */
  readonly login: string;
  /** Password as sent. */
  readonly password: string;
}

/**
 * Reads an Authorization header. Text is UTF-8, as the challenge asks for;
 * clients that do not know that send Latin-1, which is no UTF-8 as soon as it
 * has a letter outside of ASCII, and is then read as such.
 *
 * @returns Undefined for another scheme, or what is no Basic credential.
 */
export function parseBasic(value: string): BasicCredentials | undefined {
  const encoded = /^basic +([a-z0-9+/]+={0,2})$/i.exec(value.trim())?.[1];
  if (encoded === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
  const text = decode(bytes);
  const colon = text.indexOf(":");
  // deno-lint-ignore no-control-regex -- RFC 7617 section 2 forbids them.
  if (colon < 0 || /[\0-\x1f\x7f]/.test(text)) return undefined;
  return { login: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

/** Value of WWW-Authenticate. */
export function formatChallenge(realm: string): string {
  const quoted = realm.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&");
  return `Basic realm="${quoted}", charset="UTF-8"`;
}
