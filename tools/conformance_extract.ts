/**
 * Lists every sentence of an RFC that demands something: what
 * `docs/conformance/` must have a row for.
 *
 * Run as `deno run -A tools/conformance_extract.ts 4918 [5689 …]`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** One sentence that demands something. */
export interface Requirement {
  /** RFC, section and running number within the section, as in `4918-9.1-3`. */
  readonly id: string;
  /** Section or appendix, as in `9.1` or `C.1`. */
  readonly section: string;
  /** The sentence on one line. */
  readonly sentence: string;
}

const KEYWORD = /\b(?:MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED)\b/;

/** RFC 2119's own sentence, which every RFC repeats and which demands nothing. */
const BOILERPLATE = /(?:key ?words|are to be interpreted)/;

/** Abbreviations after which a full stop ends no sentence. */
const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|cf)\.$/;

const HEADING = /^(?:Appendix )?((?:\d+|[A-Z])(?:\.\d+)*)\.?(?: {1,4})\S/;
const PAGE_FOOTER = /\[Page \d+\]\s*$/;
const PAGE_HEADER = /^RFC \d+ .* \d{4}\s*$/;
const LIST_ITEM = /^\s*(?:[o*+-]|\(?\d+[.)]|\(?[a-z]\))\s+/;

/** Every sentence of an RFC's plain text with MUST, SHALL, REQUIRED, SHOULD or RECOMMENDED. */
export function extractRequirements(
  rfc: string,
  text: string,
): Requirement[] {
  const counts = new Map<string, number>();
  const found: Requirement[] = [];
  for (const { section, paragraph } of listParagraphs(text)) {
    for (const sentence of splitSentences(paragraph)) {
      if (!KEYWORD.test(sentence) || BOILERPLATE.test(sentence)) continue;
      const number = (counts.get(section) ?? 0) + 1;
      counts.set(section, number);
      found.push({ id: `${rfc}-${section}-${number}`, section, sentence });
    }
  }
  return found;
}

/** A short digest of all that was extracted; a table names the one it was written for. */
export function digestRequirements(found: readonly Requirement[]): string {
  const hash = createHash("sha256");
  for (const { id, sentence } of found) hash.update(`${id} ${sentence}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** The lines of an RFC without page footers and headers, pages joined. */
export function joinPages(text: string): string[] {
  const lines: string[] = [];
  let broken = false;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const clean = line.replaceAll("\f", "").trimEnd();
    if (PAGE_FOOTER.test(clean)) {
      broken = true;
      while (lines.at(-1) === "") lines.pop();
      continue;
    }
    if (broken && (clean === "" || PAGE_HEADER.test(clean))) continue;
    if (broken) {
      broken = false;
      // A sentence that ended with the page ended its paragraph, too, or else
      // reading it as two paragraphs does no harm.
      const last = lines.at(-1) ?? "";
      if (/[.:;!?)>"]$/.test(last) || HEADING.test(clean)) lines.push("");
    }
    lines.push(clean);
  }
  return lines;
}

function listParagraphs(
  text: string,
): { section: string; paragraph: string }[] {
  const paragraphs: { section: string; paragraph: string }[] = [];
  let section = "";
  let words: string[] = [];
  function close(): void {
    if (section !== "" && words.length > 0) {
      paragraphs.push({ section, paragraph: words.join(" ") });
    }
    words = [];
  }
  for (const line of joinPages(text)) {
    const heading = HEADING.exec(line)?.[1];
    // Contents come before section 1 and are indented.
    if (heading !== undefined && (section !== "" || heading === "1")) {
      close();
      section = heading;
    } else if (line === "") {
      close();
    } else {
      if (LIST_ITEM.test(line)) close();
      words.push(line.replace(LIST_ITEM, "").trim());
    }
  }
  close();
  return paragraphs;
}

/** Splits running text where a full stop is followed by what can begin a sentence. */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of paragraph.matchAll(/[.!?]["')]*\s+(?=[A-Z("'`<*])/g)) {
    const end = match.index + match[0].trimEnd().length;
    const sentence = paragraph.slice(start, end);
    if (ABBREVIATION.test(sentence)) continue;
    sentences.push(sentence.trim());
    start = end;
  }
  sentences.push(paragraph.slice(start).trim());
  return sentences.filter((sentence) => sentence !== "");
}

/** Where the RFC texts are: `KALENDS_RFC`, or `../shared/rfc` beside the project. */
export function rfcFolder(): string {
  return Deno.env.get("KALENDS_RFC") ??
    new URL("../../shared/rfc", import.meta.url).pathname;
}

/** The text of an RFC, null where it is not at hand. */
export function readRfc(rfc: string): string | null {
  try {
    return readFileSync(`${rfcFolder()}/rfc${rfc}.txt`, "utf8");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}

if (import.meta.main) {
  for (const rfc of Deno.args) {
    const text = readRfc(rfc);
    if (text === null) throw new Error(`Cannot find the text of RFC ${rfc}`);
    const found = extractRequirements(rfc, text);
    const lines = found.map(({ id, sentence }) => `${id}\t${sentence}`);
    lines.push(`${found.length} sentences, ${digestRequirements(found)}`);
    Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n") + "\n"));
  }
}
