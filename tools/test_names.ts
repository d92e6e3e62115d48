/**
 * Finds the names of tests in a file without running it.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/**
 * A literal where tests have their names: first argument of a call, a `name`
 * field, or first cell of a row of a table of tests.
 */
const NAME =
  /(?:[\w)]\(|\bname:|\[)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)/g;

/** Tests that are never run prove nothing. */
const IGNORED = /\b(?:Deno\.test|step)\.ignore\(/;

/**
 * Answers whether a source has a test or step of a given name. A template is
 * matched with anything in its holes.
 */
export function matchTestNames(source: string): (name: string) => boolean {
  const plain = new Set<string>();
  const patterns: RegExp[] = [];
  for (const match of stripComments(source).matchAll(NAME)) {
    const literal = match[1] ?? "";
    const before = source.slice(Math.max(0, match.index - 20), match.index + 2);
    if (IGNORED.test(before)) continue;
    if (literal.startsWith("`") && literal.includes("${")) {
      patterns.push(templatePattern(literal.slice(1, -1)));
    } else {
      plain.add(unescapeLiteral(literal.slice(1, -1)));
    }
  }
  return (name) =>
    plain.has(name) || patterns.some((pattern) => pattern.test(name));
}

/** The same for a file; null where there is none. */
export function findTestNames(
  path: string,
): ((name: string) => boolean) | null {
  try {
    return matchTestNames(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}

/** Blanks comments that fill their line, so that a test commented out is none. */
function stripComments(source: string): string {
  return source.replace(
    /^\s*\/\/.*$|^\s*\/\*[\s\S]*?\*\//gm,
    (comment) => " ".repeat(comment.length),
  );
}

function unescapeLiteral(text: string): string {
  return text.replace(/\\(["'`\\$])/g, "$1");
}

/** A template with a hole must have words of its own, else it would match all. */
function templatePattern(text: string): RegExp {
  const parts = text.split(/\$\{[^}]*\}/).map(unescapeLiteral);
  if (!parts.some((part) => /\w{3}/.test(part))) return /(?!)/;
  const quoted = parts.map((part) =>
    part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  );
  return new RegExp(`^${quoted.join(".+")}$`);
}
