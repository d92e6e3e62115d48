import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatHref,
  isCollectionPath,
  memberHref,
  parentPath,
  parseHref,
  parseTarget,
  selfHref,
} from "../../../src/dav/paths.ts";
import type { RequestTarget } from "../../../src/dav/context.ts";
import type { ResourcePath } from "../../../src/service/problems.ts";

function target(path: string, base = ""): RequestTarget {
  const parsed = parseTarget(path, base);
  assert.ok(parsed.ok, path);
  return parsed.value;
}

const LAYOUT: [string, ResourcePath | null][] = [
  ["/", { type: "root" }],
  ["/principals/", { type: "principals", set: "all" }],
  ["/principals/users", { type: "principals", set: "users" }],
  ["/principals/groups/", { type: "principals", set: "groups" }],
  ["/principals/users/Me/", { type: "principal", set: "users", name: "me" }],
  ["/principals/groups/team", {
    type: "principal",
    set: "groups",
    name: "team",
  }],
  ["/principals/others/", null],
  ["/principals/users/me/calendar-proxy-read/", null],
  ["/calendars/", { type: "space", space: "calendars" }],
  ["/files", { type: "space", space: "files" }],
  ["/calendars/me/", {
    type: "tree",
    space: "calendars",
    user: "me",
    names: [],
  }],
  ["/addressbooks/me/a/b.vcf", {
    type: "tree",
    space: "addressbooks",
    user: "me",
    names: ["a", "b.vcf"],
  }],
  ["/files/me/a/b/c/d/", {
    type: "tree",
    space: "files",
    user: "me",
    names: ["a", "b", "c", "d"],
  }],
  ["/Calendars/me/", null],
  ["/remote.php/dav/", null],
  ["//", null],
  ["/calendars//me/", null],
  ["/calendars/me//", null],
  ["", { type: "root" }],
];

for (const [path, expected] of LAYOUT) {
  Deno.test(`parseTarget() reads the path "${path}"`, () => {
    assert.deepEqual(target(path).path, expected);
    assert.equal(target(path).raw, path);
    assert.equal(target(path).slash, path.endsWith("/"));
  });
}

Deno.test("parseTarget() splits first and decodes then", () => {
  const names = (path: string) => {
    const found = target(path).path;
    return found?.type === "tree" ? found.names : assert.fail();
  };
  assert.deepEqual(names("/files/me/a%2Fb/c%20d"), ["a/b", "c d"]);
  assert.deepEqual(names("/files/me/%40+@;&="), ["@+@;&="]);
  assert.deepEqual(names("/files/me/%C3%BC/%F0%9F%98%80"), ["ü", "\u{1f600}"]);
  assert.deepEqual(
    names("/files/me/u%CC%88"),
    ["u\u0308"],
    "names keep their form",
  );
  assert.deepEqual(names("/files/me/..."), ["..."]);
});

Deno.test("parseTarget() folds sign-in names", () => {
  for (const path of ["/files/U%CC%88@X/", "/files/%C3%9C%40x/"]) {
    assert.deepEqual(target(path).path, {
      type: "tree",
      space: "files",
      user: "ü@x",
      names: [],
    });
  }
});

Deno.test("parseTarget() refuses segments that are no names", () => {
  for (
    const path of [
      "/files/me/..",
      "/files/../x",
      "/./",
      "/files/me/%2e%2E/a",
      "/files/me/%2e",
      "/files/me/a%00b",
      "/files/me/%",
      "/files/me/%zz",
      "/files/me/%ff",
      `/files/me/${"x".repeat(256)}`,
      `/files/me/${"%C3%BC".repeat(128)}`,
      "/files/me/%ED%A0%80",
    ]
  ) {
    const parsed = parseTarget(path, "");
    assert.equal(!parsed.ok && parsed.problem.name, "bad-request", path);
  }
  assert.ok(target(`/files/me/${"%C3%BC".repeat(127)}`).path);
});

