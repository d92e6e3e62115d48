import assert from "node:assert/strict";
import { createDeployFetch } from "../../../src/cli/deploy.ts";
import type { Fetch } from "../../../src/cli/http_face.ts";
import { createKvEngine } from "../../../src/store/kv_engine.ts";
import { FAKE_HTTP } from "./fakes.ts";

interface Deployment {
  fetch: Fetch;
  environment: Record<string, string>;
  log: string[];
  opened: () => number;
}

async function deployed(
  test: (deployment: Deployment) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const environment: Record<string, string> = {};
  const log: string[] = [];
  let opened = 0;
  const { fetch, close } = createDeployFetch({
    http: FAKE_HTTP,
    environment: (name) => environment[name],
    log: (line) => log.push(line),
    openEngine: () => {
      opened++;
      return Promise.resolve(createKvEngine(kv, true));
    },
  });
  await test({ fetch, environment, log, opened: () => opened });
  await close();
  if (opened === 0) kv.close();
}

function ask(fetch: Fetch, login = "", password = ""): Promise<Response> {
  const headers = { authorization: `Basic ${btoa(`${login}:${password}`)}` };
  return fetch(new Request("https://a.example/", { headers }), "192.0.2.1");
}

Deno.test("the store is opened once, by the first request", () =>
  deployed(async ({ fetch, environment, opened }) => {
    environment["KALENDS_BASE_PATH"] = "/dav";
    assert.equal(opened(), 0);
    const all = await Promise.all([ask(fetch), ask(fetch), ask(fetch)]);
    assert.equal(opened(), 1);
    for (const response of all) {
      assert.equal((await response.json()).basePath, "/dav");
    }
  }));

Deno.test("the first account comes from the environment", () =>
  deployed(async ({ fetch, environment, log }) => {
    environment["KALENDS_USER"] = "Anna";
    environment["KALENDS_PASSWORD"] = "secret-1";
    const answer = await ask(fetch, "anna", "secret-1");
    assert.equal((await answer.json()).user, "anna");
    assert.deepEqual(log, []);
  }));

Deno.test("without a password nobody can sign in, and the log says why", () =>
  deployed(async ({ fetch, log }) => {
    assert.equal((await (await ask(fetch, "me", "x")).json()).user, null);
    assert.match(log.join("\n"), /KALENDS_PASSWORD/);
  }));

Deno.test("a fault is answered by 503 and logged, and the next request tries again", () =>
  deployed(async ({ fetch, environment, log, opened }) => {
    environment["KALENDS_LOG_LEVEL"] = "loud";
    const response = await ask(fetch);
    await response.body?.cancel();
    assert.equal(response.status, 503);
    assert.match(log.join("\n"), /KALENDS_LOG_LEVEL: expected/);
    assert.equal(opened(), 0);
    environment["KALENDS_LOG_LEVEL"] = "warn";
    assert.equal((await ask(fetch)).status, 200);
  }));
