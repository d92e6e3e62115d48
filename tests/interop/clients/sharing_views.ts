/** How each sees what is shared, groups, and how it ends. */

import assert from "node:assert/strict";
import { assertRefused, type Person, readFolder } from "../people.ts";
import { sampleEvent } from "../samples.ts";
import { createDevice } from "../vdir.ts";
import {
  OWN,
  ownFolder,
  placeOf,
  PRIVATE,
  sharedWith,
  type Sharing,
} from "./shared_calendar.ts";

/** Names and colours, then groups, hiding and the end. */
export async function useViews(sharing: Sharing): Promise<void> {
  await useNames(sharing);
  await useGroup(sharing);
  await hide(sharing);
  await end(sharing);
}

async function useNames(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven, tilda, url, name } = sharing;
  await steps.check(
    "a sharee renames and recolours for themselves",
    async () => {
      const { folder } = await placeOf(sharing, sven);
      await Deno.writeTextFile(`${folder}/displayname`, "Chor & <mehr>");
      await Deno.writeTextFile(`${folder}/color`, "#00AA11");
      await sven.device.metasync();
      await olga.device.metasync();
      await assertShown(sharing, sven, {
        name: "Chor & <mehr>",
        color: "#00AA11",
      });
      await assertShown(sharing, olga, { name: "Home", color: "#FF8800" });
    },
  );
  await steps.check("an owner renames; who set no name follows", async () => {
    await target.kalends("share", name, "tilda", "read");
    await tilda.updateNames();
    const before = `Home (${olga.account.name})`;
    await assertShown(sharing, tilda, { name: before, color: "#FF8800" });
    await olga.hand.order("patch", { url, name: "Singen", color: "#1122CC" });
    const all = [olga, sven, tilda];
    await Promise.all(all.map(({ device }) => device.metasync()));
    const after = `Singen (${olga.account.name})`;
    await assertShown(sharing, tilda, { name: after, color: "#1122CC" });
    await assertShown(sharing, olga, { name: "Singen", color: "#1122CC" });
    await assertShown(sharing, sven, {
      name: "Chor & <mehr>",
      color: "#00AA11",
    });
  });
}

async function useGroup(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven, name } = sharing;
  await steps.check("shared with a group: its members keep it", async () => {
    await target.kalends("group", "add", "choir");
    await target.kalends("group", "members", "choir", "--add", "sven");
    await target.kalends("share", name, "group:choir", "read");
    await target.kalends("unshare", name, "sven");
    const { url, folder } = await placeOf(sharing, sven);
    assert.equal((await sven.update()).length, OWN.length + 1);
    const expected = readFolder(ownFolder(sharing));
    assert.ok(expected.delete(PRIVATE), "a reader sees nothing private");
    assert.deepEqual(readFolder(folder), expected);
    const text = sampleEvent("share-no", "Nein");
    const adding = sven.hand.order("add", { url, text });
    await assertRefused(adding, "AuthorizationError");
    await target.kalends("share", name, "group:choir", "write");
    await Deno.writeTextFile(
      `${folder}/group.ics`,
      sampleEvent("share-group", "Als Mitglied"),
    );
    await sven.device.sync();
    await olga.device.sync();
    assert.ok(readFolder(ownFolder(sharing)).has("share-group"));
  });
}

async function hide(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, tilda, name } = sharing;
  await steps.check("a sharee removes it, and gets it back", async () => {
    const before = readFolder(ownFolder(sharing));
    const { url, folder } = await placeOf(sharing, tilda);
    await tilda.hand.order("remove", { url });
    assert.equal(await sharedWith(tilda), undefined);
    assert.deepEqual(await tilda.update(), OWN);
    await olga.device.sync();
    assert.deepEqual(readFolder(ownFolder(sharing)), before);
    await target.kalends("share", name, "tilda", "read");
    assert.equal((await placeOf(sharing, tilda)).url, url);
    assert.equal((await tilda.update()).length, OWN.length + 1);
    assert.ok(readFolder(folder).has("share-group"));
  });
}

async function end(sharing: Sharing): Promise<void> {
  const { session, olga, sven, tilda, name } = sharing;
  const { steps, target } = session;
  const { url, folder } = await placeOf(sharing, sven);
  await steps.check(
    "no longer shared: it vanishes at the next sync",
    async () => {
      const before = readFolder(ownFolder(sharing));
      // Known to his device, gone from the server: the folder is left alone.
      await target.kalends("group", "members", "choir", "--remove", "sven");
      const { stdout, stderr } = await sven.device.sync([1]);
      assert.match(`${stdout}${stderr}`, /Not Found/);
      assert.deepEqual(await sven.update(), OWN);
      assert.equal(await sharedWith(sven), undefined);
      await assertRefused(sven.hand.events(url), "NotFoundError");
      for (const each of [url, sharing.url]) {
        await assertRefused(
          sven.hand.order("busy", { url: each }),
          "NotFoundError",
        );
      }
      await Deno.writeTextFile(
        `${folder}/late.ics`,
        sampleEvent("share-late", "Zu spät"),
      );
      await sven.device.sync();
      await olga.device.sync();
      assert.deepEqual(readFolder(ownFolder(sharing)), before);
      assert.ok(await sharedWith(tilda), "others keep it");
    },
  );
  await steps.check("no longer shared: cannot be made again", async () => {
    const device = await createDevice(session, "stale", {
      account: sven.account,
    });
    const collection = folder.split("/").at(-1) ?? "";
    await Deno.mkdir(`${device.calendars}/${collection}`);
    await assert.rejects(device.discover(), /403/);
    assert.equal(await sharedWith(sven), undefined);
    await target.kalends("group", "members", "choir", "--add", "sven");
    assert.equal((await placeOf(sharing, sven)).url, url);
    await target.kalends("unshare", name, "group:choir");
    assert.equal(await sharedWith(sven), undefined);
  });
}

/** Fails unless a person's programs all show it with this name and colour. */
async function assertShown(
  sharing: Sharing,
  person: Person,
  wanted: { readonly name: string; readonly color: string },
): Promise<void> {
  const isOwner = person === sharing.olga;
  const folder = isOwner
    ? ownFolder(sharing)
    : (await placeOf(sharing, person)).folder;
  const listed = isOwner
    ? (await person.hand.calendars()).find(({ path }) =>
      decodeURIComponent(path) ===
        decodeURIComponent(new URL(sharing.url).pathname)
    )
    : await sharedWith(person);
  assert.deepEqual(
    { name: listed?.name, color: listed?.color },
    wanted,
    "python-caldav",
  );
  assert.deepEqual(
    {
      name: await Deno.readTextFile(`${folder}/displayname`),
      color: await Deno.readTextFile(`${folder}/color`),
    },
    wanted,
    "vdirsyncer",
  );
  const names = (await person.khal(["printcalendars"])).split("\n");
  assert.ok(names.includes(wanted.name), `khal: ${names.join(", ")}`);
}
