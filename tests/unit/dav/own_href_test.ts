import assert from "node:assert/strict";
import { isOwnAuthority, pathOfHref } from "../../../src/dav/own_href.ts";

function request(headers: Record<string, string> = {}): Request {
  return new Request("http://dav.example.org:8080/x", { headers });
}

Deno.test("isOwnAuthority() knows the names that the client may have used", () => {
  const plain = request();
  for (
    const [authority, own] of [
      ["dav.example.org:8080", true],
      ["DAV.example.org:8080", true],
      ["me:secret@dav.example.org:8080", true],
      ["dav.example.org", false],
      ["example.org:8080", false],
      ["", false],
    ] as const
  ) {
    assert.equal(isOwnAuthority(plain, authority), own, authority);
  }
  const proxied = request({ "x-forwarded-host": "a.example, cal.example:443" });
  assert.ok(isOwnAuthority(proxied, "cal.example"));
  assert.ok(isOwnAuthority(proxied, "a.example:80"));
  assert.ok(!isOwnAuthority(proxied, "b.example"));
});

Deno.test("pathOfHref() gives what an href names here, null for all else", () => {
  const scope = { request: request(), config: { basePath: "/dav" } };
  const me = { type: "principal", set: "users", name: "me" };
  for (
    const href of [
      "/dav/principals/users/me/",
      "/dav/principals/users/%4De",
      " http://dav.example.org:8080/dav/principals/users/me/ ",
    ]
  ) {
    assert.deepEqual(pathOfHref(href, scope), me, href);
  }
  for (
    const href of [
      "/principals/users/me/",
      "http://other.example/dav/principals/users/me/",
      "mailto:me@example.org",
      "/dav/%zz",
      "/dav/principals/roles/me/",
      "",
    ]
  ) {
    assert.equal(pathOfHref(href, scope), null, href);
  }
});
