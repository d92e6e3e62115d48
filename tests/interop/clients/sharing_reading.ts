/** Sharing at the levels that let nobody write: free-busy and read. */

import assert from "node:assert/strict";
import { assertSameBytes } from "../files.ts";
import { assertRefused, readFolder } from "../people.ts";
import { sampleEvent } from "../samples.ts";
import {
  OPEN,
  OWN,
  ownFolder,
  placeOf,
  PRIVATE,
  sharedWith,
  type Sharing,
} from "./shared_calendar.ts";

/** When one is busy, and nothing else. */
export async function useFreeBusy(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, sven, url, name } = sharing;
  const { hand, dav } = sven;
  await steps.check("not shared: not even busy times", async () => {
    await assertRefused(hand.order("busy", { url }), "NotFoundError");
    await assertRefused(hand.events(url), "NotFoundError");
  });
  await steps.check("free-busy: busy times, and nothing else", async () => {
    await target.kalends("share", name, "sven", "free-busy");
    const busy = String(await hand.order("busy", { url }));
    assert.match(busy, /^FREEBUSY.*:20261203T090000Z\/20261203T103000Z\r?$/m);
    assert.doesNotMatch(busy, /Chorprobe|Notar|share-/);
    await assertRefused(hand.events(url), "AuthorizationError");
    const text = sampleEvent("share-no", "Nein");
    await assertRefused(
      hand.order("add", { url, text }),
      "AuthorizationError",
    );
    for (const method of ["GET", "PROPFIND", "DELETE"]) {
      assert.equal((await dav.request(method, url)).status, 403, method);
    }
    assert.equal(await dav.status(`${url}none.ics`), 403);
  });
  await steps.check("free-busy: the home stays as it was", async () => {
    assert.deepEqual(await sven.update(), OWN);
    assert.equal(await sharedWith(sven), undefined);
  });
}

/** All but what is private. */
export async function useReading(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven, name } = sharing;
  const title = `Home (${olga.account.name})`;
  const own = ownFolder(sharing);
  await steps.must("read: it appears in each program by itself", async () => {
    await target.kalends("share", name, "sven", "read");
    const listed = await sharedWith(sven);
    assert.equal(listed?.name, title);
    assert.equal(listed?.color, "#FF8800");
    const { url, folder } = await placeOf(sharing, sven);
    const [collection] = folder.split("/").slice(-1);
    assert.deepEqual(
      await sven.update(),
      [...OWN, `calendars/${collection}`].sort(),
    );
    await sven.device.metasync();
    assert.equal(await Deno.readTextFile(`${folder}/displayname`), title);
    assert.equal(await Deno.readTextFile(`${folder}/color`), "#FF8800");
    assert.ok(
      (await sven.khal(["printcalendars"])).split("\n").includes(title),
    );
    assert.match(await sven.khal(["search", "Chorprobe"]), /10:00.*Chorprobe/);
    assert.deepEqual(await sven.hand.events(url), ["Chorprobe"]);
  });
  await steps.check("read: same bytes, without what is private", async () => {
    const { folder } = await placeOf(sharing, sven);
    const expected = readFolder(own);
    assert.ok(expected.delete(PRIVATE));
    assert.deepEqual(readFolder(folder), expected);
  });
  await steps.check("read --private busy: when, and no more", async () => {
    await target.kalends("share", name, "sven", "read", "--private", "busy");
    await sven.device.sync();
    const { url, folder } = await placeOf(sharing, sven);
    const masked = readFolder(folder).get(PRIVATE) ?? "";
    assert.match(masked, /^DTSTART;TZID=Europe\/Berlin:20261203T100000\r$/m);
    assert.doesNotMatch(masked, /Notar|Gasthof|Satz/);
    assert.deepEqual(await sven.hand.events(url), ["Busy", "Chorprobe"]);
    assert.match(await sven.khal(["search", "Busy"]), /10:00.*Busy/);
  });
  await steps.check(
    "read: no write gets through, nothing is lost",
    async () => {
      const { url, folder } = await placeOf(sharing, sven);
      const before = readFolder(own);
      const [open = ""] = pathsOf(folder, OPEN);
      await Deno.writeTextFile(open, sampleEvent(OPEN, "Chorprobe mit Sven"));
      await Deno.writeTextFile(
        `${folder}/new.ics`,
        sampleEvent("share-new", "Von Sven"),
      );
      const [secret = ""] = pathsOf(folder, PRIVATE);
      const kept = await Deno.readTextFile(secret);
      await Deno.remove(secret);
      const { stdout, stderr } = await sven.device.sync([1]);
      assert.equal(
        `${stdout}${stderr}`.match(/\b403, message/g)?.length,
        3,
        stderr,
      );
      await Deno.writeTextFile(secret, kept);
      const order = { url, uid: OPEN, summary: "Nein" };
      await assertRefused(
        sven.hand.order("change", order),
        "AuthorizationError",
      );
      await assertRefused(
        sven.hand.order("delete", order),
        "AuthorizationError",
      );
      await olga.device.sync();
      assert.deepEqual(readFolder(own), before);
      // What he has written stays with him until he may.
      assertSameBytes(
        await Deno.readFile(`${folder}/new.ics`),
        sampleEvent("share-new", "Von Sven"),
        "on the reader's device",
      );
    },
  );
}

/** Paths of the files in a folder that are about a UID. */
function pathsOf(folder: string, uid: string): string[] {
  return [...Deno.readDirSync(folder)]
    .map((entry) => `${folder}/${entry.name}`)
    .filter((path) => Deno.readTextFileSync(path).includes(`UID:${uid}\r\n`));
}
