import assert from "node:assert/strict";
import { formatChallenge, parseBasic } from "../../../src/http/auth.ts";
import { clientAddress } from "../../../src/http/forwarded.ts";
import { createGate, isLoopback } from "../../../src/http/gate.ts";
import { createLogger } from "../../../src/http/log.ts";
import { SYSTEM_TIMER } from "../../../src/http/timer.ts";
import { rawPath, urlLength } from "../../../src/http/url.ts";

Deno.test("parseBasic() reads the example of RFC 7617", () => {
  assert.deepEqual(parseBasic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), {
    login: "Aladdin",
    password: "open sesame",
  });
  assert.deepEqual(parseBasic("bAsIc dGVzdDoxMjPCow=="), {
    login: "test",
    password: "123£",
  });
});

Deno.test("parseBasic() gives undefined for what is no credential", () => {
  const values = [
    "",
    "Basic",
    "Basic ",
    "Basic a",
    "Basic YQ==",
    "Basic YTpi x",
  ];
  for (const value of values) assert.equal(parseBasic(value), undefined, value);
});

Deno.test("formatChallenge() quotes the realm", () => {
  assert.equal(
    formatChallenge('My "ü\\" place'),
    'Basic realm="My \\"?\\\\\\" place", charset="UTF-8"',
  );
});

Deno.test("clientAddress() believes the last address of a trusted proxy only", () => {
  const cases: [value: string | null, trust: boolean, expected: string][] = [
    [null, true, "10.0.0.1"],
    ["198.51.100.1", false, "10.0.0.1"],
    ["198.51.100.1", true, "198.51.100.1"],
    ["203.0.113.1, 198.51.100.1", true, "198.51.100.1"],
    ["198.51.100.1:4711", true, "198.51.100.1"],
    ["[2001:DB8::1]:4711", true, "2001:db8::1"],
    ["2001:db8::1", true, "2001:db8::1"],
    ["unknown", true, "10.0.0.1"],
    ["", true, "10.0.0.1"],
    ["x".repeat(100), true, "10.0.0.1"],
  ];
  for (const [value, trustProxy, expected] of cases) {
    const headers = new Headers(
      value === null ? {} : { "x-forwarded-for": value },
    );
    const address = clientAddress(headers, "10.0.0.1", { trustProxy });
    assert.equal(address, expected, `${value}`);
  }
});

Deno.test("createGate() counts in all and by address, and gives slots back once", () => {
  const gate = createGate({ maxRequests: 3, maxRequestsPerAddress: 2 });
  const first = gate.enter("a");
  const second = gate.enter("a");
  assert.ok(first && second);
  assert.equal(gate.enter("a"), null, "by address");
  const third = gate.enter("b");
  assert.ok(third);
  assert.equal(gate.enter("c"), null, "in all");
  first();
  first();
  assert.ok(gate.enter("c"));
  assert.equal(gate.enter("a"), null, "given back once");
});

Deno.test("createGate() does not count what comes from this machine by address", () => {
  const gate = createGate({ maxRequests: 10, maxRequestsPerAddress: 1 });
  for (const address of ["127.0.0.1", "127.0.0.1", "::1", "::1", "", ""]) {
    assert.ok(gate.enter(address), address);
  }
  assert.ok(isLoopback("::ffff:127.0.0.1"));
  assert.ok(!isLoopback("1127.0.0.1"));
});

Deno.test("createLogger() writes one line of JSON, from its level on", () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: "warn",
    sink: (line) => lines.push(line),
    clock: () => 0,
  });
  logger.log("info", "not me");
  logger.log("error", "two\nlines", { path: "a\nb", count: 1 });
  logger.log("warn", "plain");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [
    {
      time: "1970-01-01T00:00:00.000Z",
      level: "error",
      message: "two\nlines",
      path: "a\nb",
      count: 1,
    },
    { time: "1970-01-01T00:00:00.000Z", level: "warn", message: "plain" },
  ]);
  assert.ok(lines.every((line) => !line.includes("\n")));
});

Deno.test("rawPath() takes the path as it is", () => {
  const cases: [url: string, path: string | undefined][] = [
    ["http://h/a/../b?x#", undefined],
    ["http://h/a/../b?x=/y", "/a/../b"],
    ["http://h:1//a%2F", "//a%2F"],
    ["http://h", "/"],
    ["http://h?x", "/"],
    ["http+unix://localhost/a", "/a"],
  ];
  for (const [url, path] of cases) assert.equal(rawPath(url), path, url);
  assert.equal(urlLength("http://host/abc?de"), 7);
});

Deno.test("SYSTEM_TIMER rings, unless it is told not to", async () => {
  let rung = 0;
  const cancel = SYSTEM_TIMER.after(0, () => rung += 10);
  cancel();
  await new Promise<void>((resolve) => SYSTEM_TIMER.after(0, resolve));
  assert.equal(rung, 0);
  assert.ok(SYSTEM_TIMER.now() > Date.UTC(2020, 0, 1));
});
