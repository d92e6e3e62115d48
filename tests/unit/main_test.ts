import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "./cli/fakes.ts";
import { CERTIFICATE, PRIVATE_KEY } from "./certificate.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the program on a folder until it says where it listens, and a test beside it. */
async function running(
  data: string,
  args: readonly string[],
  test: (url: string) => Promise<void>,
): Promise<void> {
  await Deno.writeTextFile(`${data}/password`, "secret-1");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "main.ts", "serve", "--listen", "127.0.0.1:0"],
      ...["--data", `${data}/store`],
      ...args,
    ],
    cwd: ROOT,
    env: { KALENDS_PASSWORD_FILE: `${data}/password` },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let url: string | undefined;
  while (url === undefined) {
    const { value, done } = await output.read();
    if (done) break;
    text += value;
    url = /^ {2}server +(\S+)/m.exec(text)?.[1];
  }
  try {
    assert.ok(url, text);
    await test(url);
  } finally {
    child.kill("SIGTERM");
    await output.cancel();
    await child.status;
  }
}

const headers = {
  authorization: `Basic ${btoa("me:secret-1")}`,
  depth: "1",
};

Deno.test("serve with a certificate answers over TLS, time zones too (RFC 7808 section 8)", () =>
  inFolder(async (data) => {
    await Deno.writeTextFile(`${data}/cert.pem`, CERTIFICATE);
    await Deno.writeTextFile(`${data}/key.pem`, PRIVATE_KEY);
    const args = [
      ...["--tls-cert", `${data}/cert.pem`],
      ...["--tls-key", `${data}/key.pem`],
    ];
    await running(data, args, async (url) => {
      assert.match(url, /^https:/);
      using client = Deno.createHttpClient({ caCerts: [CERTIFICATE] });
      const trusting = { method: "GET", client };
      const zones = await fetch(`${url}timezones/capabilities`, trusting);
      assert.equal(zones.status, 200);
      assert.equal((await zones.json()).version, 1);
      const home = await fetch(`${url}calendars/me/`, {
        ...trusting,
        method: "PROPFIND",
        headers,
      });
      assert.equal(home.status, 207);
      await home.body?.cancel();
      const plain = url.replace("https:", "http:");
      await assert.rejects(fetch(plain, trusting));
    });
  }));

Deno.test("serve hands its settings to the protocol", () =>
  inFolder(async (data) => {
    const args = ["--timezone", "Asia/Tokyo", "--max-resource-size", "2KiB"];
    await running(data, args, async (url) => {
      const put = async (name: string, more: string) => {
        const answer = await fetch(`${url}calendars/me/home/${name}`, {
          method: "PUT",
          headers: { ...headers, "content-type": "text/calendar" },
          body: [
            ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"],
            ...["BEGIN:VEVENT", `UID:${name}`, "DTSTAMP:20260101T000000Z"],
            ...["DTSTART:20260601T060000", `SUMMARY:${more}`],
            ...["END:VEVENT", "END:VCALENDAR", ""],
          ].join("\r\n"),
        });
        await answer.body?.cancel();
        return answer.status;
      };
      assert.equal(await put("small.ics", "Breakfast"), 201);
      assert.equal(await put("large.ics", "x".repeat(2048)), 403);
      // six in the morning of nobody's zone is nine hours earlier in UTC
      const found = await fetch(`${url}calendars/me/home/`, {
        method: "REPORT",
        headers: { ...headers, "content-type": "application/xml" },
        body: `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" ` +
          `xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><C:filter>` +
          `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">` +
          `<C:time-range start="20260531T205900Z" end="20260531T210100Z"/>` +
          `</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
      });
      assert.match(await found.text(), /small\.ics/);
    });
  }));
