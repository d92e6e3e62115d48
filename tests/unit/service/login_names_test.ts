import assert from "node:assert/strict";
import {
  foldLogin,
  parseEmails,
  parseLogin,
} from "../../../src/service/login_names.ts";

for (
  const [name, login] of [
    ["Anna", "anna"],
    ["ANNA@Example.ORG", "anna@example.org"],
    ["Zoe\u0308", "zo\u00eb"],
    ["O'Neil+x~y_z-1.2", "o'neil+x~y_z-1.2"],
    ["\u7528\u6237", "\u7528\u6237"],
    ["x".repeat(255), "x".repeat(255)],
  ] as const
) {
  Deno.test(`parseLogin() folds ${name.slice(0, 20)}`, () => {
    assert.deepEqual(parseLogin(name), { ok: true, value: login });
    assert.equal(foldLogin(login), login);
  });
}

for (
  const name of [
    "",
    "a b",
    "a:b",
    "a/b",
    "a%b",
    "a\\b",
    "a\0b",
    "a\nb",
    ".",
    "..",
    ".hidden",
    "\u0301a",
    "a\u200bb",
    "\u{1f600}",
    "x".repeat(256),
    "\u00eb".repeat(128),
  ]
) {
  Deno.test(`parseLogin() refuses ${JSON.stringify(name.slice(0, 20))}`, () => {
    const parsed = parseLogin(name);
    assert.ok(!parsed.ok);
    assert.equal(parsed.problem.name, "bad-request");
    assert.ok(parsed.problem.message.length < 300);
  });
}

Deno.test("parseEmails() takes mailto: off and drops doubles", () => {
  assert.deepEqual(
    parseEmails(["mailto:Anna@example.org", " anna@example.org ", "b@x"]),
    { ok: true, value: ["anna@example.org", "b@x"] },
  );
  assert.deepEqual(parseEmails([]), { ok: true, value: [] });
});

for (
  const address of [
    "",
    "anna",
    "a@b@c",
    "a b@c",
    "a@",
    "@b",
    "<a@b>",
    "a\n@b",
    `${"x".repeat(250)}@example.org`,
  ]
) {
  Deno.test(`parseEmails() refuses ${JSON.stringify(address.slice(0, 20))}`, () => {
    const parsed = parseEmails(["fine@example.org", address]);
    assert.ok(!parsed.ok);
  });
}

Deno.test("parseEmails() takes no more than 50", () => {
  const many = Array.from({ length: 51 }, (_, n) => `a${n}@example.org`);
  assert.ok(!parseEmails(many).ok);
  assert.ok(parseEmails(many.slice(1)).ok);
});