Deno.test("parseTarget() takes the base path off and knows nothing outside of it", () => {
  assert.deepEqual(target("/dav/calendars/", "/dav").path, {
    type: "space",
    space: "calendars",
  });
  assert.deepEqual(target("/dav", "/dav").path, { type: "root" });
  assert.equal(target("/dav/calendars/", "/dav").raw, "/calendars/");
  for (const path of ["/calendars/", "/davos/", "/DAV/calendars/", "/"]) {
    assert.equal(target(path, "/dav").path, null, path);
  }
});

Deno.test("parseHref() reads paths and absolute URLs", () => {
  const read = (href: string) => {
    const parsed = parseHref(href, "/dav");
    assert.ok(parsed.ok);
    const { authority, target } = parsed.value;
    return [authority, target?.path?.type ?? null];
  };
  assert.deepEqual(read(" /dav/files/me/a\n"), [null, "tree"]);
  assert.deepEqual(read("https://a.example:80/dav/files/?q#f"), [
    "a.example:80",
    "space",
  ]);
  assert.deepEqual(read("https://a.example"), ["a.example", null]);
  assert.deepEqual(read("/files/"), [null, null]);
  assert.deepEqual(read("files/"), [null, null]);
  assert.deepEqual(read("mailto:a@example.org"), [null, null]);
  assert.deepEqual(read(""), [null, null]);
  assert.equal(parseHref("/dav/..", "/dav").ok, false);
});

Deno.test("formatHref() and parseTarget() are inverse for any names", () => {
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 60 })
    .filter((one) =>
      one.isWellFormed() && one !== "." && one !== ".." && !one.includes("\0")
    );
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 4 }),
      fc.boolean(),
      (names, collection) => {
        const path: ResourcePath = {
          type: "tree",
          space: "files",
          user: "me@x y",
          names,
        };
        const href = formatHref(path, "/base", collection);
        assert.match(href, /^[\x21-\x7e]+$/);
        assert.deepEqual(target(href, "/base").path, path);
        assert.equal(href.endsWith("/"), collection);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

Deno.test("formatHref() writes every kind of path", () => {
  for (const [href, path] of LAYOUT) {
    if (path === null || path.type === "tree") continue;
    assert.deepEqual(
      target(formatHref(path, "/b", true), "/b").path,
      path,
      href,
    );
  }
  assert.equal(
    formatHref(
      {
        type: "tree",
        space: "calendars",
        user: "a@b",
        names: ["x y", "a+b.ics"],
      },
      "",
      false,
    ),
    "/calendars/a%40b/x%20y/a%2Bb.ics",
  );
});

Deno.test("memberHref() and selfHref() keep the spelling of the request", () => {
  for (const raw of ["/calendars/a@b", "/calendars/a@b/"]) {
    const asked = target(raw);
    assert.equal(selfHref(asked, "/dav", true), "/dav/calendars/a@b/");
    assert.equal(selfHref(asked, "/dav", false), "/dav/calendars/a@b");
    assert.equal(
      memberHref(asked, "/dav", { name: "x@y", collection: true }),
      "/dav/calendars/a@b/x%40y/",
    );
  }
  assert.equal(
    memberHref(target("/"), "", { name: "files", collection: false }),
    "/files",
  );
});

Deno.test("isCollectionPath() knows what can only be a collection", () => {
  const at = (path: string) =>
    isCollectionPath(target(path).path ?? assert.fail());
  assert.deepEqual(
    [
      "/",
      "/calendars/me/",
      "/calendars/me/a",
      "/calendars/me/a/b",
      "/files/me",
      "/files/me/a",
      "/principals/users/me",
    ].map(at),
    [true, true, true, false, true, false, true],
  );
});

Deno.test("parentPath() is null outside of trees and at their roots", () => {
  assert.equal(parentPath({ type: "root" }), null);
  assert.equal(
    parentPath({ type: "tree", space: "files", user: "me", names: [] }),
    null,
  );
  assert.deepEqual(
    parentPath({ type: "tree", space: "files", user: "me", names: ["a", "b"] }),
    { type: "tree", space: "files", user: "me", names: ["a"] },
  );
});
