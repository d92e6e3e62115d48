import assert from "node:assert/strict";
import { runBench } from "../../../bench/main.ts";
import { createBenchClient } from "../../../bench/client.ts";
import { measure, type Measurement } from "../../../bench/measure.ts";
import {
  benchEvent,
  happensIn,
  MONTH,
  unionOf,
} from "../../../bench/objects.ts";
import { SCENARIOS } from "../../../bench/scenarios.ts";
import { writeTable } from "../../../bench/table.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { createTestServer } from "../../protocol/harness.ts";

/** The whole server on a socket; `change` plays a server that answers wrongly. */
async function run(
  change: (request: Request, answer: Response) => Response | Promise<Response>,
): Promise<Map<string, Measurement>> {
  // fewer than the calendar holds: initial syncs are cut
  await using server = await createTestServer({ maxSyncMembers: 25 });
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const body = new Uint8Array(await request.arrayBuffer());
      const headers = Object.fromEntries(request.headers);
      const { status, headers: own, bytes } = await server.dav(
        request.method,
        pathname,
        { headers, body: body.length === 0 ? undefined : body },
      );
      const isEmpty = status === 204 || status === 304;
      const answer = new Response(
        isEmpty ? null : new Uint8Array(bytes),
        { status, headers: own },
      );
      return await change(request, answer);
    },
  );
  const found = new Map<string, Measurement>();
  try {
    await runBench({
      url: `http://127.0.0.1:${http.addr.port}/`,
      user: "me",
      password: "password of me",
      objects: [60],
      name: "test",
      seconds: 0.05,
    }, (measurement) => found.set(measurement.scenario, measurement));
  } finally {
    await http.shutdown();
  }
  return found;
}

Deno.test("the bench finds nothing wrong with this server, in any scenario", async () => {
  const found = await run((_request, answer) => answer);
  assert.deepEqual(
    [...found.keys()],
    ["import", ...SCENARIOS.map(({ name }) => name)],
  );
  for (const { scenario, requests, errors, wrong } of found.values()) {
    assert.ok(requests > 0, scenario);
    assert.equal(errors, 0, `${scenario}: ${wrong.join(", ")}`);
  }
  assert.equal(found.get("import")?.requests, 60);
});

Deno.test("the bench notices answers that lack something, or have too much", async () => {
  const found = await run(async (request, answer) => {
    if (request.method === "GET" || request.method === "DELETE") {
      return new Response(null, { status: 404 });
    }
    if (answer.status !== 207 || request.url.endsWith(":0/")) return answer;
    const text = (await answer.text())
      .replace(/<d:response>.*?event-3\.ics.*?<\/d:response>/s, "")
      .replace(/getctag/g, "other").replace(/#/g, "");
    return new Response(text, { status: 207, headers: answer.headers });
  });
  for (
    const name of [
      "get",
      "delete",
      "propfind-ctag",
      "propfind-etags",
      "query-all-etags",
      "query-all-data",
      "sync-initial",
    ]
  ) {
    const { requests = 0, errors, wrong = [] } = found.get(name) ?? {};
    assert.equal(errors, requests, `${name}: ${wrong.join(", ")}`);
  }
});

Deno.test("benchEvent() makes valid events of about 1.2 KB, one in five recurring", () => {
  const sizes: number[] = [];
  let recurring = 0;
  for (let index = 0; index < 100; index++) {
    const event = benchEvent("x", index);
    const bytes = new TextEncoder().encode(event.text(0));
    sizes.push(bytes.length);
    const checked = checkCalendarObject(bytes);
    assert.ok(checked.ok && checked.facts.uid === event.uid);
    // the facts of zoned events leave room for other zone data
    const room = 3 * 3_600_000 + 1;
    const { span } = checked.facts;
    assert.equal(span?.first, (event.spans[0]?.start ?? 0) - room);
    assert.equal(span?.last, (event.spans.at(-1)?.end ?? 0) + room);
    if (event.spans.length > 1) recurring++;
    assert.notEqual(event.text(0), event.text(1));
  }
  assert.equal(recurring, 20);
  assert.ok(Math.min(...sizes) > 1000 && Math.max(...sizes) < 1400);
});

Deno.test("unionOf() joins spans and cuts them at the range", () => {
  const range = { start: 10, end: 100 };
  const span = (start: number, end: number) => ({ start, end });
  assert.deepEqual(
    unionOf([
      span(50, 60),
      span(0, 20),
      span(20, 30),
      span(55, 120),
      span(0, 5),
    ], range),
    [span(10, 30), span(50, 100)],
  );
  assert.ok(happensIn({ ...benchEvent("x", 0), spans: [MONTH] }, MONTH));
});

Deno.test("writeTable() shows each server beside the others, and what was wrong", () => {
  const base = {
    ...{ objects: 10, scenario: "get", connections: 8, requests: 5, errors: 0 },
    ...{ wrong: [], seconds: 1, perSecond: 123.4, p50: 1, p95: 2 },
  };
  const text = writeTable({
    date: "2026-01-02T00:00:00Z",
    machine: "a machine",
    versions: ["One 1.0"],
    commit: "abc",
    notes: ["a note"],
  }, [
    { ...base, server: "bare", scenario: "ceiling-8" },
    { ...base, server: "one" },
    { ...base, server: "two", perSecond: 1.5, errors: 2, wrong: ["x", "x"] },
    { ...base, server: "one", objects: 20, scenario: "delete" },
  ]);
  assert.match(text, /^# Bench of 2026-01-02$/m);
  assert.match(text, /^\| get \| 8 \| 123 \| 1\.50 \(2 wrong\) \|$/m);
  assert.match(text, /^\| delete \| 8 \| 123 \|$/m);
  assert.match(text, /^- two, 10 objects, get: 2 answers: x$/m);
  assert.match(text, /Ceiling of the driver, 8 at once: 123.4/);
  const timed = writeTable(
    { ...{ date: "", machine: "", versions: [], commit: "" }, notes: [] },
    [{ ...base, server: "one", processorMs: 0.5 }, { ...base, server: "two" }],
  );
  assert.match(
    timed,
    /^\| scenario \| connections \| one \| ms \| two \| ms \|$/m,
  );
  assert.match(timed, /^\| get \| 8 \| 123 \| 0\.50 \| 123 \| {2}\|$/m);
});

Deno.test("measure() divides the server's processor time by its answers", async () => {
  const client = createBenchClient({ user: "x", password: "x" });
  const used = [1_000, 1_030];
  const ground = {
    ...{ url: "", events: [], etags: new Map(), revisions: new Map() },
    ...{ added: [], token: "" },
  };
  const answer = { status: 200, etag: null, text: "", ms: 1 };
  const { processorMs, requests } = await measure({
    name: "test",
    connections: 1,
    most: 4,
    next: () => ({ ask: { method: "GET", url: "" }, check: () => undefined }),
  }, {
    ...{ server: "one", ground, seconds: 10 },
    client: { ...client, send: () => Promise.resolve(answer) },
    processor: () => used.shift() ?? NaN,
  });
  client.close();
  assert.equal(requests, 4);
  assert.equal(processorMs, 7.5);
});
