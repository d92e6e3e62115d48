import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import plugin, { KEY_PREFIXES, LAYERS } from "../../../tools/lint_plugin.ts";

/** Ids of what the plugin reports for a source. */
function lint(filename: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, filename, source).map(({ id }) => id);
}

Deno.test("layers lets imports point down", () => {
  for (
    const [filename, specifier] of [
      ["src/http/server.ts", "../dav/context.ts"],
      ["src/http/server.ts", "../service/types.ts"],
      ["src/dav/methods/put.ts", "../../service/types.ts"],
      ["src/dav/methods/put.ts", "../context.ts"],
      ["src/service/put.ts", "../calendar/facts.ts"],
      ["src/calendar/facts.ts", "../text/lines.ts"],
      ["src/cli/user.ts", "../service/users.ts"],
      ["src/store/log.ts", "./engine.ts"],
      ["src/store/log.ts", "node:crypto"],
      ["main.ts", "./src/http/server.ts"],
      ["tests/unit/store/log_test.ts", "../../../src/store/log.ts"],
    ] as const
  ) {
    const source = `import { x } from "${specifier}"; x();`;
    assert.deepEqual(lint(filename, source), [], `${filename} ${specifier}`);
  }
});

Deno.test("layers refuses imports that point up, sideways or outside", () => {
  for (
    const [filename, specifier] of [
      ["src/dav/context.ts", "../http/server.ts"],
      ["src/service/put.ts", "../dav/context.ts"],
      ["src/calendar/facts.ts", "../contacts/facts.ts"],
      ["src/contacts/facts.ts", "../calendar/facts.ts"],
      ["src/calendar/facts.ts", "../xml/names.ts"],
      ["src/store/log.ts", "../calendar/facts.ts"],
      ["src/cli/user.ts", "../dav/context.ts"],
      ["src/page/home.ts", "../dav/context.ts"],
      ["src/http/server.ts", "../calendar/facts.ts"],
      ["src/text/lines.ts", "../xml/names.ts"],
      ["src/dav/methods/put.ts", "../../http/server.ts"],
      ["src/store/log.ts", "../../tests/store/helper.ts"],
      ["src/unknown/a.ts", "../store/log.ts"],
    ] as const
  ) {
    const source = `import { x } from "${specifier}"; x();`;
    assert.deepEqual(
      lint(filename, source),
      ["kalends/layers"],
      `${filename} ${specifier}`,
    );
  }
});

Deno.test("layers sees types, re-exports and dynamic imports", () => {
  const up = "../http/server.ts";
  for (
    const source of [
      `import type { x } from "${up}";`,
      `export { x } from "${up}";`,
      `export * from "${up}";`,
      `await import("${up}");`,
    ]
  ) {
    assert.deepEqual(lint("src/dav/a.ts", source), ["kalends/layers"], source);
  }
});

Deno.test("layers lets http import types of the store, not its code", () => {
  const store = "../store/engine.ts";
  for (
    const source of [
      `import type { Engine } from "${store}";`,
      `import { type Engine, type Key } from "${store}";`,
      `export type { Engine } from "${store}";`,
    ]
  ) {
    assert.deepEqual(lint("src/http/a.ts", source), [], source);
  }
  for (
    const source of [
      `import { open } from "${store}"; open();`,
      `import { open, type Key } from "${store}"; open();`,
      `import "${store}";`,
    ]
  ) {
    assert.deepEqual(lint("src/http/a.ts", source), ["kalends/layers"], source);
  }
});

Deno.test("layers has a row for every folder under src", () => {
  const folders = [...Deno.readDirSync("src")]
    .filter((entry) => entry.isDirectory).map((entry) => entry.name);
  for (const folder of folders) assert.ok(LAYERS[folder], folder);
});

Deno.test("no-key-arrays finds keys of the store outside of keys.ts", () => {
  for (
    const source of [
      `export const a = ["entry", coll.id, name];`,
      `export function f(id: string) { return ["log", id]; }`,
      `g({ prefix: ["tree"] });`,
      `g({ key: ["anything", "at all"] });`,
      `kv.get(["user", id]);`,
      `atomic.set(["x"], 1);`,
      "export const b = ['body', `${coll}`];",
      `export const c = ["uid", ...parts];`,
    ]
  ) {
    assert.deepEqual(
      lint("src/service/a.ts", source),
      ["kalends/no-key-arrays"],
      source,
    );
  }
});

Deno.test("no-key-arrays lets lists of words, keys.ts and tests alone", () => {
  for (
    const [filename, source] of [
      ["src/dav/a.ts", `export const on = ["calendar", "addressbook", x];`],
      ["src/dav/a.ts", `export const on = ["user", "group"];`],
      ["src/dav/a.ts", `export const a = [id, "entry"];`],
      ["src/dav/a.ts", `names.includes("entry");`],
      ["src/dav/a.ts", `g({ names: ["entry"] });`],
      ["src/store/keys.ts", `export const a = ["entry", coll.id];`],
      ["tests/store/a_test.ts", `kv.get(["entry", id]);`],
    ] as const
  ) {
    assert.deepEqual(lint(filename, source), [], source);
  }
});

Deno.test("no-key-arrays knows every prefix that keys.ts writes", () => {
  const source = ["keys.ts", "key_prefixes.ts"]
    .map((name) => readFileSync(`src/store/${name}`, "utf8")).join("\n");
  const written = [
    ...source.matchAll(
      /(?:\[|undefined,\s+|coll\.id,\s+|parent\.id,\s+)"([a-z_]+)"/g,
    ),
  ].map((match) => match[1] ?? "");
  assert.ok(written.length >= 15, `only found ${written.join(" ")}`);
  for (const prefix of written) assert.ok(KEY_PREFIXES.has(prefix), prefix);
});

Deno.test("no-default-exports allows one in main.ts only", () => {
  for (
    const source of [
      `export default {};`,
      `const a = 1; export { a as default };`,
      `export { default } from "./b.ts";`,
    ]
  ) {
    const found = lint("src/store/a.ts", source);
    assert.deepEqual(found, ["kalends/no-default-exports"], source);
    assert.deepEqual(lint("main.ts", source), [], source);
  }
  assert.deepEqual(lint("src/store/a.ts", `export const a = 1;`), []);
  assert.equal(lint("src/store/main.ts", `export default 1;`).length, 1);
});

Deno.test("no-top-level-arrows wants functions by `function`", () => {
  for (
    const source of [
      `const a = () => 1;`,
      `export const a = async (b: number) => b;`,
      `export const a = function () {};`,
      `export const a = ((b) => b) satisfies F;`,
    ]
  ) {
    assert.deepEqual(
      lint("src/text/a.ts", source),
      ["kalends/no-top-level-arrows"],
      source,
    );
  }
  for (
    const source of [
      `export function a() { const b = () => 1; return b; }`,
      `export const a = [1].map((b) => b);`,
      `export const a = { get: () => 1 };`,
      `for (const f of [1]) { const g = () => f; g(); }`,
    ]
  ) {
    assert.deepEqual(lint("src/text/a.ts", source), [], source);
  }
});
