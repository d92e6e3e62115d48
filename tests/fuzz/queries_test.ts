/**
 * Random filters over random calendars and cards, against a matcher written
 * apart from the server's: the answers of both must be the same.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeText } from "../../src/xml/write.ts";
import {
  createTestServer,
  parseMultistatus,
  put,
  XMLNS,
} from "../protocol/harness.ts";
import type { TestServer } from "../protocol/harness.ts";
import {
  lineOf,
  OBJECT,
  textOf,
  type TextProperty,
  WORDS,
} from "./calendar_model.ts";
import {
  COMP,
  compXml,
  type ModelParamFilter,
  type ModelText,
  paramXml,
  TEXT,
  textXml,
} from "./filter_model.ts";
import { fits, hasParam, slowlyMatches } from "./slow_matcher.ts";

/** More of them, and others, by hand: `KALENDS_FUZZ_RUNS` and `KALENDS_FUZZ_SEED`. */
const RUNS = Number(Deno.env.get("KALENDS_FUZZ_RUNS") ?? 60);
const SEED = Number(Deno.env.get("KALENDS_FUZZ_SEED") ?? 4791);

/** Names of the objects that a report gives, without their extension. */
async function answered(
  server: TestServer,
  path: string,
  body: string,
): Promise<string[]> {
  const answer = await server.dav("REPORT", path, {
    headers: { depth: "1" },
    body,
  });
  return [...parseMultistatus(answer).members.keys()]
    .map((href) => href.slice(path.length).replace(/\.\w+$/, "")).sort();
}

