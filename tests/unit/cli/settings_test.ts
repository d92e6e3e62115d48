import assert from "node:assert/strict";
import { readSettings } from "../../../src/cli/read_settings.ts";
import type { SettingSources } from "../../../src/cli/read_settings.ts";
import {
  settingKey,
  SETTINGS,
  settingVariable,
} from "../../../src/cli/settings.ts";
import { defaultSettings } from "./fakes.ts";

function read(
  sources: {
    flags?: Record<string, string>;
    environment?: Record<string, string>;
    file?: unknown;
  },
  serving = true,
): ReturnType<typeof readSettings> {
  const file: SettingSources["file"] = sources.file === undefined
    ? undefined
    : {
      path: "kalends.json",
      text: typeof sources.file === "string"
        ? sources.file
        : JSON.stringify(sources.file),
    };
  return readSettings({
    flags: new Map(Object.entries(sources.flags ?? {})),
    environment: (name) => sources.environment?.[name],
    file,
  }, { serving });
}

function faults(...args: Parameters<typeof read>): readonly string[] {
  const result = read(...args);
  assert.ok(!result.ok);
  return result.faults;
}

Deno.test("names of settings are spelled alike everywhere", () => {
  assert.equal(settingKey("maxResourceSize"), "max-resource-size");
  assert.equal(settingVariable("maxResourceSize"), "KALENDS_MAX_RESOURCE_SIZE");
});

Deno.test("readSettings() without sources gives the defaults", () => {
  assert.deepEqual(read({}), { ok: true, settings: defaultSettings() });
  assert.equal(SETTINGS.listen.default.port, 5232);
});

Deno.test("flags win over the environment, and that over the file", () => {
  const file = { "data": "file", "user": "file", "log-level": "debug" };
  const environment = { KALENDS_DATA: "env", KALENDS_USER: "env" };
  const result = read({ flags: { data: "flag" }, environment, file });
  assert.deepEqual(result, {
    ok: true,
    settings: defaultSettings({ data: "flag", user: "env", logLevel: "debug" }),
  });
});

Deno.test("an empty variable sets nothing", () => {
  const result = read({ environment: { KALENDS_LISTEN: "" } });
  assert.deepEqual(result, { ok: true, settings: defaultSettings() });
});

for (
  const [name, text, value] of [
    ["listen", "0.0.0.0:80", { hostname: "0.0.0.0", port: 80 }],
    ["listen", "[::1]:5232", { hostname: "::1", port: 5232 }],
    ["listen", "localhost:0", { hostname: "localhost", port: 0 }],
    ["basePath", "/dav/", "/dav"],
    ["basePath", "/", ""],
    ["basePath", "/a/b-c", "/a/b-c"],
    ["trustProxy", "Yes", true],
    ["trustProxy", "off", false],
    ["maxResourceSize", "2048", 2048],
    ["maxResourceSize", "1 KiB", 1024],
    ["maxResourceSize", "20MB", 20_000_000],
    ["bodyTimeout", "5", 5],
    ["corsOrigins", "https://a.example, http://localhost:3000", [
      "https://a.example",
      "http://localhost:3000",
    ]],
    ["corsOrigins", "*", ["*"]],
    ["logLevel", "warn", "warn"],
    ["timezone", " europe/berlin", "Europe/Berlin"],
    ["timezone", "US/Eastern", "America/New_York"],
    ["passwordFile", "secret", "secret"],
  ] as const
) {
  Deno.test(`${name} takes ${text}`, () => {
    const result = read({ flags: { [name]: text } });
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.settings[name], value);
  });
}

for (
  const [name, text] of [
    ["data", " "],
    ["listen", "5232"],
    ["listen", ":5232"],
    ["listen", "localhost"],
    ["listen", "localhost:65536"],
    ["listen", "::1:5232"],
    ["listen", "http://localhost:5232"],
    ["basePath", "dav"],
    ["basePath", "/a//b"],
    ["basePath", "/a/../b"],
    ["basePath", "/a b"],
    ["trustProxy", "maybe"],
    ["maxResourceSize", "10 apples"],
    ["maxResourceSize", "0"],
    ["maxResourceSize", "1TiB"],
    ["maxResourceSize", "2GiB"],
    ["bodyTimeout", "0"],
    ["bodyTimeout", "1.5"],
    ["corsOrigins", "example.org"],
    ["corsOrigins", "https://example.org/path"],
    ["logLevel", "loud"],
    ["timezone", "Mars/Base"],
  ] as const
) {
  Deno.test(`${name} refuses ${JSON.stringify(text)}`, () => {
    const [fault, ...more] = faults({ flags: { [name]: text } });
    assert.deepEqual(more, []);
    assert.ok(fault?.startsWith(`--${settingKey(name)}: expected `), fault);
    assert.ok(fault?.includes(JSON.stringify(text)), fault);
  });
}

Deno.test("readSettings() names all faults at once, each with its place", () => {
  const found = faults({
    flags: { listen: "x" },
    environment: { KALENDS_LOG_LEVEL: "loud", KALENDS_TLS_CERT: "a.pem" },
    file: { "base-path": 5, "data": null, "colour": "red" },
  });
  assert.deepEqual(found.map((fault) => fault.split(": ").slice(0, -1)), [
    ["kalends.json", "data"],
    ["kalends.json", "colour"],
    ["--listen"],
    ["kalends.json", "base-path"],
    ["KALENDS_LOG_LEVEL"],
    ["tls-cert and tls-key"],
  ]);
});

Deno.test("readSettings() takes numbers, switches and lists from the file", () => {
  const file = {
    "body-timeout": 7,
    "trust-proxy": true,
    "cors-origins": ["https://a.example", "https://b.example"],
  };
  assert.deepEqual(read({ file }), {
    ok: true,
    settings: defaultSettings({
      bodyTimeout: 7,
      trustProxy: true,
      corsOrigins: ["https://a.example", "https://b.example"],
    }),
  });
});

for (
  const [name, file] of [
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["a nested value", { data: { path: "x" } }],
    ["a list of numbers", { "cors-origins": [1] }],
    ["a password", { password: "secret-1" }],
  ] as const
) {
  Deno.test(`readSettings() refuses a file with ${name}`, () => {
    assert.equal(faults({ file }).length, 1);
  });
}

Deno.test("no fault shows a password", () => {
  const environment = { KALENDS_PASSWORD: " " };
  assert.deepEqual(faults({ environment }), [
    "KALENDS_PASSWORD: expected some text",
  ]);
  const both = { KALENDS_PASSWORD: "secret-1", KALENDS_PASSWORD_FILE: "f" };
  assert.equal(faults({ environment: both }).join().includes("secret"), false);
});

Deno.test("faults in settings of the server do not stop other commands", () => {
  const environment = { KALENDS_LISTEN: "x", KALENDS_DATA: "d" };
  assert.deepEqual(read({ environment }, false), {
    ok: true,
    settings: defaultSettings({ data: "d" }),
  });
});
