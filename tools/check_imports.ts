/**
 * Finds import cycles, which neither the type checker nor the linter reports.
 * Imports of types count, too: a file that needs the types of a file that needs
 * its own is one file in two pieces.
 *
 * Run as `deno task lint:imports`.
 *
 * @module
 */

import { readdirSync } from "node:fs";

/** Files by the files they import. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The parts of `deno info --json` that are read. */
interface InfoModule {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

/** One cycle, first file repeated at its end; null where there is none. */
export function findCycle(graph: ImportGraph): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | null {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  }
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** Every cycle once: the edge that closes one is dropped before the next is looked for. */
export function listCycles(graph: ImportGraph): string[][] {
  const rest = new Map([...graph].map(([file, next]) => [file, [...next]]));
  const cycles: string[][] = [];
  for (let cycle = findCycle(rest); cycle; cycle = findCycle(rest)) {
    cycles.push(cycle);
    const from = cycle.at(-2) ?? "";
    const to = cycle.at(-1);
    rest.set(from, (rest.get(from) ?? []).filter((file) => file !== to));
  }
  return cycles;
}

/** The project's own files and their imports, from the modules of `deno info --json`. */
export function graphOf(
  modules: readonly InfoModule[],
  root: string,
): ImportGraph {
  const graph = new Map<string, string[]>();
  for (const module of modules) {
    if (!module.specifier.startsWith(root)) continue;
    const targets = new Set<string>();
    for (const { code, type } of module.dependencies ?? []) {
      for (const target of [code?.specifier, type?.specifier]) {
        if (target?.startsWith(root)) targets.add(target.slice(root.length));
      }
    }
    graph.set(module.specifier.slice(root.length), [...targets]);
  }
  return graph;
}

/** Every TypeScript file under a folder, sorted. */
export function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** One call for all files: a module made for the purpose that imports them. */
async function readModules(root: string): Promise<InfoModule[]> {
  const files = [
    `${root}main.ts`,
    ...listSources(`${root}src`),
    ...listSources(`${root}tools`),
  ];
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = files.map((file) => `import ${JSON.stringify(file)};`);
    await Deno.writeTextFile(entry, imports.join("\n"));
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      { args: ["info", "--json", `--config=${root}deno.json`, entry] },
    ).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout)).modules;
  } finally {
    await Deno.remove(entry);
  }
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  const modules = await readModules(root.pathname);
  const graph = graphOf(modules, root.href);
  const lines = listCycles(graph).map((cycle) =>
    `cycle: ${cycle.join(" -> ")}`
  );
  for (const { specifier, error } of modules) {
    if (error !== undefined) lines.push(`${specifier}: ${error}`);
  }
  const failed = lines.length > 0;
  lines.push(`${graph.size} files, ${failed ? "faults above" : "no cycle"}`);
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n") + "\n"));
  if (failed) Deno.exit(1);
}
