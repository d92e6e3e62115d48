/** icalendar (Python): reads the VTIMEZONE of every zone, and the newest copy of the IANA database knows no other changes. */

import assert from "node:assert/strict";
import { comparePython } from "../../zones/python.ts";
import type { Client } from "../context.ts";

/** A row of the table of clients that needs no account: it reads what the server would write. */
export const ICALENDAR: Client = {
  name: "icalendar",
  debian: [],
  python: true,
  users: ["zoe"],
  heavy: true,
  async run({ bin, home, steps }) {
    const found = await steps.must(
      "reads every zone",
      () => comparePython(bin, { home, count: 1000 }),
    );
    await steps.check("agrees at 1,000 times of each zone", () => {
      assert.deepEqual(found.reading.differences, []);
      assert.ok(found.reading.checked >= 440_000);
    });
    await steps.check(`has the changes of IANA ${found.iana}`, () => {
      assert.deepEqual(found.changes.differences, []);
      assert.ok(found.changes.checked > 20_000);
    });
  },
};
