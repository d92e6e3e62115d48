/**
 * The project's own lint rules: what its layers and its style demand and no
 * rule of the linter's own can see.
 *
 * @module
 */

import { dirname, resolve } from "node:path";

/** What a layer may import: anything (`code`), or types only. */
type Allowed = Readonly<Record<string, "code" | "types">>;

const LEAVES: Allowed = { xml: "code", text: "code" };

/**
 * Folders under `src/`, each with the folders that it may import. Imports point
 * down only; `calendar` and `contacts` know neither each other nor XML.
 */
export const LAYERS: Readonly<Record<string, Allowed>> = {
  http: { dav: "code", service: "code", store: "types", ...LEAVES },
  cli: {
    service: "code",
    calendar: "code",
    contacts: "code",
    store: "code",
    ...LEAVES,
  },
  page: {
    service: "code",
    calendar: "code",
    contacts: "code",
    store: "code",
    ...LEAVES,
  },
  dav: {
    service: "code",
    calendar: "code",
    contacts: "code",
    store: "code",
    ...LEAVES,
  },
  service: { calendar: "code", contacts: "code", store: "code", ...LEAVES },
  calendar: { store: "code", text: "code" },
  contacts: { store: "code", text: "code" },
  store: { ...LEAVES },
  xml: { text: "code" },
  text: {},
};

/** First parts of the store's keys; `tests/unit/tools/lint_plugin_test.ts` compares them with keys.ts. */
export const KEY_PREFIXES: ReadonlySet<string> = new Set([
  "access",
  "acl",
  "app_password",
  "blob",
  "body",
  "coll",
  "entry",
  "grant",
  "group",
  "group_member",
  "group_name",
  "head",
  "job",
  "lock",
  "log",
  "log_floor",
  "login",
  "member",
  "membership",
  "memberships",
  "meta",
  "prop",
  "tombstone",
  "tree",
  "uid",
  "user",
  "version",
  "view",
]);

/** Files that may write keys. */
const KEY_FILES = new Set(["src/store/keys.ts", "src/store/key_prefixes.ts"]);

/** Fields and methods of the engine that take a key. */
const KEY_FIELDS = new Set(["key", "prefix", "start", "end"]);
const KEY_METHODS = new Set(["get", "set", "delete", "list"]);

/** Files that must have a default export: the Deno Deploy entry, and this plugin. */
const DEFAULT_EXPORTS = new Set(["main.ts", "tools/lint_plugin.ts"]);

const PLUGIN: Deno.lint.Plugin = {
  name: "kalends",
  rules: {
    "layers": {
      create(context) {
        function check(
          node: Deno.lint.Node,
          specifier: string | undefined,
          types: boolean,
        ): void {
          const from = layerOf(context.filename);
          if (from === null || !specifier?.startsWith(".")) return;
          const target = resolve(ROOT, dirname(context.filename), specifier);
          const to = layerOf(target);
          if (to === from) return;
          const allowed = to === null ? undefined : LAYERS[from]?.[to];
          if (allowed === "code" || (allowed === "types" && types)) return;
          const what = to === null ? `${specifier} (outside of src/)` : to;
          context.report({
            node,
            message: allowed === "types"
              ? `${from} may import types only from ${what}`
              : `${from} must not import ${what}`,
            hint: "Imports point down: see the table in tools/lint_plugin.ts",
          });
        }
        return {
          ImportDeclaration(node) {
            const types = node.importKind === "type" ||
              (node.specifiers.length > 0 &&
                node.specifiers.every((part) =>
                  part.type === "ImportSpecifier" && part.importKind === "type"
                ));
            check(node, node.source.value, types);
          },
          ExportNamedDeclaration(node) {
            check(node, node.source?.value, node.exportKind === "type");
          },
          ExportAllDeclaration(node) {
            check(node, node.source.value, node.exportKind === "type");
          },
          ImportExpression(node) {
            const source = node.source;
            if (source.type !== "Literal") return;
            if (typeof source.value !== "string") return;
            check(node, source.value, false);
          },
        };
      },
    },
    "no-key-arrays": {
      create(context) {
        const path = pathBelow(context.filename);
        if (!path.startsWith("src/") || KEY_FILES.has(path)) return {};
        return {
          ArrayExpression(node) {
            if (!isKeyArray(node)) return;
            context.report({
              node,
              message: "This array is a key of the store",
              hint: "Give it a name in src/store/keys.ts and import that",
            });
          },
        };
      },
    },
    "no-default-exports": {
      create(context) {
        if (DEFAULT_EXPORTS.has(pathBelow(context.filename))) return {};
        function report(node: Deno.lint.Node): void {
          context.report({
            node,
            message: "Only main.ts has a default export",
          });
        }
        return {
          ExportDefaultDeclaration: report,
          ExportSpecifier(node) {
            if (nameOf(node.exported) === "default") report(node);
          },
        };
      },
    },
    "no-top-level-arrows": {
      create(context) {
        return {
          VariableDeclarator(node) {
            const place = node.parent.parent.type;
            if (place !== "Program" && place !== "ExportNamedDeclaration") {
              return;
            }
            const value = unwrap(node.init);
            if (
              value?.type !== "ArrowFunctionExpression" &&
              value?.type !== "FunctionExpression"
            ) return;
            context.report({
              node,
              message: "A top-level function is declared by `function`",
            });
          },
        };
      },
    },
  },
};

const ROOT = new URL("..", import.meta.url).pathname;

/** The path below the project. */
function pathBelow(filename: string): string {
  const path = resolve(ROOT, filename);
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** The folder under `src/` that a file is in, null where it is in none. */
function layerOf(filename: string): string | null {
  return /^src\/([^/]+)\//.exec(pathBelow(filename))?.[1] ?? null;
}

function nameOf(
  node: Deno.lint.Identifier | Deno.lint.StringLiteral,
): string {
  return node.type === "Identifier" ? node.name : node.value;
}

/** The expression inside of `as` and `satisfies`. */
function unwrap(
  node: Deno.lint.Expression | null,
): Deno.lint.Expression | null {
  return node?.type === "TSAsExpression" ||
      node?.type === "TSSatisfiesExpression"
    ? unwrap(node.expression)
    : node;
}

function isKeyArray(node: Deno.lint.ArrayExpression): boolean {
  const [first, ...rest] = node.elements;
  if (first?.type !== "Literal" || typeof first.value !== "string") {
    return false;
  }
  // Where a key is expected, any array that begins with a string is one.
  const parent = node.parent;
  if (parent.type === "Property" && parent.value.range[0] === node.range[0]) {
    const key = parent.key;
    if (key.type === "Identifier" && KEY_FIELDS.has(key.name)) return true;
  }
  if (
    parent.type === "CallExpression" &&
    parent.callee.type === "MemberExpression" &&
    parent.callee.property.type === "Identifier" &&
    KEY_METHODS.has(parent.callee.property.name)
  ) return true;
  // Elsewhere it takes a prefix of ours and a part that is computed: lists of
  // words such as `["user", "group"]` are no keys.
  return KEY_PREFIXES.has(first.value) &&
    rest.some((part) => part !== null && part.type !== "Literal");
}

export default PLUGIN;
