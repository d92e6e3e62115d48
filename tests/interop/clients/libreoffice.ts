/** LibreOffice without a screen: documents that it locks while they are open. */

import type { Client } from "../context.ts";
import { runScript } from "../script.ts";

/** The session itself is written for LibreOffice's own bridge: libreoffice_session.py. */
export const LIBREOFFICE: Client = {
  name: "libreoffice",
  debian: ["libreoffice-writer-nogui", "python3-uno"],
  python: false,
  users: ["lea"],
  heavy: true,
  async run({ home, target, account, steps }) {
    await runScript({
      // The bridge belongs to Debian's interpreter, whatever else is on PATH.
      python: "/usr/bin/python3",
      script: "libreoffice_session.py",
      input: { files: target.files(account.name), ...account },
      ...{ home, steps },
    });
  },
};
