import assert from "node:assert/strict";
import {
  type AclFixture,
  allow,
  createAclFixture,
} from "../../service/acl_fixture.ts";
import { at, collectionAt, ics, value } from "../../service/fixture.ts";
import type { Session } from "../../../src/service/types.ts";

const CALENDAR = "calendars/me/home";

function event(uid: string, access: string, summary = "Tea"): Uint8Array {
  const text = new TextDecoder().decode(ics(uid, { summary }));
  return new TextEncoder().encode(
    text.replace("END:VEVENT", `CLASS:${access}\r\nEND:VEVENT`),
  );
}

/** Tokens and ctags of the calendar and of the session's own home. */
function versions(
  it: AclFixture,
  session: Session | null,
): Promise<Record<"calendar" | "home", readonly string[]>> {
  return it.service.read(session, (reader) => {
    const of = (path: string) => {
      const collection = collectionAt(reader, path);
      return [reader.syncToken(collection), reader.ctag(collection)];
    };
    return {
      calendar: of(CALENDAR),
      home: of(`calendars/${session?.user.login}`),
    };
  });
}

/** What a sync with a token tells. */
async function sync(it: AclFixture, session: Session, token: string | null) {
  const page = value(
    await it.service.read(
      session,
      (reader) => reader.sync(collectionAt(reader, CALENDAR), token, null),
    ),
  );
  const names = page.changed.map(({ path }) =>
    path.type === "tree" ? path.names.at(-1) : ""
  );
  return { changed: names.sort(), removed: page.removed, token: page.token };
}

/** Nothing but private objects, in each of these. */
const HIDDEN: readonly (readonly [
  what: string,
  change: (it: AclFixture) => Promise<unknown>,
])[] = [
  ["is made", (it) => it.put(`${CALENDAR}/new.ics`, event("new", "PRIVATE"))],
  [
    "changes",
    (it) => it.put(`${CALENDAR}/p.ics`, event("p", "CONFIDENTIAL", "Milk")),
  ],
  ["goes", (it) => it.remove(`${CALENDAR}/p.ics`)],
  ["comes back", async (it) => {
    value(await it.remove(`${CALENDAR}/p.ics`));
    return await it.put(`${CALENDAR}/p.ics`, event("p", "PRIVATE"));
  }],
  [
    "is renamed",
    (it) =>
      it.service.move(it.me, at(`${CALENDAR}/p.ics`), at(`${CALENDAR}/q.ics`), {
        overwrite: false,
        depth: "infinity",
        conditions: {},
      }),
  ],
];

async function createShared(...more: readonly Parameters<typeof allow>[1][]) {
  const it = await createAclFixture();
  const ace = allow("you", "dav:read", ...more);
  value(await it.setAcl(CALENDAR, [ace]));
  value(await it.put(`${CALENDAR}/a.ics`, event("a", "PUBLIC")));
  value(await it.put(`${CALENDAR}/p.ics`, event("p", "PRIVATE")));
  return it;
}

for (const [what, change] of HIDDEN) {
  Deno.test(`a guest is not told by any version that a private object ${what}`, async () => {
    const it = await createShared();
    const [guest, owner] = [
      await versions(it, it.you),
      await versions(it, it.me),
    ];
    await change(it);
    assert.deepEqual(await versions(it, it.you), guest);
    assert.notDeepEqual(
      (await versions(it, it.me)).calendar,
      owner.calendar,
    );
    await change(it);
    assert.deepEqual(await versions(it, it.you), guest);
  });

  Deno.test(`who may write is told that a private object ${what}`, async () => {
    const it = await createShared("dav:write-content");
    const before = await versions(it, it.you);
    await change(it);
    const after = await versions(it, it.you);
    assert.notDeepEqual(after.calendar, before.calendar);
    assert.notDeepEqual(after.home, before.home);
  });
}

Deno.test("a guest loses nothing that they may read beside what they may not", async () => {
  const it = await createShared();
  let { token } = await sync(it, it.you, null);
  const next = async () => {
    const told = await sync(it, it.you, token);
    ({ token } = told);
    assert.deepEqual((await versions(it, it.you)).calendar[0], token);
    return [told.changed, told.removed];
  };
  const put = async (name: string, access: string, summary?: string) =>
    value(
      await it.put(`${CALENDAR}/${name}.ics`, event(name, access, summary)),
    );
  await put("p", "PRIVATE", "1");
  assert.deepEqual(await next(), [[], []]);
  await put("a", "PUBLIC", "1");
  await put("p", "PRIVATE", "2");
  assert.deepEqual(await next(), [["a.ics"], []]);
  await put("p", "PUBLIC", "3");
  await put("q", "PRIVATE");
  assert.deepEqual(await next(), [["p.ics"], []]);
  value(await it.remove(`${CALENDAR}/a.ics`));
  value(await it.remove(`${CALENDAR}/q.ics`));
  assert.deepEqual(await next(), [[], ["a.ics"]]);
});

Deno.test("what a guest may see from now on is newer than what they were told", async () => {
  const it = await createShared();
  const { token } = await sync(it, it.you, null);
  value(await it.put(`${CALENDAR}/p.ics`, event("p", "PRIVATE", "2")));
  value(await it.setAcl(`${CALENDAR}/p.ics`, [allow("you", "dav:write")]));
  const page = await it.service.read(
    it.you,
    (reader) => reader.sync(collectionAt(reader, CALENDAR), token, null),
  );
  assert.ok(!page.ok, "The token is at its end");
  const { changed } = await sync(it, it.you, null);
  assert.deepEqual(changed, ["a.ics", "p.ics"]);
});
