/** python-caldav: the library under Home Assistant and many scripts. */

import type { Client } from "../context.ts";
import { runScript } from "../script.ts";

/** The session itself is written in Python: caldav_session.py. */
export const PYTHON_CALDAV: Client = {
  name: "python-caldav",
  debian: [],
  python: true,
  users: ["paula", "otto"],
  async run({ home, bin, target, accounts, steps }) {
    await runScript({
      python: `${bin}/python`,
      script: "caldav_session.py",
      input: { root: target.root, accounts },
      ...{ home, steps },
    });
  },
};
