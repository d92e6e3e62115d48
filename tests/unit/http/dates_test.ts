import assert from "node:assert/strict";
import { formatHttpDate, parseHttpDate } from "../../../src/http/dates.ts";

const NOW = Date.UTC(2026, 0, 1);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

Deno.test("parseHttpDate() reads the three forms of RFC 9110", () => {
  for (
    const text of [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
      " Sun, 06 Nov 1994 08:49:37 GMT ",
    ]
  ) assert.equal(parseHttpDate(text, NOW), EXAMPLE, text);
  assert.equal(
    parseHttpDate("Fri, 31 Dec 2027 23:59:60 GMT", NOW),
    Date.UTC(2028, 0, 1),
  );
  assert.equal(
    parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", NOW),
    Date.UTC(2024, 1, 29),
  );
});

Deno.test("parseHttpDate() takes a year more than 50 years ahead for the last century", () => {
  const year = (text: string) =>
    new Date(parseHttpDate(`Sunday, 06-Nov-${text} 08:49:37 GMT`, NOW) ?? 0)
      .getUTCFullYear();
  assert.deepEqual(["76", "77", "26", "00"].map(year), [
    2076,
    1977,
    2026,
    2000,
  ]);
});

Deno.test("parseHttpDate() gives null for what is no date", () => {
  for (
    const text of [
      "",
      "yesterday",
      "2026-01-01T00:00:00Z",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT",
      "Wed, 30 Feb 2024 00:00:00 GMT",
      "Wed, 00 Feb 2024 00:00:00 GMT",
      "sun, 06 nov 1994 08:49:37 gmt",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    ]
  ) assert.equal(parseHttpDate(text, NOW), null, text);
});

Deno.test("formatHttpDate() writes what parseHttpDate() reads", () => {
  assert.equal(formatHttpDate(EXAMPLE), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(parseHttpDate(formatHttpDate(EXAMPLE + 999), NOW), EXAMPLE);
});
