/** RFC 6764: finding the service. */

import assert from "node:assert/strict";
import { demand, propfindBody, sendFor } from "./client.ts";

demand(
  "well-known URLs redirect to the DAV root for every method, without credentials",
  async (send) => {
    for (const name of ["caldav", "carddav"]) {
      for (const method of ["GET", "HEAD", "PROPFIND", "OPTIONS", "POST"]) {
        for (const user of [null, "me"] as const) {
          const answer = await sendFor(
            301,
            send,
            method,
            `/.well-known/${name}`,
            {
              user,
              headers: { depth: "0" },
            },
          );
          assert.equal(
            answer.headers.get("location"),
            "/",
            `${method} ${name}`,
          );
        }
      }
    }
  },
);

demand(
  "well-known redirects say how long they may be remembered",
  async (send) => {
    for (const name of ["caldav", "carddav"]) {
      const path = `/.well-known/${name}`;
      const answer = await sendFor(301, send, "GET", path);
      assert.match(answer.headers.get("cache-control") ?? "", /max-age=[1-9]/);
    }
  },
);

demand("nothing of the service is below the well-known URLs", async (send) => {
  for (
    const path of [
      "/.well-known/caldav/",
      "/.well-known/caldav/me/",
      "/.well-known/other",
    ]
  ) {
    const answer = await send("PROPFIND", path, {
      headers: { depth: "0" },
      body: propfindBody("D:resourcetype"),
    });
    assert.ok([301, 404].includes(answer.status), `${path} ${answer.status}`);
  }
});

demand(
  "PROPFIND of current-user-principal at the DAV root forces authentication",
  async (send) => {
    const answer = await sendFor(401, send, "PROPFIND", "/", {
      user: null,
      headers: { depth: "0" },
      body: propfindBody("D:current-user-principal"),
    });
    assert.ok(answer.headers.get("www-authenticate"));
  },
);
