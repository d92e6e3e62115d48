/**
 * Where the corpus of real calendar and contact files is: `KALENDS_CORPUS`,
 * else `../shared/corpus` beside the project. It is test input that the
 * project does not carry.
 *
 * @module
 */

/** One file of the corpus. */
export interface CorpusFile {
  /** Path inside the corpus. */
  readonly path: string;
  /** Its bytes. */
  readonly bytes: Uint8Array;
}

/** The folder of the corpus, with a slash at its end, undefined where there is none. */
export function corpusFolder(): string | undefined {
  const beside = new URL("../../shared/corpus/", import.meta.url).pathname;
  const folder = Deno.env.get("KALENDS_CORPUS") ?? beside;
  const path = folder.endsWith("/") ? folder : `${folder}/`;
  try {
    Deno.statSync(`${path}manifest.json`);
    return path;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** All files of the corpus whose names end so; none where there is no corpus. */
export function corpusFiles(ending: string): CorpusFile[] {
  const folder = corpusFolder();
  if (folder === undefined) return [];
  const manifest: unknown = JSON.parse(
    Deno.readTextFileSync(`${folder}manifest.json`),
  );
  const { files } = manifest as { files: { path: string }[] };
  return files.filter(({ path }) => path.endsWith(ending))
    .map(({ path }) => ({ path, bytes: Deno.readFileSync(folder + path) }));
}
