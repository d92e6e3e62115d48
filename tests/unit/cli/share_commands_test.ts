import assert from "node:assert/strict";
import { cli, inFolder, serving } from "./fakes.ts";

const SECRET = { input: "secret-1\n" };

/** Command lines, and what each prints. */
const LIFE = [
  ["group add team", "Made the group team."],
  [
    "share anna/home bert write",
    "calendars/anna/home is shared with bert: write.",
  ],
  [
    "share addressbooks/anna/contacts group:team read",
    "addressbooks/anna/contacts is shared with group:team: read.",
  ],
  [
    "share anna/tasks public read --private busy",
    "calendars/anna/tasks is shared with public: read.",
  ],
  [
    "shares",
    "calendars/anna/home\tbert\twrite\thide",
    "calendars/anna/tasks\tpublic\tread\tbusy",
    "addressbooks/anna/contacts\tgroup:team\tread\thide",
  ],
  [
    "share anna/home bert free-busy",
    "calendars/anna/home is shared with bert: free-busy.",
  ],
  [
    "unshare anna/tasks public",
    "calendars/anna/tasks is no longer shared with public.",
  ],
  [
    "shares ANNA",
    "calendars/anna/home\tbert\tfree-busy\thide",
    "addressbooks/anna/contacts\tgroup:team\tread\thide",
  ],
  ["shares bert"],
  // a name written in another way
  [
    "share J\u00fcrg/home anna read",
    "calendars/j\u00fcrg/home is shared with anna: read.",
  ],
  ["shares JU\u0308RG", "calendars/j\u00fcrg/home\tanna\tread\thide"],
] as const;

/** Command lines that fail, and what each complains of. */
const FAILURES = [
  [
    "share anna/home bert some",
    '"some" is no level: free-busy, read, write, manage.',
  ],
  [
    "share anna/home bert read --private yes",
    '"yes" is no mode: hide, busy, show.',
  ],
  [
    "share anna/none bert read",
    'There is no calendar or address book "anna/none".',
  ],
  ["share anna/home carl read", "There is no user carl."],
  ["share anna/home constructor read", "There is no user constructor."],
  ["share anna/home group:x read", "There is no group x."],
  [
    "share anna/home public write",
    "Who has not signed in can only read: share with everyone instead.",
  ],
  ["unshare anna/home bert", "This is not shared with bert."],
  ["shares carl", "There is no account carl."],
] as const;

async function live(data: string): Promise<void> {
  for (const name of ["anna", "bert", "j\u00fcrg"]) {
    await cli(["user", "add", name, "--data", data], SECRET);
  }
  const run = (line: string) => cli([...line.split(" "), "--data", data]);
  for (const [line, complaint] of FAILURES) {
    const { code, out, err } = await run(line);
    assert.deepEqual([code, out, err.join(" ")], [1, [], complaint], line);
  }
  for (const [line, ...printed] of LIFE) {
    const { code, out, err } = await run(line);
    assert.deepEqual([code, out, err], [0, printed, []], line);
  }
}

Deno.test("shares are made, changed, listed and ended without a server", () =>
  inFolder((parent) => live(`${parent}/data`)));

Deno.test("shares are made, changed, listed and ended through the server that runs", () =>
  inFolder((data) => serving(data, () => live(data))));
