import assert from "node:assert/strict";
import { compareWithList } from "./corpus.ts";
import type { CorpusFile } from "./corpus_files.ts";
import type { Placed, Refusal } from "./corpus_put.ts";

function file(path: string): CorpusFile {
  const bytes = new Uint8Array();
  return { path, source: "x", suffix: ".ics", bytes, inXml: "" };
}

function refusal(path: string, status: number, condition: string): Refusal {
  return { file: file(path), status, condition };
}

const LIST = new Map(
  ["a.ics", "b.ics", "c.ics", "d.ics"].map((path) => [
    path,
    { file: path, condition: "valid-calendar-data" },
  ]),
);

Deno.test("compareWithList() is content where all is as listed", () => {
  const refused = [refusal("a.ics", 403, "valid-calendar-data")];
  assert.deepEqual(compareWithList(LIST, { placed: [], refused }), []);
});

Deno.test("compareWithList() names each difference", () => {
  const place = {
    ...{ name: "x", url: "http://127.0.0.1/x/" },
    ...{ kind: "calendar", suffix: ".ics" } as const,
  };
  const placed: Placed[] = [
    { file: file("b.ics"), place, url: "http://127.0.0.1/x/b.ics" },
    { file: file("good.ics"), place, url: "http://127.0.0.1/x/good.ics" },
  ];
  const refused = [
    refusal("new.ics", 403, "valid-calendar-data"),
    refusal("c.ics", 403, "supported-calendar-component"),
    refusal("d.ics", 500, "valid-calendar-data"),
  ];
  assert.deepEqual(compareWithList(LIST, { placed, refused }), [
    "new.ics: refused with 403 valid-calendar-data, not on the list",
    "c.ics: refused with 403 supported-calendar-component, " +
    "the list says valid-calendar-data",
    "d.ics: refused with 500 valid-calendar-data, the status must be 403",
    "b.ics: accepted, but listed",
  ]);
});
