import assert from "node:assert/strict";
import { formatCivil, formatUtc } from "../../../src/calendar/date_text.ts";
import { parseDate } from "../../../src/calendar/dates.ts";

Deno.test("formatCivil() writes what parseDate() reads", () => {
  for (
    const text of ["00010101T000000", "20260131T235959", "99991231T235959"]
  ) {
    const date = parseDate(text);
    assert.equal(formatCivil(date?.civil ?? NaN), text);
    assert.equal(formatUtc(date?.civil ?? NaN), `${text}Z`);
  }
});

Deno.test("formatCivil() writes the nearest time where a year has no four digits", () => {
  const first = parseDate("00010101T000000")?.civil ?? NaN;
  const last = parseDate("99991231T235959")?.civil ?? NaN;
  for (const before of [1, 366 * 86_400_000, 1e14]) {
    assert.equal(formatCivil(first - before), "00010101T000000");
  }
  assert.equal(formatCivil(last + 1e14), "99991231T235959");
});
