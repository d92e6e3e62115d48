/**
 * What people see who share calendars and address books, each in programs of
 * their own: at each level, from both sides, until it ends.
 */

import assert from "node:assert/strict";
import type { Client } from "../context.ts";
import { createPeople } from "../people.ts";
import { sampleEvent } from "../samples.ts";
import {
  OPEN,
  OWN,
  ownFolder,
  PRIVATE,
  sharedWith,
  type Sharing,
} from "./shared_calendar.ts";
import { shareBooks } from "./sharing_books.ts";
import { useFreeBusy, useReading } from "./sharing_reading.ts";
import { useViews } from "./sharing_views.ts";
import { useManaging, useWriting } from "./sharing_writing.ts";

/** vdirsyncer, khal and python-caldav of three people. */
export const SHARING: Client = {
  name: "sharing",
  debian: [],
  python: true,
  users: ["olga@example.org", "sven", "tilda"],
  async run(session) {
    const { people, end } = await createPeople(session);
    const [olga, sven, tilda] = people;
    assert.ok(olga && sven && tilda);
    const url = `${session.target.calendars(olga.account.name)}home/`;
    const name = `${olga.account.name}/home`;
    const sharing: Sharing = { session, olga, sven, tilda, url, name };
    try {
      await startAlone(sharing);
      await useFreeBusy(sharing);
      await useReading(sharing);
      await useWriting(sharing);
      await useManaging(sharing);
      await useViews(sharing);
      await shareBooks(sharing);
    } finally {
      await end();
    }
  },
};

async function startAlone(sharing: Sharing): Promise<void> {
  const { session: { steps }, olga, sven, url } = sharing;
  await steps.must("nothing is shared: each has their own", async () => {
    const updates = [olga, sven].map((person) => person.update());
    assert.deepEqual(await Promise.all(updates), [OWN, OWN]);
    const secret = sampleEvent(PRIVATE, "Beim Notar").replace(
      "END:VEVENT",
      "CLASS:PRIVATE\r\nEND:VEVENT",
    );
    const folder = ownFolder(sharing);
    await Deno.writeTextFile(
      `${folder}/open.ics`,
      sampleEvent(OPEN, "Chorprobe"),
    );
    await Deno.writeTextFile(`${folder}/private.ics`, secret);
    await Deno.writeTextFile(`${folder}/color`, "#FF8800");
    await Promise.all([olga.device.sync(), olga.device.metasync()]);
    assert.deepEqual(await olga.hand.events(url), ["Beim Notar", "Chorprobe"]);
    assert.equal(await sharedWith(sven), undefined);
  });
}
