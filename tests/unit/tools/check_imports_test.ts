import assert from "node:assert/strict";
import {
  findCycle,
  graphOf,
  listCycles,
  listSources,
} from "../../../tools/check_imports.ts";

function graph(edges: Record<string, string[]>): Map<string, string[]> {
  return new Map(Object.entries(edges));
}

Deno.test("findCycle() gives null where files share imports without a cycle", () => {
  const diamond = graph({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] });
  assert.equal(findCycle(diamond), null);
});

Deno.test("findCycle() names the files of a cycle, and only those", () => {
  const found = findCycle(graph({ a: ["b"], b: ["c"], c: ["d"], d: ["b"] }));
  assert.deepEqual(found, ["b", "c", "d", "b"]);
});

Deno.test("findCycle() finds a file that imports itself", () => {
  assert.deepEqual(findCycle(graph({ a: ["a"] })), ["a", "a"]);
});

Deno.test("listCycles() finds two cycles that share no file, and ends", () => {
  const found = listCycles(graph({ a: ["b"], b: ["a"], c: ["d"], d: ["c"] }));
  assert.deepEqual(found, [["a", "b", "a"], ["c", "d", "c"]]);
});

Deno.test("graphOf() keeps code and type imports of the project's own files", () => {
  const modules = [
    {
      specifier: "file:///p/src/a.ts",
      dependencies: [
        { code: { specifier: "file:///p/src/b.ts" } },
        { type: { specifier: "file:///p/src/c.ts" } },
        { code: { specifier: "npm:saxes@6.0.0" } },
        {},
      ],
    },
    { specifier: "file:///elsewhere/x.ts" },
    { specifier: "file:///p/src/b.ts" },
  ];
  assert.deepEqual(
    graphOf(modules, "file:///p/"),
    graph({ "src/a.ts": ["src/b.ts", "src/c.ts"], "src/b.ts": [] }),
  );
});

Deno.test("listSources() lists TypeScript files of nested folders in order", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/b`);
    for (const file of ["b/z.ts", "a.ts", "a.md"]) {
      await Deno.writeTextFile(`${folder}/${file}`, "");
    }
    const found = listSources(folder);
    assert.deepEqual(found, [`${folder}/a.ts`, `${folder}/b/z.ts`]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
