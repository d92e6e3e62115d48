/** Sharing at the levels that let others write, and say who may. */

import assert from "node:assert/strict";
import { findFile } from "../files.ts";
import { assertRefused, type Person, readFolder } from "../people.ts";
import { sampleEvent } from "../samples.ts";
import {
  OPEN,
  ownFolder,
  placeOf,
  PRIVATE,
  sharedWith,
  type Sharing,
} from "./shared_calendar.ts";

/** Both sides make, change and delete; both have the same at the end. */
export async function useWriting(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven, name } = sharing;
  const own = ownFolder(sharing);
  await steps.must("write: what had waited arrives", async () => {
    await target.kalends("share", name, "sven", "write");
    await sven.device.sync();
    await olga.device.sync();
    const shown = await assertEqual(sharing, sven);
    assert.match(shown.get(OPEN) ?? "", /SUMMARY:Chorprobe mit Sven/);
    assert.match(shown.get("share-new") ?? "", /SUMMARY:Von Sven/);
    assert.match(shown.get(PRIVATE) ?? "", /SUMMARY:Beim Notar/);
  });
  await steps.check("write: both make entries, both see them", async () => {
    const title = `Home (${olga.account.name})`;
    const time = ["2026-12-05", "15:00", "16:00"];
    await olga.khal(["new", "-a", "Home", ...time, "Kuchen von Olga"]);
    await sven.khal(["new", "-a", title, ...time, "Kaffee von Sven"]);
    const { url } = await placeOf(sharing, sven);
    const text = sampleEvent("share-hand", "Von Hand");
    await sven.hand.order("add", { url, text });
    await exchange(sharing, sven);
    await assertEqual(sharing, sven);
    for (const { khal } of [olga, sven]) {
      const list = await khal(["list", "2026-12-01", "31d"]);
      assert.match(list, /15:00-16:00 Kuchen von Olga/);
      assert.match(list, /15:00-16:00 Kaffee von Sven/);
      assert.match(list, /Von Hand/);
    }
  });
  await steps.check("write: both change what the other made", async () => {
    await sven.khal(["edit", "--show-past", "Kuchen"], "s\nTorte\nn\n");
    const mine = findFile(own, "UID:share-new").path;
    await Deno.writeTextFile(mine, sampleEvent("share-new", "Von beiden"));
    const order = { url: sharing.url, uid: "share-hand", summary: "Von Olga" };
    await olga.hand.order("change", order);
    await exchange(sharing, sven);
    const shown = [...(await assertEqual(sharing, sven)).values()].join();
    assert.match(shown, /SUMMARY:Torte/);
    assert.match(shown, /SUMMARY:Von beiden/);
    assert.match(shown, /SUMMARY:Von Olga/);
    assert.doesNotMatch(shown, /Kuchen|Von Hand/);
  });
  await steps.check("write: both delete what the other made", async () => {
    await sven.khal(["edit", "--show-past", "Torte"], "D\ny\n");
    await Deno.remove(findFile(own, "UID:share-new").path);
    const { url } = await placeOf(sharing, sven);
    await sven.hand.order("delete", { url, uid: "share-hand" });
    await exchange(sharing, sven);
    const shown = await assertEqual(sharing, sven);
    assert.equal(shown.size, 3, [...shown.keys()].join());
    const expected = ["Beim Notar", "Chorprobe mit Sven", "Kaffee von Sven"];
    assert.deepEqual(await sven.hand.events(url), expected);
    assert.deepEqual(await olga.hand.events(sharing.url), expected);
  });
}

/** Whom it is shared with says who else may. */
export async function useManaging(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven, tilda, name } = sharing;
  const { url } = await placeOf(sharing, sven);
  const mine = ["read", "write", "unlock", "read-acl", "write-acl"];
  const order = {
    url,
    method: "ACL",
    body: aclBody({ sven: mine, tilda: ["read"] }),
  };
  await steps.check("write: does not give access to others", async () => {
    await assertRefused(sven.hand.order("send", order), "AuthorizationError");
    assert.equal(await sharedWith(tilda), undefined);
  });
  await steps.check("manage: gives access to others, and ends it", async () => {
    await target.kalends("share", name, "sven", "manage");
    assert.equal(await sven.hand.order("send", order), 200);
    const place = await placeOf(sharing, tilda);
    assert.deepEqual(await tilda.hand.events(place.url), [
      "Chorprobe mit Sven",
      "Kaffee von Sven",
    ]);
    const shares = await target.kalends("shares", olga.account.name);
    assert.match(shares, /\/home\ttilda\tread\thide$/m);
    const body = aclBody({ sven: mine });
    assert.equal(await sven.hand.order("send", { ...order, body }), 200);
    assert.equal(await sharedWith(tilda), undefined);
    assert.ok(await sharedWith(sven));
    assert.equal((await olga.hand.events(sharing.url)).length, 3);
  });
}

/** What one has goes to the server, and from there to the other, both ways. */
async function exchange(sharing: Sharing, person: Person): Promise<void> {
  await person.device.sync();
  await sharing.olga.device.sync();
  await person.device.sync();
}

/** Fails unless owner and sharee have the same bytes; answers them by UID. */
async function assertEqual(
  sharing: Sharing,
  person: Person,
): Promise<Map<string, string>> {
  const { folder } = await placeOf(sharing, person);
  const expected = readFolder(ownFolder(sharing));
  assert.deepEqual(readFolder(folder), expected);
  return expected;
}

function aclBody(given: Readonly<Record<string, readonly string[]>>): string {
  const aces = Object.entries(given).map(([user, privileges]) =>
    `<D:ace><D:principal><D:href>/principals/users/${user}/</D:href>` +
    `</D:principal><D:grant>${
      privileges.map((each) => `<D:privilege><D:${each}/></D:privilege>`)
        .join("")
    }</D:grant></D:ace>`
  );
  return `<D:acl xmlns:D="DAV:">${aces.join("")}</D:acl>`;
}
