import assert from "node:assert/strict";
import { listSources } from "../../tools/check_imports.ts";

const SOURCES = listSources("src");

Deno.test("every module under src loads without doing anything", async () => {
  assert.ok(SOURCES.length > 0);
  for (const path of SOURCES) {
    // Leak checks are on: a module that opened or started something fails here.
    const module = await import(new URL(`../../${path}`, import.meta.url).href);
    assert.equal("default" in module, false, path);
  }
});

Deno.test("no file under src is longer than 400 lines", async () => {
  for (const path of SOURCES) {
    const lines = (await Deno.readTextFile(path)).split("\n").length - 1;
    assert.ok(lines <= 400, `${path} has ${lines} lines`);
  }
});
