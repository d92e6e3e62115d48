import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import {
  assertCondition,
  card,
  createTestServer,
  memberAt,
  parseMultistatus,
  propText,
  put,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const BOOK = "/addressbooks/me/contacts/";

function query(
  server: TestServer,
  path: string,
  filter: string,
  options: { rest?: string; depth?: string; props?: string } = {},
): Promise<DavAnswer> {
  const { rest = "", depth = "1", props = "<D:getetag/>" } = options;
  return server.dav("REPORT", path, {
    headers: depth === "" ? {} : { depth },
    body:
      `<A:addressbook-query ${XMLNS}><D:prop>${props}</D:prop>${filter}${rest}</A:addressbook-query>`,
  });
}

function fn(text: string, attributes = ""): string {
  return `<A:filter><A:prop-filter name="FN"><A:text-match ${attributes}>${text}</A:text-match></A:prop-filter></A:filter>`;
}

function names(answer: DavAnswer): string[] {
  return [...parseMultistatus(answer).members.keys()].map((href) =>
    href.split("/").at(-1) ?? ""
  ).sort();
}

async function people(server: TestServer): Promise<void> {
  for (const name of ["Ada", "Bob", "Zoë"]) {
    const file = name === "Zoë" ? "zoe" : name.toLowerCase();
    await put(server, `${BOOK}${file}.vcf`, card(file, name));
  }
}

Deno.test("addressbookQuery() finds cards by text, caseless in all scripts", async () => {
  await using server = await createTestServer();
  await people(server);
  assert.deepEqual(names(await query(server, BOOK, fn("ZOË"))), ["zoe.vcf"]);
  assert.deepEqual(
    names(await query(server, BOOK, fn("zoË", 'collation="i;ascii-casemap"'))),
    [],
  );
  assert.deepEqual(
    names(await query(server, BOOK, fn("a", 'negate-condition="yes"'))),
    ["bob.vcf", "zoe.vcf"],
  );
  assert.deepEqual(names(await query(server, BOOK, fn("nobody"))), []);
});

Deno.test("addressbookQuery() gives every card where nothing is filtered, with any Depth", async () => {
  await using server = await createTestServer();
  await people(server);
  for (const depth of ["", "0", "1", "infinity"]) {
    const answer = await query(server, BOOK, "<A:filter/>", { depth });
    assert.equal(names(answer).length, 3, depth);
  }
});

Deno.test("addressbookQuery() on a home looks into its books with Depth infinity", async () => {
  await using server = await createTestServer();
  await people(server);
  const hrefs = async (depth: string) => [
    ...parseMultistatus(
      await query(server, "/addressbooks/me/", fn("ada"), { depth }),
    ).members.keys(),
  ];
  assert.deepEqual(await hrefs("1"), []);
  assert.deepEqual(await hrefs("infinity"), [`${BOOK}ada.vcf`]);
});

Deno.test("addressbookQuery() answers on a card itself", async () => {
  await using server = await createTestServer();
  await people(server);
  const path = `${BOOK}ada.vcf`;
  assert.deepEqual(names(await query(server, path, fn("ada"))), ["ada.vcf"]);
  assert.deepEqual(names(await query(server, path, fn("bob"))), []);
});

Deno.test("addressbookQuery() gives the data that is asked for", async () => {
  await using server = await createTestServer();
  await people(server);
  const data = async (content: string) =>
    propText(
      memberAt(
        await query(server, BOOK, fn("ada"), {
          props: `<A:address-data>${content}</A:address-data>`,
        }),
        `${BOOK}ada.vcf`,
      ),
      `{${NS.carddav}}address-data`,
    );
  assert.equal(await data(""), card("ada", "Ada"));
  assert.equal(
    await data('<A:prop name="FN"/>'),
    "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n",
  );
});

Deno.test("addressbookQuery() limits its results and says so with 507 on the book", async () => {
  await using server = await createTestServer();
  await people(server);
  const limit = (n: string) =>
    query(server, BOOK, "<A:filter/>", {
      rest: `<A:limit><A:nresults>${n}</A:nresults></A:limit>`,
    });
  const cut = await limit("2");
  const book = memberAt(cut, BOOK);
  assert.equal(book.status, 507);
  assert.deepEqual(book.conditions, ["{DAV:}number-of-matches-within-limits"]);
  assert.equal(parseMultistatus(cut).members.size, 3, "two cards and the 507");
  const all = await limit("3");
  assert.equal(parseMultistatus(all).members.size, 3);
  assert.ok(!parseMultistatus(all).members.has(BOOK));
  assert.equal(memberAt(await limit("0"), BOOK).status, 507);
  for (const n of ["", "-1", "two"]) {
    assertCondition(await limit(n), "bad-request");
  }
});

Deno.test("addressbookQuery() cuts an answer with too much data", async () => {
  await using server = await createTestServer({ maxAnswerBytes: 150 });
  await people(server);
  const answer = await query(server, BOOK, "<A:filter/>", {
    props: "<A:address-data/>",
  });
  assert.equal(memberAt(answer, BOOK).status, 507);
  assert.ok(parseMultistatus(answer).members.size < 4);
});

Deno.test("addressbookQuery() refuses collations, data and filters that are not there", async () => {
  await using server = await createTestServer();
  assertCondition(
    await query(server, BOOK, fn("a", 'collation="i;other"')),
    "carddav:supported-collation",
  );
  assertCondition(
    await query(server, BOOK, fn("a"), {
      props: '<A:address-data content-type="text/x" version="3.0"/>',
    }),
    "carddav:supported-address-data",
  );
  assertCondition(await query(server, BOOK, ""), "bad-request");
  assertCondition(
    await query(server, "/calendars/me/home/", fn("a")),
    "dav:supported-report",
  );
});
