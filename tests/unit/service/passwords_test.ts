import assert from "node:assert/strict";
import { createPasswords } from "../../../src/service/passwords.ts";

for (const prefer of ["argon2id", "scrypt"] as const) {
  Deno.test(`hash() makes a PHC string that verify() knows (${prefer})`, async () => {
    const passwords = createPasswords({ prefer });
    const phc = await passwords.hash("correct horse");
    assert.ok(phc.startsWith(`$${prefer}$`), phc);
    assert.ok(!phc.includes("==") && !phc.endsWith("="), phc);
    assert.equal(await passwords.verify("correct horse", phc), true);
    assert.equal(await passwords.verify("correct horsE", phc), false);
    assert.notEqual(await passwords.hash("correct horse"), phc);
  });
}

Deno.test("verify() knows both kinds whatever is preferred", async () => {
  const [a, b] = [
    createPasswords({ prefer: "scrypt" }),
    createPasswords({ prefer: "argon2id" }),
  ];
  assert.equal(await a.verify("x", await b.hash("x")), true);
  assert.equal(await b.verify("x", await a.hash("x")), true);
});

Deno.test("verify() takes a password however it was composed", async () => {
  const passwords = createPasswords();
  const phc = await passwords.hash("Zo\u00eb");
  assert.equal(await passwords.verify("Zoe\u0308", phc), true);
  assert.equal(await passwords.verify("Zoe", phc), false);
});

Deno.test("verify() knows the vectors of others", async () => {
  const passwords = createPasswords();
  // RFC 7914 section 12, third vector: shorter keys are its beginning.
  assert.equal(
    await passwords.verify(
      "pleaseletmein",
      `$scrypt$ln=14,r=8,p=1$${btoa("SodiumChloride").replace(/=+$/, "")}$${
        new Uint8Array([
          0x70,
          0x23,
          0xbd,
          0xcb,
          0x3a,
          0xfd,
          0x73,
          0x48,
          0x46,
          0x1c,
          0x06,
          0xcd,
          0x81,
          0xfd,
          0x38,
          0xeb,
          0xfd,
          0xa8,
          0xfb,
          0xba,
          0x90,
          0x4f,
          0x8e,
          0x3e,
          0xa9,
          0xb5,
          0x43,
          0xf6,
          0x54,
          0x5d,
          0xa1,
          0xf2,
        ]).toBase64({ omitPadding: true })
      }`,
    ),
    true,
  );
});

Deno.test("verify() answers false for what is no hash of ours, and for too much work", async () => {
  const passwords = createPasswords();
  const salt = "AAAAAAAAAAAAAAAAAAAAAA";
  const hash = "A".repeat(43);
  for (
    const phc of [
      "",
      "secret",
      `$argon2i$v=19$m=8,t=1,p=1$${salt}$${hash}`,
      `$argon2id$v=19$m=9999999,t=2,p=1$${salt}$${hash}`,
      `$argon2id$v=19$m=8,t=1,p=1$${salt}$AAAA`,
      `$argon2id$v=19$m=8,t=1,p=1$${salt}$${hash}A`,
      `$scrypt$ln=40,r=8,p=1$${salt}$${hash}`,
      `$2b$10$${salt}`,
    ]
  ) assert.equal(await passwords.verify("secret", phc), false, phc);
  const long = "x".repeat(1025);
  assert.equal(
    await passwords.verify(long, await passwords.hash(long)),
    false,
  );
});

Deno.test("verify() does a few at once and refuses more than may wait", async () => {
  const passwords = createPasswords({ parallel: 1, waiting: 1 });
  const phc = await passwords.hash("secret");
  const all = await Promise.allSettled([
    passwords.verify("secret", phc),
    passwords.verify("other", phc),
    passwords.verify("third", phc),
  ]);
  assert.deepEqual(
    all.map((it) => it.status === "fulfilled" ? it.value : it.reason.name),
    [true, false, "StoreBusy"],
  );
  // The one that was refused holds no place.
  assert.equal(await passwords.verify("secret", phc), true);
});