Deno.test("calendar-query gives what a slow matcher gives", async () => {
  await using server = await createTestServer();
  let calendars = 0;
  let matches = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(OBJECT, { minLength: 8, maxLength: 12 }),
      fc.array(
        fc.oneof(
          { arbitrary: fc.array(COMP, { maxLength: 2 }), weight: 1 },
          { arbitrary: COMP.map((one) => [one]), weight: 6 },
        ),
        { minLength: 60, maxLength: 60, size: "max" },
      ),
      async (objects, filters) => {
        const path = `/calendars/me/fuzz${calendars++}/`;
        await server.dav("MKCALENDAR", path);
        for (const [n, object] of objects.entries()) {
          await put(server, `${path}${n}.ics`, textOf(object, `uid-${n}`));
        }
        for (const filter of filters) {
          const xml = filter.map(compXml).join("");
          const expected = objects.flatMap((object, n) =>
            slowlyMatches(object, filter) ? [String(n)] : []
          ).sort();
          matches += expected.length;
          assert.deepEqual(
            await answered(
              server,
              path,
              `<C:calendar-query ${XMLNS}><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR">${xml}</C:comp-filter></C:filter></C:calendar-query>`,
            ),
            expected,
            `${xml}\n${objects.map((one, n) => textOf(one, `${n}`)).join("")}`,
          );
        }
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  assert.ok(matches > 500, `only ${matches} matches: the filters are too odd`);
});

interface CardLine extends TextProperty {
  readonly group?: string;
}

interface CardTest {
  readonly name: string;
  readonly absent: boolean;
  readonly test: string;
  readonly texts: readonly ModelText[];
  readonly params: readonly ModelParamFilter[];
}

const TESTS = fc.constantFrom("anyof", "allof");

const CARD: fc.Arbitrary<CardLine[]> = fc.array(
  fc.record({
    name: fc.constantFrom("NOTE", "TEL", "X-OWN", "NICKNAME"),
    group: fc.option(fc.constantFrom("item1", "Item2"), { nil: undefined }),
    params: fc.array(
      fc.tuple(
        fc.constant("TYPE"),
        fc.array(fc.constantFrom("HOME", "Work", "\u00e4"), {
          minLength: 1,
          maxLength: 2,
        }),
      ),
      { maxLength: 1 },
    ),
    text: WORDS,
  }).map(({ group, ...line }) =>
    group === undefined ? line : { ...line, group }
  ),
  { maxLength: 4 },
);

const CARD_TEXT: fc.Arbitrary<ModelText> = fc.tuple(
  TEXT,
  fc.constantFrom("equals", "contains", "starts-with", "ends-with"),
).map(([text, type]) => ({
  collation: "i;unicode-casemap",
  ...text,
  type,
}));

const CARD_TEST: fc.Arbitrary<CardTest> = fc.record({
  name: fc.constantFrom("NOTE", "tel", "item1.TEL", "ITEM2.note", "X-OWN"),
  absent: fc.constantFrom(false, false, true),
  test: TESTS,
  texts: fc.oneof(
    CARD_TEXT.map((one) => [one]),
    fc.array(CARD_TEXT, { maxLength: 2 }),
  ),
  params: fc.array(
    fc.record({
      name: fc.constantFrom("type", "PREF"),
      test: fc.oneof(
        fc.constantFrom("defined" as const, "undefined" as const),
        CARD_TEXT,
      ),
    }),
    { maxLength: 1 },
  ),
});

function cardTestXml({ name, absent, test, texts, params }: CardTest): string {
  const inner = absent
    ? "<A:is-not-defined/>"
    : texts.map((one) => textXml("A", one)).join("") +
      params.map((one) => paramXml("A", one)).join("");
  return `<A:prop-filter name="${
    escapeText(name)
  }" test="${test}">${inner}</A:prop-filter>`;
}

function cardHolds(card: readonly CardLine[], wanted: CardTest): boolean {
  const [first = "", second] = wanted.name.toUpperCase().split(".");
  const own = card.filter((line) =>
    second === undefined
      ? line.name === first
      : line.name === second && line.group?.toUpperCase() === first
  );
  if (wanted.absent) return own.length === 0;
  for (const line of own) {
    const results = [
      ...wanted.texts.map((one) => fits([line.text], one)),
      ...wanted.params.map((one) => hasParam(line, one)),
    ];
    const yes = results.filter((one) => one).length;
    if (results.length === 0) return true;
    if (wanted.test === "anyof" ? yes > 0 : yes === results.length) return true;
  }
  return false;
}

Deno.test("addressbook-query gives what a slow matcher gives", async () => {
  await using server = await createTestServer();
  let books = 0;
  let matches = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(CARD, { minLength: 8, maxLength: 12 }),
      fc.array(
        fc.tuple(
          TESTS,
          fc.oneof(
            fc.array(CARD_TEST, { maxLength: 3 }),
            CARD_TEST.map((one) => [one]),
          ),
        ),
        { minLength: 60, maxLength: 60, size: "max" },
      ),
      async (cards, filters) => {
        const path = `/addressbooks/me/fuzz${books++}/`;
        const made = await server.dav("MKCOL", path, {
          body:
            `<D:mkcol ${XMLNS}><D:set><D:prop><D:resourcetype><D:collection/><A:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>`,
        });
        assert.equal(made.status, 201);
        for (const [n, card] of cards.entries()) {
          const lines = card.map((line) =>
            (line.group === undefined ? "" : `${line.group}.`) + lineOf(line)
          );
          const text = [
            "BEGIN:VCARD",
            "VERSION:4.0",
            `UID:${n}`,
            "FN:x",
            ...lines,
            "END:VCARD",
            "",
          ].join("\r\n");
          await put(server, `${path}${n}.vcf`, text);
        }
        for (const [test, tests] of filters) {
          const xml = tests.map(cardTestXml).join("");
          const expected = cards.flatMap((card, n) => {
            const results = tests.map((one) => cardHolds(card, one));
            const yes = results.filter((one) => one).length;
            const all = results.length === 0 ||
              (test === "anyof" ? yes > 0 : yes === results.length);
            return all ? [String(n)] : [];
          }).sort();
          matches += expected.length;
          assert.deepEqual(
            await answered(
              server,
              path,
              `<A:addressbook-query ${XMLNS}><D:prop><D:getetag/></D:prop><A:filter test="${test}">${xml}</A:filter></A:addressbook-query>`,
            ),
            expected,
            `${test} ${xml}\n${JSON.stringify(cards)}`,
          );
        }
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  assert.ok(matches > 500, `only ${matches} matches: the filters are too odd`);
});
