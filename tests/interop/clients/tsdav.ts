/** tsdav: the library under many web applications. */

import assert from "node:assert/strict";
import { createDAVClient, type DAVCalendar, type DAVCollection } from "tsdav";
import type { Client, Session } from "../context.ts";
import { sampleCard, sampleEvent } from "../samples.ts";

type Tsdav = Awaited<ReturnType<typeof createDAVClient>>;

/** Calendars and address books, each from discovery to deletion. */
export const TSDAV: Client = {
  name: "tsdav",
  debian: [],
  python: false,
  users: ["tess"],
  async run(session) {
    await useCalendars(session);
    await useContacts(session);
    await session.steps.check("is refused with a wrong password", async () => {
      await assert.rejects(signIn(session, "caldav", "wrong"));
    });
  },
};

async function useCalendars(session: Session): Promise<void> {
  const { steps, target, account } = session;
  const client = await steps.must(
    "signs in for CalDAV, from the root URL",
    () => signIn(session, "caldav"),
  );
  const url = `${target.calendars(account.name)}trips/`;
  await steps.must("makes a calendar (makeCalendar)", async () => {
    const answers = await client.makeCalendar({
      url,
      props: { displayname: "Reisen & mehr", "ca:calendar-color": "#336699" },
    });
    assert.ok(answers.every((answer) => answer.ok), JSON.stringify(answers));
  });
  const calendar = await steps.must("lists the calendars", async () => {
    const found = (await client.fetchCalendars())
      .find((one) => new URL(one.url, target.root).href === url);
    assert.ok(found, "the new calendar is not listed");
    assert.equal(found.displayName, "Reisen & mehr");
    assert.equal(found.calendarColor, "#336699");
    assert.ok(found.components?.includes("VEVENT"));
    assert.ok(found.ctag, "no ctag");
    assert.match(String(found.syncToken), /:/);
    assert.ok(found.reports?.includes("syncCollection"));
    return found;
  });
  await steps.must("creates an event", async () => {
    const answer = await client.createCalendarObject({
      calendar,
      filename: "one.ics",
      iCalString: sampleEvent("tsdav-1", "Boat trip"),
    });
    assert.equal(answer.status, 201);
    assert.match(answer.headers.get("etag") ?? "", /^"/);
    await answer.body?.cancel();
  });
  await steps.check("does not overwrite by creating again: 412", async () => {
    const answer = await client.createCalendarObject({
      calendar,
      filename: "one.ics",
      iCalString: sampleEvent("tsdav-1", "Boat trip, again"),
    });
    assert.equal(answer.status, 412);
    await answer.body?.cancel();
  });
  await steps.check("fetches by time range: inside and outside", async () => {
    const inside = await client.fetchCalendarObjects({
      calendar,
      timeRange: { start: "2026-12-03T00:00:00Z", end: "2026-12-04T00:00:00Z" },
    });
    // It takes blanks off the ends of every text in XML.
    assert.deepEqual(inside.map((one) => one.data), [
      sampleEvent("tsdav-1", "Boat trip").trim(),
    ]);
    const outside = await client.fetchCalendarObjects({
      calendar,
      timeRange: { start: "2027-12-03T00:00:00Z", end: "2027-12-04T00:00:00Z" },
    });
    assert.deepEqual(outside, []);
  });
  await updateAndSync(session, client, calendar);
}

async function updateAndSync(
  session: Session,
  client: Tsdav,
  calendar: DAVCalendar,
): Promise<void> {
  const { steps } = session;
  const first = await syncOnce(client, calendar.url);
  await steps.check("updates with the ETag", async () => {
    const object = await theObject(client, calendar);
    const answer = await client.updateCalendarObject({
      calendarObject: {
        ...object,
        data: sampleEvent("tsdav-1", "Boat trip at noon"),
      },
    });
    assert.equal(answer.status, 204);
    assert.notEqual(answer.headers.get("etag"), object.etag);
    await answer.body?.cancel();
    const stale = await client.updateCalendarObject({
      calendarObject: { ...object, data: sampleEvent("tsdav-1", "Too late") },
    });
    assert.equal(stale.status, 412, "an update with the old ETag");
    await stale.body?.cancel();
    assert.match((await theObject(client, calendar)).data, /Boat trip at noon/);
  });
  await steps.check("sees that the calendar changed (ctag)", async () => {
    const { isDirty } = await client.isCollectionDirty({
      collection: calendar,
    });
    assert.equal(isDirty, true);
  });
  await steps.check("syncs by token: a change, then a deletion", async () => {
    const second = await syncOnce(client, calendar.url, first.token);
    assert.deepEqual(second.changed, ["one.ics"]);
    const object = await theObject(client, calendar);
    const answer = await client.deleteCalendarObject({
      calendarObject: object,
    });
    assert.equal(answer.status, 204);
    await answer.body?.cancel();
    const third = await syncOnce(client, calendar.url, second.token);
    assert.deepEqual(third.changed, []);
    assert.deepEqual(third.gone, ["one.ics"]);
    const fourth = await syncOnce(client, calendar.url, third.token);
    assert.deepEqual([fourth.changed, fourth.gone], [[], []]);
  });
  await steps.check("deletes the calendar", async () => {
    const answer = await client.deleteObject({ url: calendar.url });
    assert.equal(answer.status, 204);
    await answer.body?.cancel();
    const left = await client.fetchCalendars();
    assert.ok(!left.some((one) => one.url === calendar.url));
  });
}

async function useContacts(session: Session): Promise<void> {
  const { steps } = session;
  const client = await steps.must(
    "signs in for CardDAV, from the root URL",
    () => signIn(session, "carddav"),
  );
  const book = await steps.must("lists the address books", async () => {
    const [found] = await client.fetchAddressBooks();
    assert.ok(found, "no address book");
    assert.ok(found.displayName, "no display name");
    return found;
  });
  await steps.must("creates and fetches a vCard", async () => {
    const answer = await client.createVCard({
      addressBook: book,
      filename: "ada.vcf",
      vCardString: sampleCard("tsdav-card", "Ada Example"),
    });
    assert.equal(answer.status, 201);
    await answer.body?.cancel();
    const card = await theCard(client, book);
    assert.equal(card.data, sampleCard("tsdav-card", "Ada Example").trim());
  });
  await steps.check("updates with the ETag; 412 with an old one", async () => {
    const card = await theCard(client, book);
    const vCard = { ...card, data: sampleCard("tsdav-card", "Ada Changed") };
    const answer = await client.updateVCard({ vCard });
    assert.equal(answer.status, 204);
    await answer.body?.cancel();
    const stale = await client.updateVCard({ vCard });
    assert.equal(stale.status, 412);
    await stale.body?.cancel();
    assert.match((await theCard(client, book)).data, /Ada Changed/);
  });
  await steps.check("deletes the vCard", async () => {
    const before = await syncOnce(client, book.url);
    const answer = await client.deleteVCard({
      vCard: await theCard(client, book),
    });
    assert.equal(answer.status, 204);
    await answer.body?.cancel();
    const after = await syncOnce(client, book.url, before.token);
    assert.deepEqual([after.changed, after.gone], [[], ["ada.vcf"]]);
  });
}

function signIn(
  session: Session,
  kind: "caldav" | "carddav",
  password = session.account.password,
): Promise<Tsdav> {
  return createDAVClient({
    serverUrl: session.target.root,
    credentials: { username: session.account.name, password },
    authMethod: "Basic",
    defaultAccountType: kind,
  });
}

async function theObject(client: Tsdav, calendar: DAVCalendar) {
  const [object] = await client.fetchCalendarObjects({ calendar });
  assert.ok(object?.etag, "no object with an ETag");
  return { ...object, etag: object.etag, data: String(object.data) };
}

async function theCard(client: Tsdav, book: DAVCollection) {
  const [card] = await client.fetchVCards({ addressBook: book });
  assert.ok(card?.etag, "no vCard with an ETag");
  return { ...card, etag: card.etag, data: String(card.data) };
}

async function syncOnce(
  client: Tsdav,
  url: string,
  syncToken?: string,
): Promise<{ token: string; changed: string[]; gone: string[] }> {
  const answers = await client.syncCollection({
    url,
    props: { "d:getetag": {} },
    syncLevel: 1,
    ...syncToken === undefined ? {} : { syncToken },
  });
  const raw = answers[0]?.raw as
    | { multistatus?: { syncToken?: unknown } }
    | undefined;
  const members = answers.filter((answer) =>
    /\.(ics|vcf)$/.test(answer.href ?? "")
  );
  const names = (wanted: boolean) =>
    members.filter((answer) => (answer.status === 404) === wanted)
      .map((answer) => answer.href?.split("/").at(-1) ?? "");
  return {
    token: String(raw?.multistatus?.syncToken ?? ""),
    changed: names(false),
    gone: names(true),
  };
}
