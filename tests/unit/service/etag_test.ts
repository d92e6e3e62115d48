import assert from "node:assert/strict";
import {
  contentStamp,
  makeEtag,
  matchesEtag,
  namesContent,
  zonesEtag,
} from "../../../src/service/etag.ts";

Deno.test("makeEtag() is strong and quoted", () => {
  assert.equal(makeEtag("e", "01"), '"e-01"');
});

Deno.test("contentStamp() is the row's own stamp unless the value keeps an older one", () => {
  const value = { bytes: new Uint8Array() };
  assert.equal(contentStamp({ value, stamp: "02" }), "02");
  assert.equal(contentStamp({ value, stamp: null }), null);
  assert.equal(
    contentStamp({ value: { ...value, stamp: "01" }, stamp: "02" }),
    "01",
  );
});

Deno.test("matchesEtag() understands what proxies make of a tag, and nothing else", () => {
  const etag = '"e-01"';
  for (const sent of ['"e-01"', 'W/"e-01"', '"e-01-gzip"', ' "e-01" ']) {
    assert.equal(matchesEtag(sent, etag), true, sent);
  }
  for (const sent of ["e-01", '"e-02"', '"E-01"', "*", "", '"e-01-br"']) {
    assert.equal(matchesEtag(sent, etag), false, sent);
  }
});

Deno.test("namesContent() takes the tag of every form of a content, matchesEtag() of one", () => {
  const etag = '"e-01"';
  const form = zonesEtag(etag, "0123456789abcdef");
  assert.equal(form, '"e-01-tz0123456789abcdef"');
  assert.equal(matchesEtag(form, etag), false);
  assert.equal(matchesEtag(etag, form), false);
  for (const sent of [etag, form, `W/${form}`, form.replace(/"$/, '-gzip"')]) {
    assert.equal(namesContent(sent, etag), true, sent);
    assert.equal(namesContent(sent, '"e-02"'), false, sent);
  }
  assert.equal(namesContent('"e-01-tz01"', etag), false);
});
