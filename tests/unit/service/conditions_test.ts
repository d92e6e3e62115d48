import assert from "node:assert/strict";
import { evaluateConditions } from "../../../src/service/conditions.ts";
import type {
  ConditionResult,
  Conditions,
} from "../../../src/service/conditions.ts";

const HERE = { etag: '"e-1"', modified: 10_500 };
const PENDING = { etag: null, modified: 10_500 };
const COLLECTION = { etag: null, modified: null };

type Row = [
  string,
  Conditions,
  typeof HERE | typeof PENDING | typeof COLLECTION | undefined,
  ConditionResult,
];

const FAILED = "precondition-failed";

Deno.test("evaluateConditions() follows RFC 9110 section 13.2.2 for methods that change", () => {
  const rows: Row[] = [
    ["nothing sent", {}, undefined, "go"],
    ["If-Match: * here", { ifMatch: "*" }, HERE, "go"],
    ["If-Match: * nothing", { ifMatch: "*" }, undefined, FAILED],
    ["If-Match listed", { ifMatch: ['"x"', '"e-1"'] }, HERE, "go"],
    ["If-Match other", { ifMatch: ['"x"'] }, HERE, FAILED],
    ["If-Match nothing", { ifMatch: ['"e-1"'] }, undefined, FAILED],
    ["If-Match empty list", { ifMatch: [] }, HERE, FAILED],
    ["If-Match pending", { ifMatch: ['"e-1"'] }, PENDING, FAILED],
    ["If-Match: * pending", { ifMatch: "*" }, PENDING, "go"],
    ["If-Match: * collection", { ifMatch: "*" }, COLLECTION, "go"],
    ["If-None-Match: * here", { ifNoneMatch: "*" }, HERE, FAILED],
    ["If-None-Match: * nothing", { ifNoneMatch: "*" }, undefined, "go"],
    ["If-None-Match listed", { ifNoneMatch: ['"e-1"'] }, HERE, FAILED],
    ["If-None-Match other", { ifNoneMatch: ['"x"'] }, HERE, "go"],
    ["changed since", { ifUnmodifiedSince: 9_000 }, HERE, FAILED],
    ["same second", { ifUnmodifiedSince: 10_000 }, HERE, "go"],
    ["no date here", { ifUnmodifiedSince: 9_000 }, COLLECTION, "go"],
    ["no date, nothing", { ifUnmodifiedSince: 9_000 }, undefined, "go"],
    [
      "If-Match wins over the date",
      { ifMatch: ['"e-1"'], ifUnmodifiedSince: 9_000 },
      HERE,
      "go",
    ],
    ["If-Modified-Since is for GET", { ifModifiedSince: 20_000 }, HERE, "go"],
  ];
  for (const [name, conditions, target, expected] of rows) {
    assert.equal(evaluateConditions(conditions, target), expected, name);
  }
});

Deno.test("evaluateConditions() answers not-modified for safe methods", () => {
  const rows: Row[] = [
    ["listed", { ifNoneMatch: ['"e-1"'] }, HERE, "not-modified"],
    ["star", { ifNoneMatch: "*" }, HERE, "not-modified"],
    ["other", { ifNoneMatch: ['"x"'] }, HERE, "go"],
    ["not since", { ifModifiedSince: 10_000 }, HERE, "not-modified"],
    ["since", { ifModifiedSince: 9_000 }, HERE, "go"],
    ["no date", { ifModifiedSince: 9_000 }, COLLECTION, "go"],
    [
      "If-None-Match wins over the date",
      { ifNoneMatch: ['"x"'], ifModifiedSince: 20_000 },
      HERE,
      "go",
    ],
    ["If-Match still fails", { ifMatch: ['"x"'] }, HERE, FAILED],
  ];
  for (const [name, conditions, target, expected] of rows) {
    assert.equal(
      evaluateConditions(conditions, target, { safe: true }),
      expected,
      name,
    );
  }
});
