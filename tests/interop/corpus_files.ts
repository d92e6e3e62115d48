/** The corpus of real files, and the reviewed list of those to refuse. */

import assert from "node:assert/strict";

/** One file of the corpus. */
export interface CorpusFile {
  /** Path below the corpus, with slashes. */
  readonly path: string;
  /** The project that it comes from: the folder below `ics/` or `vcf/`. */
  readonly source: string;
  /** Which kind. */
  readonly suffix: ".ics" | ".vcf";
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * What an XML answer must hold. Not its bytes where a fold cuts through a
   * character: XML has no halves of characters, so such a fold is closed.
   * Undefined where it holds characters that XML cannot carry at all.
   */
  readonly inXml: string | undefined;
}

/** One row of the reviewed list. */
export interface Refused {
  /** Path below the corpus. */
  readonly file: string;
  /** Local name of the condition element. */
  readonly condition: string;
}

const PROJECT = new URL("../../", import.meta.url).pathname;
// XML 1.0, section 2.2: everything outside of Char.
// deno-lint-ignore no-control-regex
const NOT_IN_XML = /[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/;

/** Where the corpus is; undefined on a machine that has none and names none. */
export async function findCorpus(): Promise<string | undefined> {
  const named = Deno.env.get("KALENDS_CORPUS");
  if (named !== undefined) return named;
  const root = `${PROJECT}../shared/corpus`;
  try {
    await Deno.stat(root);
    return root;
  } catch {
    return undefined;
  }
}

/** Every .ics and .vcf file of the corpus, by path; throws where there is none. */
export async function readCorpus(root: string): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
  for (const kind of ["ics", "vcf"] as const) {
    for (const path of await walk(root, kind)) {
      const suffix = `.${kind}` as const;
      if (!path.endsWith(suffix)) continue;
      const bytes = await Deno.readFile(`${root}/${path}`);
      const [, source = ""] = path.split("/");
      files.push({ path, source, suffix, bytes, inXml: xmlTextOf(bytes) });
    }
  }
  assert.ok(files.length > 0, `0 files read: no corpus at ${root}`);
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

function xmlTextOf(bytes: Uint8Array): string | undefined {
  // Each byte as one character, so that the pattern sees halves of characters.
  const octets = Array.from(bytes, (byte) => String.fromCharCode(byte)).join(
    "",
  );
  const closed = octets.replace(/\r?\n[ \t](?=[\x80-\xBF])/g, "");
  const joined = Uint8Array.from(closed, (octet) => octet.charCodeAt(0));
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const text = decoder.decode(joined);
    return NOT_IN_XML.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The reviewed list, by path. */
export async function readRefused(): Promise<Map<string, Refused>> {
  const text = await Deno.readTextFile(`${PROJECT}tests/corpus/refused.json`);
  const rows: unknown = JSON.parse(text);
  assert.ok(Array.isArray(rows), "refused.json must be a list");
  const list = new Map<string, Refused>();
  for (const row of rows as Record<string, unknown>[]) {
    for (const field of ["file", "condition", "line", "reason"]) {
      assert.ok(row[field] !== undefined, `${field}: ${JSON.stringify(row)}`);
    }
    const file = String(row["file"]);
    // With or without a prefix: only the local name counts.
    const condition = String(row["condition"]).replace(/^.*[:}]/, "");
    assert.ok(!list.has(file), `twice in refused.json: ${file}`);
    list.set(file, { file, condition });
  }
  return list;
}

async function walk(root: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  let entries;
  try {
    entries = await Array.fromAsync(Deno.readDir(`${root}/${folder}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await walk(root, path));
    else if (entry.isFile) paths.push(path);
  }
  return paths;
}
