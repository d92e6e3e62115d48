import assert from "node:assert/strict";
import { createThrottle } from "../../../src/service/throttle.ts";

function setUp(size?: number) {
  let now = 1_000_000;
  const clock = () => now;
  const throttle = createThrottle(
    size === undefined ? { clock } : { clock, size },
  );
  /** Fails so often; gives the seconds that the next try has to wait, 0 for none. */
  function fail(times: number, address: string, account: string): number {
    for (let n = 0; n < times; n++) {
      const attempt = throttle.attempt(address, account);
      if (typeof attempt === "number") now += attempt * 1000, n--;
    }
    return wait(address, account);
  }
  function wait(address: string, account: string): number {
    const attempt = throttle.attempt(address, account);
    if (typeof attempt === "number") return attempt;
    attempt.cancelled();
    return 0;
  }
  return {
    throttle,
    fail,
    wait,
    pass: (seconds: number) => now += seconds * 1000,
  };
}

function succeed(
  throttle: ReturnType<typeof createThrottle>,
  address: string,
  account: string,
): void {
  const attempt = throttle.attempt(address, account);
  assert.ok(typeof attempt !== "number");
  attempt.succeeded();
}

Deno.test("attempt() lets a few failures of an account pass, then waits longer and longer", () => {
  const { fail } = setUp();
  assert.equal(fail(9, "192.0.2.1", "anna"), 0);
  const waits = [1, 2, 3, 4].map(() => fail(1, "192.0.2.1", "anna"));
  assert.deepEqual(waits, [1, 2, 4, 8]);
  assert.equal(fail(8, "192.0.2.1", "anna"), 300);
});

Deno.test("attempt() counts an account over all addresses", () => {
  const { fail, wait } = setUp();
  for (let n = 0; n < 10; n++) fail(1, `192.0.2.${n}`, "anna");
  assert.equal(wait("198.51.100.1", "anna"), 1);
  assert.equal(wait("198.51.100.1", "bert"), 0);
});

Deno.test("attempt() counts an address over all accounts", () => {
  const { fail, wait } = setUp();
  for (let n = 0; n < 20; n++) fail(1, "192.0.2.1", `user${n}`);
  assert.equal(wait("192.0.2.1", "new"), 1);
  assert.equal(wait("192.0.2.2", "new"), 0);
});

Deno.test("attempt() takes a /64 of IPv6 for one address, and a mapped IPv4 address for what it is", () => {
  const { fail, wait } = setUp();
  for (let n = 0; n < 20; n++) fail(1, `2001:db8::1:${n}`, `a${n}`);
  assert.equal(wait("2001:DB8:0:0:ffff::1", "new"), 1);
  assert.equal(wait("2001:db8:0:1::1", "new"), 0);
  for (let n = 0; n < 20; n++) fail(1, `::ffff:192.0.2.1`, `b${n}`);
  assert.equal(wait("192.0.2.1", "new"), 1);
  assert.equal(wait("::ffff:192.0.2.2", "new"), 0);
  assert.equal(wait("fe80::1%eth0", "new"), 0);
});

Deno.test("attempt() counts what has not ended yet as failed", () => {
  const { throttle } = setUp();
  const open = Array.from(
    { length: 11 },
    () => throttle.attempt("192.0.2.1", "anna"),
  );
  assert.equal(typeof open[9], "object");
  assert.equal(open[10], 1);
});

Deno.test("failures are forgotten after a quarter of an hour", () => {
  const { fail, wait, pass } = setUp();
  assert.equal(fail(14, "192.0.2.1", "anna"), 16);
  pass(15 * 60);
  assert.equal(wait("192.0.2.1", "anna"), 0);
  assert.equal(fail(9, "192.0.2.1", "anna"), 0);
});

Deno.test("nobody is locked out from an address they have signed in from", () => {
  const { throttle, fail, wait, pass } = setUp();
  succeed(throttle, "192.0.2.1", "anna");
  fail(15, "198.51.100.1", "anna");
  assert.ok(wait("198.51.100.1", "anna") > 0);
  assert.equal(wait("192.0.2.1", "anna"), 0);
  // But guessing from there is slowed down too.
  assert.equal(fail(10, "192.0.2.1", "anna"), 1);
  // And trust ends.
  pass(24 * 3600);
  fail(10, "198.51.100.2", "anna");
  assert.ok(wait("192.0.2.1", "anna") > 0);
});

Deno.test("a program with an old password does not stop others behind its address", () => {
  const { throttle, fail, wait } = setUp();
  succeed(throttle, "192.0.2.1", "anna");
  fail(40, "192.0.2.1", "anna");
  assert.ok(wait("192.0.2.1", "anna") > 0);
  assert.equal(wait("192.0.2.1", "bert"), 0);
});

Deno.test("a success takes back its own count only", () => {
  const { throttle, fail, wait } = setUp();
  for (let n = 0; n < 19; n++) fail(1, "192.0.2.1", `user${n}`);
  succeed(throttle, "192.0.2.1", "anna");
  assert.equal(wait("192.0.2.1", "new"), 0);
  fail(1, "192.0.2.1", "other");
  assert.equal(wait("192.0.2.1", "new"), 1);
});

Deno.test("attempt() keeps no more than its size", () => {
  const { fail, wait } = setUp(3);
  fail(10, "192.0.2.1", "anna");
  assert.equal(wait("198.51.100.9", "anna"), 1);
  for (const account of ["b", "c", "d"]) fail(1, `198.51.100.1`, account);
  assert.equal(wait("198.51.100.9", "anna"), 0);
});
