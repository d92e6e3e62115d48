/** khal: a calendar on the command line, over folders kept by vdirsyncer. */

import assert from "node:assert/strict";
import type { Client } from "../context.ts";
import { createDav } from "../dav.ts";
import { findFile, hasFile } from "../files.ts";
import { createKhal } from "../khal.ts";
import { sampleEvent } from "../samples.ts";
import { createDevice } from "../vdir.ts";

/** New, list, search, edit and delete, seen on another device. */
export const KHAL: Client = {
  name: "khal",
  debian: [],
  python: true,
  users: ["karla"],
  async run(session) {
    const { steps, target, account } = session;
    const laptop = await createDevice(session, "laptop");
    const phone = await createDevice(session, "phone");
    const here = await createKhal(session, laptop);
    const there = await createKhal(session, phone);
    const home = `${target.calendars(account.name)}home/`;
    const dav = createDav(account);

    await steps.must("both devices get the calendars", async () => {
      for (const device of [laptop, phone]) {
        await device.discover();
        await device.sync();
      }
      assert.match(await here(["printcalendars"]), /home/);
    });
    await steps.must("makes events: timed, all-day, repeating", async () => {
      await here([
        ...["new", "-a", "home", "-l", "Gasthof", "-m", "30m"],
        ..."2026-12-03 10:00 11:30 Frühstück & Zeitung :: mit Anna".split(" "),
      ]);
      await here(["new", "-a", "home", "2026-12-24", "Heiligabend"]);
      await here([
        ...["new", "-a", "home", "-r", "weekly", "-u", "2026-12-31"],
        ..."2026-12-01 08:00 08:30 Schwimmen".split(" "),
      ]);
      await laptop.sync();
      assert.equal((await dav.list(home)).length, 3);
    });
    await steps.check("the other device lists them", async () => {
      await phone.sync();
      const list = await there(["list", "2026-12-01", "31d"]);
      assert.match(list, /10:00-11:30 Frühstück & Zeitung/);
      assert.match(list, /Heiligabend/);
      assert.equal(list.match(/08:00-08:30 Schwimmen/g)?.length, 5, list);
    });
    await steps.check("an edit there arrives here", async () => {
      await there(
        ["edit", "--show-past", "Frühstück"],
        "s\nBrunch am Fluss\nn\n",
      );
      await phone.sync();
      await laptop.sync();
      const list = await here(["list", "2026-12-03", "1d"]);
      assert.match(list, /10:00-11:30 Brunch am Fluss/);
      assert.doesNotMatch(list, /Frühstück/);
      const event = findFile(`${laptop.calendars}/home`, "Brunch").text;
      assert.match(event, /^LOCATION:Gasthof\r?$/m);
      assert.match(event, /^BEGIN:VALARM\r?$/m);
    });
    await steps.check("an event put by another is listed", async () => {
      const body = sampleEvent("khal-other", "Von anderswo");
      await dav.put(`${home}other.ics`, body);
      await laptop.sync();
      assert.match(
        await here(["search", "anderswo"]),
        /10:00-2026-12-03 11:30 Von anderswo/,
      );
    });
    await steps.check("a deletion here arrives there", async () => {
      await here(["edit", "--show-past", "Brunch"], "D\ny\n");
      await laptop.sync();
      await phone.sync();
      const list = await there(["list", "2026-12-01", "31d"]);
      assert.doesNotMatch(list, /Brunch/);
      assert.match(list, /Heiligabend/);
      assert.ok(!hasFile(`${phone.calendars}/home`, "Brunch"));
      assert.equal((await dav.list(home)).length, 3);
    });
  },
};
