/**
 * Comparing text: the collations of RFC 4790 and RFC 5051 and the ways to
 * match that CalDAV and CardDAV ask for (RFC 4791 section 9.7.5, RFC 6352
 * section 10.5.4).
 *
 * @module
 */

/** Names of the collations that the server has. */
export const COLLATIONS = [
  "i;ascii-casemap",
  "i;octet",
  "i;unicode-casemap",
] as const;

/** The name of a collation. */
export type Collation = typeof COLLATIONS[number];

/** Where in a value the text must stand. */
export const MATCH_TYPES = [
  "equals",
  "contains",
  "starts-with",
  "ends-with",
] as const;

/** One of them. */
export type MatchType = typeof MATCH_TYPES[number];

/** What a value is compared to. */
export interface TextMatch {
  /** The text that was asked for, as sent. */
  readonly text: string;
  /** How characters are compared. */
  readonly collation: Collation;
  /** Where the text must stand. */
  readonly type: MatchType;
  /** True: the text must not stand there. */
  readonly negate: boolean;
}

/** The collation of a name, in any case; undefined where the server has none of that name. */
export function findCollation(name: string): Collation | undefined {
  const wanted = name.trim().toLowerCase();
  return COLLATIONS.find((each) => each === wanted);
}

/** Text as a collation compares it: equal there means the same string here. */
export function foldText(text: string, collation: Collation): string {
  switch (collation) {
    case "i;octet":
      return text;
    case "i;ascii-casemap":
      // RFC 4790 section 9.2: only a to z have another case
      return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    case "i;unicode-casemap":
      return foldUnicode(text);
  }
}

/** Whether a value is what was asked for. */
export function matchesText(value: string, match: TextMatch): boolean {
  return matchesAnyText([value], match);
}

/** Whether one of several values is what was asked for; negated: whether none is. */
export function matchesAnyText(
  values: Iterable<string>,
  match: TextMatch,
): boolean {
  const wanted = foldedText(match);
  for (const value of values) {
    const folded = foldText(value, match.collation);
    if (stands(folded, wanted, match.type)) return !match.negate;
  }
  return match.negate;
}

function stands(value: string, wanted: string, type: MatchType): boolean {
  switch (type) {
    case "equals":
      return value === wanted;
    case "contains":
      return value.includes(wanted);
    case "starts-with":
      return value.startsWith(wanted);
    case "ends-with":
      return value.endsWith(wanted);
  }
}

/** The text of a match is folded once, however many values it is compared to. */
const folded = new WeakMap<TextMatch, string>();

function foldedText(match: TextMatch): string {
  let text = folded.get(match);
  if (text === undefined) {
    text = foldText(match.text, match.collation);
    folded.set(match, text);
  }
  return text;
}

/** RFC 5051 section 2: each character in title case, then everything decomposed. */
function foldUnicode(text: string): string {
  // deno-lint-ignore no-control-regex -- ASCII, all of it
  if (/^[\x00-\x7f]*$/.test(text)) return text.toUpperCase();
  const titles = ownTitles();
  let out = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const title = titles.get(text.charCodeAt(at));
    if (title === undefined) continue;
    out += text.slice(from, at).toUpperCase() + title;
    from = at + 1;
  }
  return (out + text.slice(from).toUpperCase()).normalize("NFKD");
}

/**
 * The few characters whose title case is not their upper case, all of them in
 * the first plane. Found once: to work out each character of a long text would
 * take many times as long.
 */
let titlesFound: ReadonlyMap<number, string> | undefined;

function ownTitles(): ReadonlyMap<number, string> {
  if (titlesFound !== undefined) return titlesFound;
  const found = new Map<number, string>();
  for (let code = 0x80; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    const title = titleCase(character);
    if (title !== character.toUpperCase()) found.set(code, title);
  }
  titlesFound = found;
  return found;
}

/**
 * The simple title case of UnicodeData.txt. The platform has the full upper
 * case only; the two differ where that is several characters, for the
 * digraphs, and for Georgian, whose letters have no title case.
 */
function titleCase(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x10d0 && code <= 0x10ff) return character;
  const digraph = DIGRAPHS.find((one) => one.includes(character));
  if (digraph !== undefined) return digraph.charAt(1);
  const upper = character.toUpperCase();
  return upper.length > 1 ? withIota(code) ?? character : upper;
}

/** Capital, title case and small form of the characters that are two letters. */
const DIGRAPHS = [
  "\u01c4\u01c5\u01c6",
  "\u01c7\u01c8\u01c9",
  "\u01ca\u01cb\u01cc",
  "\u01f1\u01f2\u01f3",
] as const;

/** Greek letters with an iota subscript: their title case is one character, their upper case two. */
function withIota(code: number): string | undefined {
  if (code >= 0x1f80 && code <= 0x1faf) {
    return String.fromCodePoint(code | 8);
  }
  switch (code) {
    case 0x1fb3:
    case 0x1fc3:
    case 0x1ff3:
      return String.fromCodePoint(code + 9);
    case 0x1fbc:
    case 0x1fcc:
    case 0x1ffc:
      return String.fromCodePoint(code);
    default:
      return undefined;
  }
}
