/** The examples of RFC 6352 sections 8.6 and 8.7 over the cards in their answers. */

import assert from "node:assert/strict";
import { NS } from "../../../src/xml/names.ts";
import {
  createTestServer,
  memberAt,
  parseMultistatus,
  propText,
  put,
  XMLNS,
} from "../harness.ts";
import type { DavAnswer, TestServer } from "../harness.ts";

const BOOK = "/addressbooks/me/contacts/";
const DATA = `{${NS.carddav}}address-data`;
const ETAG = "{DAV:}getetag";
const PROPS =
  '<D:getetag/><A:address-data><A:prop name="VERSION"/><A:prop name="UID"/><A:prop name="NICKNAME"/><A:prop name="EMAIL"/><A:prop name="FN"/></A:address-data>';

interface Person {
  readonly nickname: string;
  readonly uid: string;
  readonly name: string;
  readonly email: string;
}

const CYRUS = {
  nickname: "me",
  uid: "34222-232@example.com",
  name: "Cyrus Daboo",
  email: "daboo@example.com",
};
const DAVID = { ...CYRUS, name: "David Boo" };
const OLIVER = {
  nickname: "oliver",
  uid: "34222-23222@example.com",
  name: "Oliver Daboo",
  email: "oliver@example.com",
};

/** What the examples answer of a card. */
function asked({ nickname, uid, name, email }: Person): string[] {
  return [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `NICKNAME:${nickname}`,
    `UID:${uid}`,
    `FN:${name}`,
    `EMAIL:${email}`,
    "END:VCARD",
  ];
}

async function createBook(
  people: Readonly<Record<string, Person>>,
): Promise<TestServer> {
  const server = await createTestServer();
  for (const [file, person] of Object.entries(people)) {
    const lines = asked(person);
    // the cards have more than is asked for
    lines.splice(-1, 0, "N:x;;;;", "NOTE:daboo");
    await put(server, BOOK + file, `${lines.join("\r\n")}\r\n`);
  }
  return server;
}

function report(server: TestServer, body: string): Promise<DavAnswer> {
  return server.dav("REPORT", BOOK, { headers: { depth: "1" }, body });
}

function query(
  server: TestServer,
  filter: string,
  { props = PROPS, rest = "" } = {},
): Promise<DavAnswer> {
  return report(
    server,
    `<A:addressbook-query ${XMLNS}><D:prop>${props}</D:prop>${filter}${rest}</A:addressbook-query>`,
  );
}

function match(name: string, type: string, text: string): string {
  return `<A:prop-filter name="${name}"><A:text-match collation="i;unicode-casemap" match-type="${type}">${text}</A:text-match></A:prop-filter>`;
}

function answers(answer: DavAnswer, cards: Record<string, Person>): void {
  assert.deepEqual(
    [...parseMultistatus(answer).members.keys()].sort(),
    Object.keys(cards).map((file) => BOOK + file),
  );
  for (const [file, person] of Object.entries(cards)) {
    const member = memberAt(answer, BOOK + file);
    assert.match(propText(member, ETAG), /^"[^"]+"$/);
    assert.deepEqual(
      propText(member, DATA).trimEnd().split("\r\n"),
      asked(person),
    );
  }
}

Deno.test("RFC 6352 section 8.6.3: partial retrieval of cards by NICKNAME", async () => {
  await using server = await createBook({
    "v102.vcf": CYRUS,
    "v104.vcf": OLIVER,
  });
  answers(
    await query(
      server,
      `<A:filter>${match("NICKNAME", "equals", "me")}</A:filter>`,
    ),
    { "v102.vcf": CYRUS },
  );
});

Deno.test("RFC 6352 section 8.6.4: partial retrieval of cards by name or mail address", async () => {
  const other = {
    ...OLIVER,
    uid: "3@example.com",
    name: "Ada",
    email: "ada@example.com",
  };
  await using server = await createBook({
    "v102.vcf": DAVID,
    "v104.vcf": OLIVER,
    "v106.vcf": other,
  });
  answers(
    await query(
      server,
      `<A:filter test="anyof">${match("FN", "contains", "daboo")}${
        match("EMAIL", "contains", "daboo")
      }</A:filter>`,
    ),
    { "v102.vcf": DAVID, "v104.vcf": OLIVER },
  );
});

Deno.test("RFC 6352 section 8.6.5: truncated results", async () => {
  const third = { ...CYRUS, uid: "3@example.com", name: "Anne Daboo" };
  await using server = await createBook({
    "v102.vcf": CYRUS,
    "v104.vcf": OLIVER,
    "v106.vcf": third,
  });
  const answer = await query(
    server,
    `<A:filter test="anyof">${match("FN", "contains", "daboo")}</A:filter>`,
    {
      props: "<D:getetag/>",
      rest: "<A:limit><A:nresults>2</A:nresults></A:limit>",
    },
  );
  const { members } = parseMultistatus(answer);
  assert.deepEqual([...members.keys()].sort(), [
    BOOK,
    `${BOOK}v102.vcf`,
    `${BOOK}v104.vcf`,
  ]);
  const book = memberAt(answer, BOOK);
  assert.equal(book.status, 507);
  assert.deepEqual(book.conditions, ["{DAV:}number-of-matches-within-limits"]);
});

Deno.test("RFC 6352 section 8.7.1: addressbook-multiget", async () => {
  await using server = await createBook({ "vcf102.vcf": CYRUS });
  const answer = await report(
    server,
    `<A:addressbook-multiget ${XMLNS}><D:prop>${PROPS}</D:prop><D:href>${BOOK}vcf102.vcf</D:href><D:href>${BOOK}vcf1.vcf</D:href></A:addressbook-multiget>`,
  );
  assert.equal(parseMultistatus(answer).members.size, 2);
  assert.deepEqual(
    propText(memberAt(answer, `${BOOK}vcf102.vcf`), DATA).trimEnd().split(
      "\r\n",
    ),
    asked(CYRUS),
  );
  assert.equal(memberAt(answer, `${BOOK}vcf1.vcf`).status, 404);
});

Deno.test("RFC 6352 section 8.7.2: a card of another version is given as it is", async () => {
  // The example's server refuses with 415. Section 10.4 says "if possible", and
  // DAVx5, which always asks for 4.0, would lose every card of version 3.0.
  await using server = await createBook({ "vcf3.vcf": CYRUS });
  const answer = await report(
    server,
    `<A:addressbook-multiget ${XMLNS}><D:prop><D:getetag/><A:address-data content-type="text/vcard" version="4.0"/></D:prop><D:href>${BOOK}vcf3.vcf</D:href></A:addressbook-multiget>`,
  );
  assert.match(
    propText(memberAt(answer, `${BOOK}vcf3.vcf`), DATA),
    /^VERSION:3\.0\r$/m,
  );
});
