import assert from "node:assert/strict";
import {
  boundDownload,
  isLarge,
  LARGE_ANSWER,
} from "../../../src/http/download.ts";
import { createFakeTimer } from "../../protocol/http_fixture.ts";

function answer(bytes: Uint8Array<ArrayBuffer>): Response {
  const headers = { "content-length": String(bytes.length), "etag": '"x"' };
  return new Response(bytes, { status: 206, headers });
}

function setUp(response: Response) {
  const timer = createFakeTimer();
  let finished = 0;
  const bound = boundDownload(response, {
    timer,
    milliseconds: 1000,
    finished: () => finished++,
  });
  return { bound, timer, finished: () => finished };
}

Deno.test("isLarge() goes by Content-Length", () => {
  assert.equal(isLarge(answer(new Uint8Array(LARGE_ANSWER))), true);
  assert.equal(isLarge(answer(new Uint8Array(LARGE_ANSWER - 1))), false);
  assert.equal(isLarge(new Response("x")), false);
});

Deno.test("boundDownload() passes everything on in small pieces", async () => {
  const bytes = new Uint8Array(300_000).map((_, at) => at % 256);
  const { bound, timer, finished } = setUp(answer(bytes));
  assert.equal(bound.status, 206);
  assert.equal(bound.headers.get("etag"), '"x"');
  assert.ok(bound.body);
  const pieces = await Array.fromAsync(bound.body);
  assert.ok(pieces.every((piece) => piece.length <= 65_536));
  assert.deepEqual(await new Blob(pieces).bytes(), bytes);
  assert.equal(finished(), 1);
  assert.equal(timer.pending(), 0);
});

Deno.test("boundDownload() breaks off when nobody fetches, and never ends as if complete", async () => {
  const { bound, timer, finished } = setUp(answer(new Uint8Array(300_000)));
  const reader = bound.body?.getReader();
  await reader?.read();
  timer.advance(1000);
  await assert.rejects(async () => await reader?.read(), /not fetched in time/);
  assert.equal(finished(), 1);
});

Deno.test("boundDownload() finishes when the reader goes away", async () => {
  const { bound, timer, finished } = setUp(answer(new Uint8Array(300_000)));
  await bound.body?.cancel();
  assert.equal(finished(), 1);
  assert.equal(timer.pending(), 0);
});

Deno.test("boundDownload() passes on an answer without body", () => {
  const { bound, finished } = setUp(new Response(null, { status: 204 }));
  assert.equal(bound.status, 204);
  assert.equal(finished(), 1);
});
