import assert from "node:assert/strict";
import { createCredentials } from "../../../src/service/credentials.ts";

function setUp(size = 100) {
  let now = 0;
  let asked = 0;
  const credentials = createCredentials({
    clock: () => now,
    minutes: 10,
    size,
  });
  return {
    asked: () => asked,
    wait: (minutes: number) => now += minutes * 60_000,
    check: (login: string, password: string, stamp = "1", answer = true) =>
      credentials.check<boolean>({ login, stamp }, password, () => {
        asked++;
        return Promise.resolve(answer);
      }),
    credentials,
  };
}

Deno.test("check() asks once for the same credentials", async () => {
  const { check, asked } = setUp();
  await check("anna", "secret");
  await check("anna", "secret", "1", false);
  assert.equal(asked(), 1);
});

Deno.test("check() asks again for another password, account or version", async () => {
  const { check, asked } = setUp();
  await check("anna", "secret");
  assert.equal(await check("anna", "Secret", "1", false), false);
  assert.equal(await check("bert", "secret", "1", false), false);
  assert.equal(await check("anna", "secret", "2", false), false);
  assert.equal(asked(), 4);
});

Deno.test("check() forgets after its minutes, and never remembers a no", async () => {
  const { check, asked, wait } = setUp();
  await check("anna", "secret");
  wait(9);
  await check("anna", "secret");
  assert.equal(asked(), 1);
  wait(2);
  await check("anna", "secret");
  assert.equal(asked(), 2);
  await check("anna", "no", "1", false);
  await check("anna", "no", "1", false);
  assert.equal(asked(), 4);
});

Deno.test("check() keeps no more than its size, the newest", async () => {
  const { check, asked } = setUp(2);
  for (const login of ["a", "b", "c"]) await check(login, "secret");
  await check("c", "secret");
  await check("b", "secret");
  assert.equal(asked(), 3);
  await check("a", "secret");
  assert.equal(asked(), 4);
});

Deno.test("check() asks once for many that ask at the same time", async () => {
  const { credentials } = setUp();
  const answer = Promise.withResolvers<true>();
  let asked = 0;
  const ask = () =>
    credentials.check({ login: "anna", stamp: "1" }, "secret", () => {
      asked++;
      return answer.promise;
    });
  const all = Promise.all([ask(), ask(), ask()]);
  answer.resolve(true);
  assert.deepEqual(await all, [true, true, true]);
  assert.equal(asked, 1);
});

Deno.test("check() passes on a failure and asks again", async () => {
  const { credentials, check, asked } = setUp();
  const account = { login: "anna", stamp: "1" };
  await assert.rejects(
    credentials.check(account, "secret", () => Promise.reject(new Error("x"))),
    /x/,
  );
  assert.equal(await check("anna", "secret"), true);
  assert.equal(asked(), 1);
});
