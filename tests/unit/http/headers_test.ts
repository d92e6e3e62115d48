import assert from "node:assert/strict";
import { DavError } from "../../../src/dav/errors.ts";
import { parseTarget } from "../../../src/dav/paths.ts";
import { parseDavHeaders } from "../../../src/http/headers.ts";

function parse(headers: Record<string, string>, method = "PUT") {
  const target = parseTarget("/files/me/a%20b", "");
  assert.ok(target.ok);
  const request = new Request("http://dav.example/files/me/a%20b", {
    method,
    headers,
  });
  return parseDavHeaders(request, {
    target: target.value,
    basePath: "",
    now: Date.UTC(2026, 0, 1),
  });
}

function refusal(headers: Record<string, string>): number | string {
  try {
    return JSON.stringify(parse(headers));
  } catch (error) {
    assert.ok(error instanceof DavError);
    return error.status;
  }
}

Deno.test("parseDavHeaders() gives the defaults where nothing is said", () => {
  assert.deepEqual(parse({}), {
    depth: null,
    overwrite: true,
    destination: null,
    conditions: {},
    minimal: false,
    noRoot: false,
    zones: null,
  });
});

Deno.test("parseDavHeaders() reads Depth and Overwrite in any case", () => {
  const cases: [depth: string, expected: string, noRoot: boolean][] = [
    ["0", "0", false],
    ["1", "1", false],
    ["Infinity", "infinity", false],
    ["1,noroot", "1", true],
    [" 0 ", "0", false],
  ];
  for (const [depth, expected, noRoot] of cases) {
    const headers = parse({ depth });
    assert.deepEqual([headers.depth, headers.noRoot], [expected, noRoot]);
  }
  assert.equal(parse({ overwrite: "f" }).overwrite, false);
  assert.equal(parse({ overwrite: "T" }).overwrite, true);
  for (const depth of ["", "2", "-1", "1,1", "infinite", "0x0"]) {
    assert.equal(refusal({ depth }), 400, depth);
  }
  assert.equal(refusal({ overwrite: "TRUE" }), 400);
  assert.equal(refusal({ "caldav-timezones": "" }), 400);
});

Deno.test("parseDavHeaders() reads CalDAV-Timezones (RFC 7809 section 7.1)", () => {
  assert.equal(parse({ "caldav-timezones": "T" }).zones, true);
  assert.equal(parse({ "caldav-timezones": " f " }).zones, false);
});

Deno.test("parseDavHeaders() reads preferences as clients write them (C12)", () => {
  const cases: [headers: Record<string, string>, boolean, boolean][] = [
    [{ prefer: "return=minimal" }, true, false],
    [{ prefer: 'Return = "minimal"' }, true, false],
    [{ prefer: "return-minimal" }, true, false],
    [{ prefer: "depth-noroot, return=minimal; x=y" }, true, true],
    [{ prefer: "depth-noroot" }, false, true],
    [{ prefer: "return=representation" }, false, false],
    [{ brief: "t" }, true, false],
    [{ brief: "T" }, true, false],
    [{ brief: "f" }, false, false],
  ];
  for (const [headers, minimal, noRoot] of cases) {
    const parsed = parse(headers);
    assert.deepEqual([parsed.minimal, parsed.noRoot], [minimal, noRoot]);
  }
});

Deno.test("parseDavHeaders() reads conditions, and If-Modified-Since for safe methods only", () => {
  const date = "Thu, 01 Jan 1970 00:00:01 GMT";
  const headers = {
    "if-match": '"a", W/"b"',
    "if-none-match": "*",
    "if-modified-since": date,
    "if-unmodified-since": date,
  };
  const conditions = {
    ifMatch: ['"a"', 'W/"b"'],
    ifNoneMatch: "*",
    ifUnmodifiedSince: 1000,
  };
  assert.deepEqual(parse(headers).conditions, conditions);
  assert.deepEqual(parse(headers, "GET").conditions, {
    ...conditions,
    ifModifiedSince: 1000,
  });
  assert.deepEqual(parse({ "if-unmodified-since": "soon" }).conditions, {});
});

Deno.test("parseDavHeaders() says what the lists of the If header speak of", () => {
  const conditions = [{ not: false, type: "etag", value: '"a"' }];
  const at = (...names: string[]) => ({
    type: "tree",
    space: "files",
    user: "me",
    names,
  });
  const cases: [tag: string, on: unknown][] = [
    ["/files/me/a%20b", at("a b")],
    ["/files/me/%61%20b/", at("a b")],
    ["http://dav.example/files/me/a%20b", at("a b")],
    ["https://dav.example:443/files/me/a%20b", at("a b")],
    ["/files/me/other", at("other")],
    ["http://other.example/files/me/a%20b", null],
    ["/nowhere", null],
    ["/files/me/%FF", null],
    ["relative", null],
  ];
  for (const [tag, on] of cases) {
    const { lists } = parse({ if: `<${tag}> (["a"])` }).conditions;
    assert.deepEqual(lists, [{ on, conditions }], tag);
  }
  assert.deepEqual(parse({ "if": '(["a"])', "if-match": '"b"' }).conditions, {
    ifMatch: ['"b"'],
    lists: [{ on: at("a b"), conditions }],
  });
});

Deno.test("parseDavHeaders() refuses an If header about too many resources", () => {
  const tags = (count: number) =>
    Array.from({ length: count }, (_, n) => `</files/me/${n}> (<a:b>)`);
  assert.equal(parse({ if: tags(32).join("") }).conditions.lists?.length, 32);
  assert.throws(
    () => parse({ if: tags(33).join("") }),
    (error) => error instanceof DavError && error.condition === "bad-request",
  );
});

Deno.test("parseDavHeaders() reads Destination as path or URI of this host", () => {
  const cases: [destination: string, host: string | null, ok: boolean][] = [
    ["/files/me/x", null, true],
    ["http://dav.example/files/me/x", null, true],
    ["HTTPS://DAV.EXAMPLE:443/files/me/x", null, true],
    ["http://proxied.example/files/me/x", "proxied.example:80", true],
    ["http://proxied.example:8443/files/me/x", "proxied.example:8443", true],
  ];
  for (const [destination, host, ok] of cases) {
    const parsed = parse({ destination, ...(host !== null && { host }) });
    assert.equal(parsed.destination?.path?.type === "tree", ok, destination);
  }
  for (
    const destination of [
      "http://proxied.example/files/me/x",
      "http://dav.example:81/files/me/x",
      "//dav.example:81x/y",
    ]
  ) {
    const result = refusal({ destination });
    assert.ok(result === 502 || typeof result === "string", destination);
  }
  for (const destination of ["", "x", "/a b", "/a#b", "/\xfc", "http:"]) {
    assert.equal(refusal({ destination }), 400, destination);
  }
});

Deno.test("parseDavHeaders() shows no more than a hundred characters of a bad value", () => {
  try {
    parse({ depth: "9".repeat(5000) });
    assert.fail();
  } catch (error) {
    assert.ok(error instanceof DavError);
    assert.ok(error.message.length < 250, error.message);
  }
});
