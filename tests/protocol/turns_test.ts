import assert from "node:assert/strict";
import type { Service } from "../../src/service/types.ts";
import { Paused } from "../../src/store/signals.ts";
import { childElements, findChild, NS, textOf } from "../../src/xml/names.ts";
import {
  createTestServer,
  event,
  parseMultistatus,
  propfindBody,
  put,
  type TestServer,
  XMLNS,
} from "./harness.ts";

const CALENDAR = "/calendars/me/home/";

/** Objects whose expansion is much work, but not too much. */
async function fill(server: TestServer): Promise<void> {
  for (let n = 0; n < 80; n++) {
    const body = event(`a${n}`).replace(
      "END:VEVENT",
      "RRULE:FREQ=HOURLY;INTERVAL=1\r\nEND:VEVENT",
    );
    await put(server, `${CALENDAR}a${n}.ics`, body);
  }
}

const QUERY =
  '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data><C:expand start="20300101T000000Z" end="20300301T000000Z"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20300101T000000Z" end="20300301T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>';

const BUSY =
  '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20300101T000000Z" end="20300601T000000Z"/></C:free-busy-query>';

for (
  const [name, body] of [["calendar-query", QUERY], ["free-busy-query", BUSY]]
) {
  Deno.test(`others are answered while a ${name} is much work`, async () => {
    await using server = await createTestServer();
    await fill(server);
    let isDone = false;
    const long = server.dav("REPORT", CALENDAR, {
      headers: { depth: "1" },
      body: body ?? "",
    }).finally(() => {
      isDone = true;
    });
    let others = 0;
    while (!isDone) {
      const answer = await server.dav("GET", `${CALENDAR}a1.ics`);
      assert.equal(answer.status, 200);
      if (!isDone) others++;
      // All that waits gets a turn, as on a socket.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const answer = await long;
    assert.ok([200, 207].includes(answer.status), answer.text.slice(0, 300));
    // One or two slip through before the work has begun.
    assert.ok(others > 4, `${others} others were answered meanwhile`);
  });
}

/** Has something done whenever an answer leaves others a turn, and holds it until that is done; gives how often. */
function atEachTurn(
  { service }: TestServer,
  act: (turn: number) => Promise<void>,
): () => number {
  const { read } = service;
  let turns = 0;
  const held: Service["read"] = async (session, look) => {
    let acts = Promise.resolve();
    let isHeld = false;
    const answer = await read(session, (reader) => {
      if (isHeld) return reader.view.pause();
      try {
        return look(reader);
      } catch (error) {
        if (!(error instanceof Paused)) throw error;
        isHeld = true;
        acts = act(++turns);
        const goOn = () => {
          isHeld = false;
        };
        acts.then(goOn, goOn);
        throw error;
      }
    });
    await acts;
    return answer;
  };
  Object.assign(service, { read: held });
  return () => turns;
}

/** A zone without a history, some minutes before UTC. */
function zoneText(minutes: string): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    "BEGIN:VTIMEZONE",
    "TZID:Own Zone",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    `TZOFFSETFROM:+00${minutes}`,
    `TZOFFSETTO:+00${minutes}`,
    "END:STANDARD",
    "END:VTIMEZONE",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

Deno.test("an answer holds one zone of a calendar, though another of its name is set meanwhile", async () => {
  await using server = await createTestServer();
  const setZone = async (minutes: string) => {
    const value = zoneText(minutes);
    const answer = await server.dav("PROPPATCH", CALENDAR, {
      body:
        `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:calendar-timezone>${value}</C:calendar-timezone></D:prop></D:set></D:propertyupdate>`,
    });
    assert.ok(answer.text.includes("200 OK"), answer.text);
  };
  await setZone("02");
  const padding = `DESCRIPTION:${"x".repeat(20_000)}`;
  for (let n = 0; n < 60; n++) {
    const hour = String(8 + Math.floor(n / 6)).padStart(2, "0");
    const body = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Example//EN",
      "BEGIN:VEVENT",
      `UID:z${n}`,
      "DTSTAMP:20300101T000000Z",
      `DTSTART:20300101T${hour}${n % 6}000`,
      "DURATION:PT1M",
      padding,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
    await put(server, `${CALENDAR}z${n}.ics`, body);
  }
  const turns = atEachTurn(server, async (turn) => {
    if (turn === 2) await setZone("07");
  });
  const { text } = await server.dav("REPORT", CALENDAR, {
    headers: { depth: "1" },
    body: BUSY,
  });
  assert.ok(turns() > 3, `${turns()} turns`);
  const starts = [...text.matchAll(/(\d)00Z\/(?:PT|\d{8}T)/g)];
  assert.equal(starts.length, 60, text.slice(0, 500));
  assert.equal(new Set(starts.map(([, digit]) => digit)).size, 1, text);
});

const FOLDER = "/files/me/d/";

/** A folder whose locks stand on each of its files, in an answer of that length at most. */
async function createLockedFolder(maxAnswerLength: number) {
  const server = await createTestServer({ maxAnswerLength });
  await server.dav("MKCOL", FOLDER);
  for (let n = 0; n < 40; n++) await put(server, `${FOLDER}${n}.txt`, "x");
  const locks =
    `<D:lockinfo ${XMLNS}><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`;
  for (let n = 0; n < 10; n++) {
    await server.dav("LOCK", FOLDER, { body: locks });
  }
  return server;
}

/** Tokens of the locks on each member. */
async function findLocks(server: TestServer): Promise<Map<string, string[]>> {
  const answer = await server.dav("PROPFIND", FOLDER, {
    headers: { depth: "1" },
    body: propfindBody("D:lockdiscovery"),
  });
  const { members } = parseMultistatus(answer);
  return new Map([...members].map(([href, { props }]) => {
    const locks = props[200]?.["{DAV:}lockdiscovery"];
    assert.ok(locks !== undefined, href);
    const tokens = childElements(locks).map((lock) => {
      const token = findChild(lock, NS.dav, "locktoken");
      return token === undefined ? "" : childElements(token).map(textOf).join();
    });
    return [href, tokens.sort()];
  }));
}

Deno.test("others are answered while the properties of many resources are put together", async () => {
  await using server = await createLockedFolder(600_000);
  const before = await findLocks(server);
  let others = 0;
  const turns = atEachTurn(server, async () => {
    const answer = await server.dav("GET", `${FOLDER}1.txt`);
    assert.equal(answer.status, 200);
    others++;
  });
  assert.deepEqual(await findLocks(server), before);
  assert.equal(before.size, 41);
  assert.ok([...before.values()].every((tokens) => tokens.length === 10));
  // What was found out before a turn is known after it: it does not come again.
  assert.ok(others > 10 && others <= 32, `${others} others were answered`);
  assert.equal(turns(), others);
});

Deno.test("an answer ends though its tree changes whenever others have a turn, and is of one state", async () => {
  await using server = await createLockedFolder(600_000);
  const [token] = [...(await findLocks(server)).values()][0] ?? [];
  const turns = atEachTurn(server, async (turn) => {
    await put(server, `/files/me/${turn}.txt`, "x");
    if (turn !== 3) return;
    const headers = { "lock-token": `<${token}>` };
    const answer = await server.dav("UNLOCK", FOLDER, { headers });
    assert.equal(answer.status, 204);
  });
  const found = await findLocks(server);
  assert.equal(found.size, 41);
  const [first] = found.values();
  assert.equal(first?.length, 9);
  for (const tokens of found.values()) assert.deepEqual(tokens, first);
  assert.ok(turns() > 32, `${turns()} turns`);
});
