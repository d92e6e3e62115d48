/** vdirsyncer: two devices of one user, and a third hand on the server. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav, type Dav } from "../dav.ts";
import { assertSameBytes, findFile, hasFile } from "../files.ts";
import { sampleCard, sampleEvent } from "../samples.ts";
import { createDevice, type Device } from "../vdir.ts";

/** What the parts of this session share. */
interface Pair {
  readonly session: Session;
  readonly dav: Dav;
  readonly laptop: Device;
  readonly phone: Device;
}

/** Collections, objects, properties and conflicts, in every direction. */
export const VDIRSYNCER: Client = {
  name: "vdirsyncer",
  debian: [],
  python: true,
  users: ["vera@example.org"],
  async run(session) {
    const pair: Pair = {
      session,
      dav: createDav(session.account),
      laptop: await createDevice(session, "laptop"),
      phone: await createDevice(session, "phone"),
    };
    await useCollections(pair);
    await useObjects(pair, {
      kind: "calendars",
      folder: "trips",
      suffix: ".ics",
      url: `${session.target.calendars(session.account.name)}trips/`,
      make: sampleEvent,
    });
    await useObjects(pair, {
      kind: "contacts",
      folder: "friends",
      suffix: ".vcf",
      url: `${session.target.addressbooks(session.account.name)}friends/`,
      make: sampleCard,
    });
    await useProperties(pair);
    await haveConflict(pair);
    await session.steps.check("is refused with a wrong password", async () => {
      const account = { ...session.account, password: "wrong" };
      const device = await createDevice(session, "stranger", { account });
      // It tries again so often that the server ends by making it wait.
      await assert.rejects(device.discover(), /401|503/);
      const made = await Array.fromAsync(Deno.readDir(device.calendars));
      assert.deepEqual(made, []);
    });
  },
};

async function useCollections(pair: Pair): Promise<void> {
  const { session: { steps, target, account }, dav, laptop, phone } = pair;
  await steps.must(
    "discovers calendars and contacts from the root",
    async () => {
      await laptop.discover();
      await laptop.sync();
      for (const name of ["home", "tasks"]) {
        assert.ok((await Deno.stat(`${laptop.calendars}/${name}`)).isDirectory);
      }
      const contacts = await Deno.stat(`${laptop.contacts}/contacts`);
      assert.ok(contacts.isDirectory);
    },
  );
  await steps.must("makes a calendar and an address book there", async () => {
    await Deno.mkdir(`${laptop.calendars}/trips`);
    await Deno.mkdir(`${laptop.contacts}/friends`);
    await laptop.discover();
    await laptop.sync();
    const calendars = await dav.list(target.calendars(account.name));
    assert.ok(calendars.some((url) => url.endsWith("/trips/")), `${calendars}`);
    const books = await dav.list(target.addressbooks(account.name));
    assert.ok(books.some((url) => url.endsWith("/friends/")), `${books}`);
  });
  await steps.must("a second device discovers them", async () => {
    await phone.discover();
    await phone.sync();
    assert.ok((await Deno.stat(`${phone.calendars}/trips`)).isDirectory);
    assert.ok((await Deno.stat(`${phone.contacts}/friends`)).isDirectory);
  });
}

async function useObjects(
  { session: { steps }, dav, laptop, phone }: Pair,
  how: {
    readonly kind: "calendars" | "contacts";
    readonly folder: string;
    readonly suffix: string;
    readonly url: string;
    readonly make: (uid: string, words: string) => string;
  },
): Promise<void> {
  const { kind, suffix, url, make } = how;
  const here = `${laptop[kind]}/${how.folder}`;
  const there = `${phone[kind]}/${how.folder}`;
  const path = `${here}/one${suffix}`;

  await steps.must(
    `${kind}: creates here, same bytes on server and there`,
    async () => {
      const body = make("vd-one", "Made here");
      await Deno.writeTextFile(path, body);
      await laptop.sync();
      const [member = ""] = await dav.list(url);
      assertSameBytes(await dav.get(member), body, "on the server");
      await phone.sync();
      const copy = findFile(there, "vd-one");
      assertSameBytes(await Deno.readFile(copy.path), body, "on the phone");
    },
  );
  await steps.check(`${kind}: edits there, same bytes here`, async () => {
    const body = make("vd-one", "Edited there");
    await Deno.writeTextFile(findFile(there, "vd-one").path, body);
    await phone.sync();
    await laptop.sync();
    assertSameBytes(await Deno.readFile(path), body, "on the laptop");
  });
  await steps.check(`${kind}: takes what another put and edited`, async () => {
    const etag = await dav.put(`${url}two${suffix}`, make("vd-two", "By PUT"), {
      "if-none-match": "*",
    });
    await laptop.sync();
    await phone.sync();
    assert.ok(hasFile(here, "By PUT") && hasFile(there, "By PUT"));
    const body = make("vd-two", "By second PUT");
    await dav.put(`${url}two${suffix}`, body, { "if-match": etag });
    await laptop.sync();
    await phone.sync();
    for (const folder of [here, there]) {
      const copy = findFile(folder, "vd-two");
      assertSameBytes(await Deno.readFile(copy.path), body, copy.path);
    }
  });
  await steps.check(`${kind}: nothing changed, nothing is sent`, async () => {
    for (const device of [laptop, phone]) {
      const { stdout, stderr } = await device.sync();
      assert.doesNotMatch(`${stdout}${stderr}`, /Copying|Deleting/);
    }
  });
  await steps.check(`${kind}: deletes here, gone there`, async () => {
    await Deno.remove(path);
    await laptop.sync();
    await phone.sync();
    assert.ok(!hasFile(there, "vd-one"));
    assert.ok(hasFile(there, "vd-two"), "the other one must stay");
    assert.equal((await dav.list(url)).length, 1);
  });
  await steps.check(`${kind}: takes a deletion by another`, async () => {
    const { status } = await dav.request("DELETE", `${url}two${suffix}`);
    assert.equal(status, 204);
    // An address book or calendar that is empty at once on one side alone is
    // not emptied on the other without being told to: one member stays.
    await dav.put(`${url}keep${suffix}`, make("vd-keep", "Stays"));
    await laptop.sync();
    await phone.sync();
    for (const folder of [here, there]) {
      assert.ok(!hasFile(folder, "vd-two"));
      assert.ok(hasFile(folder, "vd-keep"));
    }
  });
}

