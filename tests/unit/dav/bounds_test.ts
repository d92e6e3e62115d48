import assert from "node:assert/strict";
import {
  checkAnswerSize,
  countFitting,
} from "../../../src/dav/reports/bounds.ts";
import { DavError } from "../../../src/dav/errors.ts";
import type { Resource } from "../../../src/service/types.ts";
import { element, NS } from "../../../src/xml/names.ts";

const OBJECTS = [40, 60].map((size) => ({
  kind: "calendar-object",
  entry: { size },
})) as unknown as Resource[];
const DATA = {
  type: "prop",
  names: [element(NS.caldav, "calendar-data")],
} as const;

Deno.test("checkAnswerSize() refuses more bytes than the limit with number-of-matches-within-limits", () => {
  checkAnswerSize(DATA, OBJECTS, { maxAnswerBytes: 100 });
  assert.throws(
    () => checkAnswerSize(DATA, OBJECTS, { maxAnswerBytes: 99 }),
    (error) =>
      error instanceof DavError &&
      error.condition === "dav:number-of-matches-within-limits" &&
      error.status === 507,
  );
});

Deno.test("checkAnswerSize() counts nothing where no data is asked for", () => {
  checkAnswerSize(
    { type: "prop", names: [element(NS.dav, "getetag")] },
    OBJECTS,
    { maxAnswerBytes: 1 },
  );
  checkAnswerSize({ type: "allprop", include: [] }, OBJECTS, {
    maxAnswerBytes: 1,
  });
});

Deno.test("countFitting() gives the number from the first on, at least one", () => {
  for (const [limit, count] of [[100, 2], [99, 1], [40, 1], [1, 1]] as const) {
    assert.equal(countFitting(DATA, OBJECTS, { maxAnswerBytes: limit }), count);
  }
  assert.equal(countFitting(DATA, [], { maxAnswerBytes: 1 }), 0);
  assert.equal(countFitting(DATA, OBJECTS, {}), 2);
});
