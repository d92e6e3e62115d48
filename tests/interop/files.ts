/** Folders of .ics and .vcf files, as the clients keep them. */

import assert from "node:assert/strict";

/** Names of the files in a folder that end so, sorted; empty where it is absent. */
export function listFiles(folder: string, suffix: string): string[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter((entry) => entry.isFile && entry.name.endsWith(suffix))
      .map((entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Path and text of the one file in the folder whose text holds `words`. */
export function findFile(
  folder: string,
  words: string,
): { readonly path: string; readonly text: string } {
  const all = listFiles(folder, "");
  for (const name of all) {
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    if (text.includes(words)) return { path: `${folder}/${name}`, text };
  }
  throw new assert.AssertionError({
    message: `no file with "${words}" in ${folder}: [${all.join(", ")}]`,
  });
}

/** Whether some file in the folder holds `words`. */
export function hasFile(folder: string, words: string): boolean {
  return listFiles(folder, "").some((name) =>
    Deno.readTextFileSync(`${folder}/${name}`).includes(words)
  );
}

/** Fails unless both are the same bytes, and says where they part. */
export function assertSameBytes(
  actual: Uint8Array,
  expected: Uint8Array | string,
  what: string,
): void {
  const bytes = typeof expected === "string"
    ? new TextEncoder().encode(expected)
    : expected;
  let at = 0;
  while (at < bytes.length && at < actual.length && bytes[at] === actual[at]) {
    at++;
  }
  if (at === bytes.length && at === actual.length) return;
  const text = new TextDecoder();
  throw new assert.AssertionError({
    message: `${what}: ${actual.length} bytes instead of ${bytes.length}, ` +
      `different from byte ${at}: expected ` +
      `${JSON.stringify(text.decode(bytes.subarray(at, at + 40)))}, got ` +
      `${JSON.stringify(text.decode(actual.subarray(at, at + 40)))}`,
  });
}