async function useProperties(
  { session: { steps, target, account }, dav, laptop, phone }: Pair,
): Promise<void> {
  const url = `${target.calendars(account.name)}trips/`;
  const color = "{http://apple.com/ns/ical/}calendar-color";
  // A collection has a name from the first, so both sides start from that.
  await steps.must("metasync: both devices get what is there", async () => {
    for (const device of [laptop, phone]) {
      await device.metasync();
      const name = await dav.property(url, "{DAV:}displayname");
      const path = `${device.calendars}/trips/displayname`;
      assert.equal(await Deno.readTextFile(path), name);
    }
  });
  await steps.check(
    "metasync: name and colour set here, seen there",
    async () => {
      const folder = `${laptop.calendars}/trips`;
      await Deno.writeTextFile(`${folder}/displayname`, "Größe & <Reisen>");
      await Deno.writeTextFile(`${folder}/color`, "#FF8800");
      await laptop.metasync();
      assert.equal(
        await dav.property(url, "{DAV:}displayname"),
        "Größe & <Reisen>",
      );
      assert.equal(await dav.property(url, color), "#FF8800");
      await phone.metasync();
      const other = `${phone.calendars}/trips`;
      assert.equal(
        await Deno.readTextFile(`${other}/displayname`),
        "Größe & <Reisen>",
      );
      assert.equal(await Deno.readTextFile(`${other}/color`), "#FF8800");
    },
  );
  await steps.check(
    "metasync: changed on the server, seen on both",
    async () => {
      const answer = await dav.request("PROPPATCH", url, {
        body: `<propertyupdate xmlns="DAV:"><set><prop>` +
          `<displayname>Ausflüge</displayname>` +
          `<calendar-color xmlns="http://apple.com/ns/ical/">#00AA11` +
          `</calendar-color></prop></set></propertyupdate>`,
        headers: { "content-type": "application/xml" },
      });
      assert.equal(answer.status, 207);
      for (const device of [laptop, phone]) {
        await device.metasync();
        const folder = `${device.calendars}/trips`;
        assert.equal(
          await Deno.readTextFile(`${folder}/displayname`),
          "Ausflüge",
        );
        assert.equal(await Deno.readTextFile(`${folder}/color`), "#00AA11");
      }
    },
  );
  await steps.check("metasync: the name of an address book", async () => {
    const book = `${target.addressbooks(account.name)}friends/`;
    await Deno.writeTextFile(
      `${phone.contacts}/friends/displayname`,
      "Freunde",
    );
    await phone.metasync();
    assert.equal(await dav.property(book, "{DAV:}displayname"), "Freunde");
  });
}

async function haveConflict(
  { session, dav, laptop, phone }: Pair,
): Promise<void> {
  const { steps, target, account } = session;
  const url = `${target.calendars(account.name)}trips/`;
  const { path } = findFile(`${laptop.calendars}/trips`, "vd-keep");
  const other = findFile(`${phone.calendars}/trips`, "vd-keep").path;
  const mine = sampleEvent("vd-keep", "Mine");
  await steps.check("conflict: reported, and nothing is lost", async () => {
    await Deno.writeTextFile(path, mine);
    await Deno.writeTextFile(other, sampleEvent("vd-keep", "Theirs"));
    await laptop.sync();
    const { stdout, stderr } = await phone.sync([1]);
    assert.match(`${stdout}${stderr}`, /conflict/i);
    assert.match(await Deno.readTextFile(other), /Theirs/);
    assertSameBytes(await dav.get(`${url}keep.ics`), mine, "on the server");
  });
  await steps.check(
    "conflict: resolved as told, the server's wins",
    async () => {
      const resolving = await createDevice(session, "phone", {
        winner: "server",
      });
      await resolving.sync();
      assertSameBytes(await Deno.readFile(other), mine, "on the phone");
    },
  );
  await steps.check(
    "conflict: resolved as told, the device's wins",
    async () => {
      const theirs = sampleEvent("vd-keep", "Theirs at last");
      await Deno.writeTextFile(path, sampleEvent("vd-keep", "Mine again"));
      await Deno.writeTextFile(other, theirs);
      await laptop.sync();
      const resolving = await createDevice(session, "phone", {
        winner: "local",
      });
      await resolving.sync();
      assertSameBytes(await dav.get(`${url}keep.ics`), theirs, "on the server");
      await laptop.sync();
      assertSameBytes(await Deno.readFile(path), theirs, "on the laptop");
    },
  );
}
