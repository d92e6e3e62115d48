/**
 * What requests to the time-zone service may say (RFC 7808 section 5).
 *
 * @module
 */

/** What the service refuses: names of `urn:ietf:params:tzdist:error:…` (RFC 7808 section 10.4). */
export type TzdistError =
  | "invalid-action"
  | "invalid-changedsince"
  | "invalid-end"
  | "invalid-format"
  | "invalid-pattern"
  | "invalid-start"
  | "tzid-not-found";

/** An answer of the service, or why there is none. */
export type TzdistResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: TzdistError };

/** Wraps a refusal. */
export function tzdistError(
  error: TzdistError,
): { readonly ok: false; readonly error: TzdistError } {
  return { ok: false, error };
}

/** The one value of a parameter; null where it is absent, an error where it comes twice. */
export function oneParameter(
  query: URLSearchParams,
  name: string,
  error: TzdistError,
): TzdistResult<string | null> {
  const [value, second] = query.getAll(name);
  if (second !== undefined) return tzdistError(error);
  return { ok: true, value: value ?? null };
}

const UTC_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/i;

/** Epoch milliseconds of `2008-01-01T00:00:00Z` (RFC 3339 in UTC, whole seconds), undefined for what is no such time. */
export function parseUtcTime(text: string): number | undefined {
  const [, day, time] = UTC_TIME.exec(text) ?? [];
  const whole = `${day}T${time}Z`;
  const at = Date.parse(whole);
  // the runtime takes the 30th of February for the 2nd of March
  return Number.isFinite(at) && formatUtcTime(at) === whole ? at : undefined;
}

/** Epoch milliseconds as `2008-01-01T00:00:00Z`. */
export function formatUtcTime(epoch: number): string {
  return new Date(epoch).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Both ends of a range of time; null: as far as there are data. */
export interface TzdistRange {
  /** First instant, in epoch milliseconds. */
  readonly start: number | null;
  /** First instant behind it, in epoch milliseconds. */
  readonly end: number | null;
}

/** Reads `start` and `end`; `known` is the first instant that there are data for. */
export function parseRange(
  query: URLSearchParams,
  known: number,
): TzdistResult<TzdistRange> {
  const start = timeParameter(query, "start");
  if (!start.ok) return start;
  const end = timeParameter(query, "end");
  if (!end.ok) return end;
  return end.value !== null && end.value <= (start.value ?? known)
    ? tzdistError("invalid-end")
    : { ok: true, value: { start: start.value, end: end.value } };
}

function timeParameter(
  query: URLSearchParams,
  name: "start" | "end",
): TzdistResult<number | null> {
  const found = oneParameter(query, name, `invalid-${name}`);
  if (!found.ok || found.value === null) return found as TzdistResult<null>;
  const at = parseUtcTime(found.value);
  return at === undefined
    ? tzdistError(`invalid-${name}`)
    : { ok: true, value: at };
}

/**
 * A test for names from a pattern of "find" (RFC 7808 section 5.5): stars at
 * its ends stand for any text, `\*` and `\\` for themselves. Undefined where it
 * has a star or backslash elsewhere, or nothing at all.
 */
export function parsePattern(
  pattern: string,
): ((name: string) => boolean) | undefined {
  const tokens = pattern.match(/\\[\\*]|[^\\]/gsu) ?? [];
  if (tokens.length === 0 || tokens.join("") !== pattern) return undefined;
  const open = tokens[0] === "*";
  const rest = open ? tokens.slice(1) : tokens;
  const last = rest.at(-1) === "*";
  const inner = last ? rest.slice(0, -1) : rest;
  if (inner.includes("*")) return undefined;
  const text = foldName(
    inner.map((token) =>
      token.length === 2 && token[0] === "\\" ? token.slice(1) : token
    ).join(""),
  );
  return (name) => {
    const folded = foldName(name);
    if (open && last) return folded.includes(text);
    if (open) return folded.endsWith(text);
    return last ? folded.startsWith(text) : folded === text;
  };
}

/** "Underscores" and "Case mapping" of RFC 7808 section 5.5. */
function foldName(name: string): string {
  return name.replaceAll("_", " ")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
