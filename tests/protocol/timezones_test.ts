import assert from "node:assert/strict";
import { parseCalendarText } from "../../src/calendar/parse.ts";
import { zoneAliases, zoneNames } from "../../src/calendar/zones/zone_names.ts";
import { createTestServer } from "./harness.ts";
import type { DavAnswer, DavOptions, TestServer } from "./harness.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const NEW_YORK = "/timezones/zones/America%2FNew_York";

/** Anybody asks. */
function ask(
  server: TestServer,
  path: string,
  { method = "GET", ...options }: DavOptions & { method?: string } = {},
): Promise<DavAnswer> {
  return server.dav(method, path, { user: null, ...options });
}

interface Summary {
  readonly tzid: string;
  readonly etag: string;
  readonly "last-modified": string;
  readonly publisher: string;
  readonly version: string;
  readonly aliases?: readonly string[];
}

interface List {
  readonly synctoken: string;
  readonly timezones: readonly Summary[];
}

function readJson(answer: DavAnswer): unknown {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get("content-type"), JSON_TYPE);
  assert.equal(
    answer.headers.get("content-length"),
    String(answer.bytes.length),
  );
  return JSON.parse(answer.text);
}

async function list(server: TestServer, query = ""): Promise<List> {
  return readJson(await ask(server, `/timezones/zones${query}`)) as List;
}

/** Fails unless the answer is the problem (RFC 7808 section 4.1.7). */
function assertProblem(answer: DavAnswer, status: number, error: string) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(
    answer.headers.get("content-type"),
    "application/problem+json; charset=utf-8",
  );
  assert.equal(answer.headers.get("content-language"), "en");
  const { title, ...rest } = JSON.parse(answer.text) as { title: string };
  const type = `urn:ietf:params:tzdist:error:${error}`;
  assert.deepEqual(rest, { type, status });
  assert.ok(title.length > 10);
}

Deno.test("timezones redirects from the well-known URI to its context path (RFC 7808 section 4.2.1.3.1)", async () => {
  await using server = await createTestServer({ basePath: "/servlet" });
  const answer = await ask(server, "/.well-known/timezone");
  assert.equal(answer.status, 301);
  assert.equal(answer.headers.get("location"), "/servlet/timezones");
  assert.match(answer.headers.get("cache-control") ?? "", /max-age=\d+/);
  // whoever follows it finds the service, and asks on from there
  const found = readJson(await ask(server, "/servlet/timezones"));
  assert.deepEqual(
    found,
    readJson(await ask(server, "/servlet/timezones/capabilities")),
  );
  assert.equal((await ask(server, "/timezones/zones")).status, 401);
});

Deno.test("timezones answers capabilities (RFC 7808 section 5.1.1)", async () => {
  await using server = await createTestServer({ basePath: "/servlet" });
  const found = readJson(
    await ask(server, "/servlet/timezones/capabilities"),
  ) as Record<string, unknown>;
  const { "primary-source": source, ...info } = found["info"] as {
    "primary-source": string;
  };
  assert.match(source, /^IANA:\d{4}[a-z]/);
  const parameter = (name: string, required: boolean) => ({
    name,
    required,
    multi: false,
  });
  const prefix = "/servlet/timezones";
  assert.deepEqual({ ...found, info }, {
    version: 1,
    info: {
      formats: ["text/calendar"],
      truncated: { any: true, untruncated: true },
    },
    actions: [
      {
        name: "capabilities",
        "uri-template": `${prefix}/capabilities`,
        parameters: [],
      },
      {
        name: "list",
        "uri-template": `${prefix}/zones{?changedsince}`,
        parameters: [parameter("changedsince", false)],
      },
      {
        name: "get",
        "uri-template": `${prefix}/zones{/tzid}{?start,end}`,
        parameters: [parameter("start", false), parameter("end", false)],
      },
      {
        name: "expand",
        "uri-template": `${prefix}/zones{/tzid}/observances{?start,end}`,
        parameters: [parameter("start", true), parameter("end", true)],
      },
      {
        name: "find",
        "uri-template": `${prefix}/zones{?pattern}`,
        parameters: [parameter("pattern", true)],
      },
      {
        name: "leapseconds",
        "uri-template": `${prefix}/leapseconds`,
        parameters: [],
      },
    ],
  });
});

