import assert from "node:assert/strict";
import { CONDITIONS, formatStatus } from "../../../src/dav/conditions.ts";
import type { ConditionKey } from "../../../src/dav/conditions.ts";
import {
  DavError,
  errorResponse,
  problemError,
  xmlError,
} from "../../../src/dav/errors.ts";
import { childElements, clarkName, textOf } from "../../../src/xml/names.ts";
import { parseXml, XmlError } from "../../../src/xml/parse.ts";

const KEYS = Object.keys(CONDITIONS) as ConditionKey[];

async function conditionOf(error: DavError) {
  const root = parseXml(await errorResponse(error).text());
  assert.equal(clarkName(root.ns, root.name), "{DAV:}error");
  const [condition] = childElements(root);
  return condition ?? assert.fail("empty error");
}

Deno.test("CONDITIONS has a status line for every status", () => {
  for (const key of KEYS) {
    assert.match(
      formatStatus(CONDITIONS[key].status),
      /^HTTP\/1\.1 \d{3} [A-Z][A-Za-z ]+$/,
      key,
    );
    assert.doesNotMatch(formatStatus(CONDITIONS[key].status), /Unknown/, key);
  }
  assert.equal(formatStatus(200), "HTTP/1.1 200 OK");
});

Deno.test("CONDITIONS answers 403 for what a request must hold, and 412 for failed headers only", () => {
  for (const key of KEYS) {
    const { status } = CONDITIONS[key];
    if (
      /:(valid|supported|max|min)-|need-privileges|no-uid-conflict|resource-must-be-null/
        .test(key)
    ) {
      assert.equal(status, 403, key);
    }
    assert.equal(status === 412, key === "precondition-failed", key);
  }
});

Deno.test("CONDITIONS names each element by its key", () => {
  for (const key of KEYS) {
    const { element } = CONDITIONS[key];
    assert.equal(
      element?.[1] ?? null,
      key.includes(":") ? key.split(":")[1] : null,
    );
  }
});

Deno.test("errorResponse() puts the condition first, never an empty error", async () => {
  for (const key of KEYS) {
    const error = new DavError(key, "Why <&>\u0001");
    const response = errorResponse(error);
    assert.equal(response.status, CONDITIONS[key].status);
    if (CONDITIONS[key].element === null) {
      assert.doesNotMatch(response.headers.get("content-type") ?? "", /xml/);
      continue;
    }
    assert.equal(
      response.headers.get("content-type"),
      "application/xml; charset=utf-8",
    );
    assert.equal((await conditionOf(error)).name, key.split(":")[1]);
    const message =
      childElements(parseXml(await errorResponse(error).text()))[1];
    assert.equal(message && textOf(message), "Why <&>");
  }
});

Deno.test("errorResponse() has no body for 304 and keeps headers", async () => {
  const response = errorResponse(
    new DavError("not-modified", "Same", { headers: { etag: '"a"' } }),
  );
  assert.equal(response.status, 304);
  assert.equal(response.headers.get("etag"), '"a"');
  assert.equal(await response.text(), "");
});

Deno.test("errorResponse() names the resource and the privilege in need-privileges", async () => {
  const condition = await conditionOf(
    new DavError("dav:need-privileges", "No", {
      hrefs: ["/a/"],
      privilege: "caldav:read-free-busy",
    }),
  );
  const [resource] = childElements(condition);
  assert.deepEqual(resource && childElements(resource).map((one) => one.name), [
    "href",
    "privilege",
  ]);
  const [, privilege] = resource ? childElements(resource) : [];
  assert.deepEqual(
    privilege &&
      childElements(privilege).map((one) => clarkName(one.ns, one.name)),
    ["{urn:ietf:params:xml:ns:caldav}read-free-busy"],
  );
});

Deno.test("problemError() names the other resource of a UID conflict", async () => {
  const error = problemError({
    name: "caldav:no-uid-conflict",
    message: "Taken",
    path: {
      type: "tree",
      space: "calendars",
      user: "me",
      names: ["home", "a b.ics"],
    },
  }, { basePath: "/dav" });
  const [href] = childElements(await conditionOf(error));
  assert.equal(href && textOf(href), "/dav/calendars/me/home/a%20b.ics");
  assert.equal(
    problemError({ name: "not-found", message: "No" }, { basePath: "" }).status,
    404,
  );
});

Deno.test("xmlError() says what is wrong with a body and leaves other errors alone", () => {
  const key = (fault: XmlError["fault"]) => {
    const error = xmlError(new XmlError(fault, "x"));
    return error instanceof DavError ? error.condition : assert.fail();
  };
  assert.equal(key("malformed"), "bad-request");
  assert.equal(key("doctype"), "bad-request");
  assert.equal(key("entity"), "dav:no-external-entities");
  assert.equal(key("limit"), "too-large");
  assert.equal(key("charset"), "unsupported-media-type");
  const other = new TypeError("x");
  assert.equal(xmlError(other), other);
});
