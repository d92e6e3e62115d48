import assert from "node:assert/strict";
import type { HttpHandler } from "../../../src/http/config.ts";
import { createLogger } from "../../../src/http/log.ts";
import { startServer } from "../../../src/http/server.ts";
import { createFakeTimer } from "../../protocol/http_fixture.ts";

function start(handler: HttpHandler) {
  const timer = createFakeTimer();
  const lines: string[] = [];
  const logger = createLogger({
    level: "info",
    sink: (line) => lines.push(line),
    clock: timer.now,
  });
  const server = startServer({ handler, logger, timer, port: 0 });
  return {
    server,
    timer,
    lines,
    url: `http://${server.hostname}:${server.port}`,
  };
}

Deno.test("startServer() hands raw URLs, methods and addresses to the handler", async () => {
  const seen: string[][] = [];
  const { server, url } = start((request, info) => {
    seen.push([request.method, request.url, info.remoteAddress]);
    return Promise.resolve(
      new Response(null, { headers: { "content-length": "7" } }),
    );
  });
  const socket = await Deno.connect({
    hostname: server.hostname,
    port: server.port,
  });
  await socket.write(
    new TextEncoder().encode(
      "HEAD /a/../b%2F HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n",
    ),
  );
  const text = await new Response(socket.readable).text();
  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.match(text, /content-length: 7\r\n/i);
  const answer = await fetch(`${url}/x`, { method: "PROPFIND" });
  await answer.body?.cancel();
  assert.deepEqual(seen, [
    ["HEAD", "http://h.example/a/../b%2F", "127.0.0.1"],
    ["PROPFIND", `${url}/x`, "127.0.0.1"],
  ]);
  await server.shutdown();
  await server.finished;
});

Deno.test("shutdown() lets the present requests end and takes no new ones", async () => {
  let release = (): void => {};
  let arrived = (): void => {};
  const started = new Promise<void>((resolve) => arrived = resolve);
  const { server, url, timer } = start(() => {
    arrived();
    return new Promise((resolve) =>
      release = () => resolve(new Response("done"))
    );
  });
  const slow = fetch(url).then((response) => response.text());
  await started;
  const end = server.shutdown();
  assert.equal(server.shutdown(), end, "the same end");
  release();
  assert.equal(await slow, "done");
  await end;
  assert.equal(timer.pending(), 0);
  await assert.rejects(fetch(url));
});

Deno.test("shutdown() does not wait for ever", async () => {
  let release = (): void => {};
  let arrived = (): void => {};
  const started = new Promise<void>((resolve) => arrived = resolve);
  const { server, url, timer, lines } = start(() => {
    arrived();
    return new Promise((resolve) => release = () => resolve(new Response()));
  });
  const slow = fetch(url).then((response) => response.text());
  await started;
  const end = server.shutdown(5000);
  timer.advance(5000);
  await end;
  assert.match(lines.join(), /still running/);
  release();
  await slow;
  await server.finished;
});

Deno.test("startServer() answers 500 for what gets out of the handler, and logs it", async () => {
  const { server, url, lines } = start(() =>
    Promise.reject(new Error("broken"))
  );
  const response = await fetch(url);
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /broken/);
  assert.match(lines.join(), /broken/);
  await server.shutdown();
});