Deno.test("timezones lists all zones (RFC 7808 section 5.2.1)", async () => {
  await using server = await createTestServer();
  const { synctoken, timezones, ...rest } = await list(server);
  assert.deepEqual(rest, {});
  assert.ok(synctoken.length > 0);
  assert.deepEqual(timezones.map(({ tzid }) => tzid), zoneNames());
  const found = timezones.find(({ tzid }) => tzid === "America/New_York");
  assert.ok(found);
  const { etag, version, "last-modified": modified, ...named } = found;
  assert.deepEqual(named, {
    tzid: "America/New_York",
    publisher: "IANA",
    aliases: zoneAliases("America/New_York"),
  });
  assert.ok(named.aliases?.includes("US/Eastern"));
  assert.match(modified, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(version, /^\d{4}[a-z]/);
  // section 4.1.4: the tag that "get" has
  const zone = await ask(server, NEW_YORK);
  assert.equal(zone.headers.get("etag"), `"${etag}"`);
});

Deno.test("timezones lists what has changed since a token (RFC 7808 section 4.2.2.2)", async () => {
  await using server = await createTestServer();
  const all = await list(server);
  assert.deepEqual(await list(server, `?changedsince=${all.synctoken}`), {
    synctoken: all.synctoken,
    timezones: [],
  });
  assert.deepEqual(await list(server, "?changedsince=unknown"), all);
  assert.deepEqual(await list(server, "?changedsince="), all);
  assertProblem(
    await ask(server, "/timezones/zones?changedsince=a&changedsince=a"),
    400,
    "invalid-changedsince",
  );
});

Deno.test("timezones gives a zone, and 304 for what a client has (RFC 7808 sections 5.3.1 and 5.3.2)", async () => {
  await using server = await createTestServer();
  const headers = { accept: "text/calendar" };
  const answer = await ask(server, NEW_YORK, { headers });
  assert.equal(answer.status, 200);
  assert.equal(
    answer.headers.get("content-type"),
    "text/calendar; charset=utf-8",
  );
  assert.equal(answer.headers.get("cache-control"), "public, max-age=3600");
  assert.equal(answer.headers.get("vary"), "Accept");
  const parsed = parseCalendarText(answer.text);
  assert.ok(parsed.ok);
  const zones = parsed.calendar.root.components;
  assert.deepEqual(zones.map(({ name }) => name), ["VTIMEZONE"]);
  assert.match(answer.text, /\r\nTZID:America\/New_York\r\nBEGIN:STANDARD\r\n/);
  const etag = answer.headers.get("etag") ?? "";
  assert.match(etag, /^"[^"]+"$/);

  const same = await ask(server, NEW_YORK, {
    headers: { ...headers, "if-none-match": etag },
  });
  assert.equal(same.status, 304);
  assert.equal(same.text, "");
  assert.equal(same.headers.get("etag"), etag);
  assert.equal(same.headers.get("content-type"), null);
  const other = await ask(server, NEW_YORK, {
    headers: { "if-none-match": '"other"' },
  });
  assert.equal(other.text, answer.text);
  const failed = await ask(server, NEW_YORK, {
    headers: { "if-match": '"other"' },
  });
  assertProblem(failed, 412, "invalid-action");
});

Deno.test("timezones gives text/calendar without Accept, and nothing else (RFC 7808 section 5.3)", async () => {
  await using server = await createTestServer();
  for (
    const [accept, status] of [
      [undefined, 200],
      ["*/*", 200],
      ["text/*;q=0.5", 200],
      ["application/calendar+json, text/calendar;q=0.1", 200],
      ["application/calendar+json", 406],
      ["application/calendar+xml, text/html", 406],
      ["text/calendar;q=0, */*", 406],
    ] as const
  ) {
    const headers = accept === undefined ? {} : { accept };
    const answer = await ask(server, NEW_YORK, { headers });
    if (status === 406) assertProblem(answer, 406, "invalid-format");
    else assert.equal(answer.status, status, accept);
  }
});

Deno.test("timezones gives a zone by another of its names (RFC 7808 section 5.3.3)", async () => {
  await using server = await createTestServer();
  const plain = await ask(server, NEW_YORK);
  const alias = await ask(server, "/timezones/zones/US%2FEastern");
  assert.equal(alias.headers.get("etag"), plain.headers.get("etag"));
  assert.equal(
    alias.text,
    plain.text.replace(
      "TZID:America/New_York\r\n",
      "TZID:US/Eastern\r\nTZID-ALIAS-OF:America/New_York\r\n",
    ),
  );
  // what a proxy has decoded on the way
  const decoded = await ask(server, "/timezones/zones/US/Eastern");
  assert.equal(decoded.text, alias.text);
});

Deno.test("timezones cuts a zone at both ends (RFC 7808 section 5.3.4)", async () => {
  await using server = await createTestServer();
  const answer = await ask(
    server,
    `${NEW_YORK}?start=2010-01-01T00:00:00Z&end=2020-01-01T00:00:00Z`,
  );
  assert.equal(answer.status, 200);
  // the RFC has 20101231, which is a year too late
  assert.ok(
    answer.text.includes(
      [
        "TZID:America/New_York",
        "TZUNTIL:20200101T000000Z",
        "BEGIN:STANDARD",
        "TZNAME:EST",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0500",
        "DTSTART:20091231T190000",
        "END:STANDARD",
        "",
      ].join("\r\n"),
    ),
    answer.text,
  );
  const starts = answer.text.match(/DTSTART:(\d{4})/g);
  assert.deepEqual(starts, ["DTSTART:2009", "DTSTART:2010", "DTSTART:2010"]);
  assert.match(answer.text, /UNTIL=20191103T060000Z/);
  const open = await ask(server, `${NEW_YORK}?start=2010-01-01T00:00:00Z`);
  assert.doesNotMatch(open.text, /UNTIL/);
  assert.match(open.text, /DTSTART:20091231T190000/);
  const other = await ask(server, `${NEW_YORK}?start=2000-01-01T00:00:00Z`);
  assert.match(other.text, /DTSTART:19991231T190000/);
  const until = await ask(server, `${NEW_YORK}?end=1900-01-01T00:00:00Z`);
  assert.match(until.text, /TZUNTIL:19000101T000000Z/);
  assert.match(until.text, /TZNAME:LMT/);
});

Deno.test("timezones says that a zone does not exist (RFC 7808 section 5.3.5)", async () => {
  await using server = await createTestServer();
  const path = "/timezones/zones/America%2FPittsburgh";
  const headers = { accept: "application/calendar+json" };
  const answer = await ask(server, path, { headers });
  assertProblem(answer, 404, "tzid-not-found");
  assert.deepEqual(JSON.parse(answer.text), {
    type: "urn:ietf:params:tzdist:error:tzid-not-found",
    title: "Time zone identifier was not found on this server",
    status: 404,
  });
  const range = "start=2008-01-01T00:00:00Z&end=2009-01-01T00:00:00Z";
  for (
    const wrong of [
      `${path}/observances?${range}`,
      "/timezones/zones/america%2Fnew_york",
      "/timezones/zones/W.%20Europe%20Standard%20Time",
      "/timezones/zones//",
      `/timezones/zones/observances?${range}`,
    ]
  ) {
    assertProblem(await ask(server, wrong), 404, "tzid-not-found");
  }
});

Deno.test("timezones expands a zone (RFC 7808 section 5.4.1)", async () => {
  await using server = await createTestServer();
  const answer = await ask(
    server,
    `${NEW_YORK}/observances?start=2008-01-01T00:00:00Z&end=2009-01-01T00:00:00Z`,
  );
  assert.deepEqual(readJson(answer), {
    tzid: "America/New_York",
    observances: [
      {
        name: "EST",
        onset: "2008-01-01T00:00:00Z",
        "utc-offset-from": -18000,
        "utc-offset-to": -18000,
      },
      {
        name: "EDT",
        onset: "2008-03-09T07:00:00Z",
        "utc-offset-from": -18000,
        "utc-offset-to": -14400,
      },
      {
        name: "EST",
        onset: "2008-11-02T06:00:00Z",
        "utc-offset-from": -14400,
        "utc-offset-to": -18000,
      },
    ],
  });
  const zone = await ask(server, NEW_YORK);
  assert.equal(answer.headers.get("etag"), zone.headers.get("etag"));
});

Deno.test("timezones expands 200 years at once, and says where it ends (RFC 7808 section 5.4)", async () => {
  await using server = await createTestServer();
  const read = async (start: string, end: string) =>
    readJson(
      await ask(
        server,
        `${NEW_YORK}/observances?start=${start}&end=${end}`,
      ),
    ) as { end?: string; start?: string; observances: unknown[] };
  const long = await read("2000-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
  assert.equal(long.end, "2200-01-01T00:00:00Z");
  assert.equal(long.start, undefined);
  assert.equal(long.observances.length, 401);
  const most = await read("2000-01-01T00:00:00Z", "2200-01-01T00:00:00Z");
  assert.equal(most.end, undefined);
  const old = await read("0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z");
  assert.equal(old.observances.length, 1);
});

Deno.test("timezones refuses ranges that are none (RFC 7808 sections 5.3 and 5.4)", async () => {
  await using server = await createTestServer();
  const start = "start=2008-01-01T00:00:00Z";
  const end = "end=2009-01-01T00:00:00Z";
  const both: readonly (readonly [string, string])[] = [
    [`${start}&${start}&${end}`, "invalid-start"],
    [`start=2008-01-01&${end}`, "invalid-start"],
    [`start=2008-02-30T00:00:00Z&${end}`, "invalid-start"],
    [`start=2008-01-01T00:00:00%2B01:00&${end}`, "invalid-start"],
    [`start=&${end}`, "invalid-start"],
    [`start=*&${end}`, "invalid-start"],
    [`${start}&${end}&${end}`, "invalid-end"],
    [`${start}&end=tomorrow`, "invalid-end"],
    [`${start}&end=2008-01-01T00:00:00Z`, "invalid-end"],
    [`${start}&end=2007-01-01T00:00:00Z`, "invalid-end"],
  ];
  for (const [query, error] of both) {
    for (const path of [NEW_YORK, `${NEW_YORK}/observances`]) {
      assertProblem(await ask(server, `${path}?${query}`), 400, error);
    }
  }
  // nothing is known before
  assertProblem(
    await ask(server, `${NEW_YORK}?end=1700-01-01T00:00:00Z`),
    400,
    "invalid-end",
  );
  const expand = `${NEW_YORK}/observances`;
  assertProblem(await ask(server, `${expand}?${end}`), 400, "invalid-start");
  assertProblem(await ask(server, `${expand}?${start}`), 400, "invalid-end");
});

Deno.test("timezones finds zones by their other names (RFC 7808 section 5.5.1)", async () => {
  await using server = await createTestServer();
  const all = await list(server);
  const find = async (pattern: string) => {
    const found = await list(
      server,
      `?pattern=${encodeURIComponent(pattern)}`,
    );
    assert.equal(found.synctoken, all.synctoken);
    return found.timezones;
  };
  const raw = await list(server, "?pattern=US/Eastern");
  assert.deepEqual(
    raw.timezones,
    all.timezones.filter(({ tzid }) => tzid === "America/New_York"),
  );
  assert.deepEqual((await find("*New York*")).map(({ tzid }) => tzid), [
    "America/New_York",
  ]);
  assert.deepEqual(await find("*"), all.timezones);
  assert.deepEqual(await find("nowhere*"), []);
  assertProblem(
    await ask(server, "/timezones/zones?pattern=a*b"),
    400,
    "invalid-pattern",
  );
  assertProblem(
    await ask(server, "/timezones/zones?pattern=a&pattern=a"),
    400,
    "invalid-pattern",
  );
  assertProblem(
    await ask(server, "/timezones/zones?pattern="),
    400,
    "invalid-pattern",
  );
});

Deno.test("timezones tells leap seconds (RFC 7808 section 5.6.1)", async () => {
  await using server = await createTestServer();
  const answer = await ask(server, "/timezones/leapseconds");
  const { expires, publisher, version, leapseconds, ...rest } = readJson(
    answer,
  ) as Record<string, unknown> & { leapseconds: readonly unknown[] };
  assert.deepEqual(rest, {});
  assert.match(String(expires), /^\d{4}-\d\d-\d\d$/);
  assert.equal(publisher, "IERS");
  assert.equal(typeof version, "string");
  assert.equal(leapseconds.length, 28);
  for (
    const known of [
      { "utc-offset": 10, onset: "1972-01-01" },
      { "utc-offset": 11, onset: "1972-07-01" },
      { "utc-offset": 35, onset: "2012-07-01" },
      { "utc-offset": 36, onset: "2015-07-01" },
    ]
  ) {
    assert.ok(
      leapseconds.some((one) => JSON.stringify(one) === JSON.stringify(known)),
      known.onset,
    );
  }
  assert.deepEqual(leapseconds.at(-1), {
    "utc-offset": 37,
    onset: "2017-01-01",
  });
});

Deno.test("timezones knows GET, HEAD and OPTIONS, and its own paths", async () => {
  await using server = await createTestServer();
  const head = await ask(server, NEW_YORK, { method: "HEAD" });
  const get = await ask(server, NEW_YORK);
  assert.equal(head.status, 200);
  assert.equal(head.text, "");
  for (const name of ["etag", "content-length", "content-type"]) {
    assert.equal(head.headers.get(name), get.headers.get(name), name);
  }
  const options = await ask(server, "/timezones/", { method: "OPTIONS" });
  assert.equal(options.status, 200);
  assert.equal(options.headers.get("allow"), "GET, HEAD, OPTIONS");
  assert.equal(options.headers.get("dav"), null);
  for (const method of ["POST", "PUT", "PROPFIND", "DELETE"]) {
    const refused = await ask(server, NEW_YORK, { method });
    assertProblem(refused, 405, "invalid-action");
    assert.equal(refused.headers.get("allow"), "GET, HEAD, OPTIONS");
  }
  for (
    const path of ["x", "capabilities/x", "leapseconds/x", "%ff", "zones/%ff"]
  ) {
    assertProblem(
      await ask(server, `/timezones/${path}`),
      404,
      "invalid-action",
    );
  }
  // only whole segments count
  assert.equal((await ask(server, "/timezonesx")).status, 401);
});

Deno.test("timezones gives JSON another tag when it says something else", async () => {
  await using server = await createTestServer();
  const all = await ask(server, "/timezones/zones");
  const { synctoken } = JSON.parse(all.text) as List;
  const none = await ask(server, `/timezones/zones?changedsince=${synctoken}`);
  assert.notEqual(all.headers.get("etag"), none.headers.get("etag"));
  const same = await ask(server, "/timezones/zones", {
    headers: { "if-none-match": all.headers.get("etag") ?? "" },
  });
  assert.equal(same.status, 304);
});
