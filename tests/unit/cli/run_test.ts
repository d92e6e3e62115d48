import assert from "node:assert/strict";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { SETTING_NAMES } from "../../../src/cli/read_settings.ts";
import { settingVariable } from "../../../src/cli/settings.ts";
import { VERSION } from "../../../src/cli/version.ts";
import { cli, inFolder, serving, whoIs } from "./fakes.ts";

Deno.test("help lists every command and every setting", async () => {
  for (const args of [["help"], ["--help"], ["-h"]]) {
    const { code, out } = await cli(args);
    assert.equal(code, 0);
    const text = out.join("\n");
    for (const { name, summary } of COMMANDS) {
      assert.ok(text.includes(`  ${name}`) && text.includes(summary), name);
    }
    for (const name of SETTING_NAMES) {
      assert.ok(text.includes(settingVariable(name)), name);
    }
    assert.ok(text.includes("default 127.0.0.1:5232"));
    assert.ok(out.every((line) => line.length <= 110));
  }
});

for (const { name, flags } of COMMANDS) {
  Deno.test(`"${name} --help" explains it and does nothing`, async () => {
    const { code, out, err } = await cli([...name.split(" "), "--help"]);
    assert.deepEqual([code, err], [0, []]);
    // The command "help" shows the help itself.
    if (name !== "help") {
      assert.ok(out[0]?.startsWith(`Usage: kalends ${name}`), out[0]);
    }
    for (const flag of flags) {
      assert.ok(out.some((line) => line.includes(`--${flag.name}`)));
    }
  });
}

Deno.test("help on a command, on a group, and on what there is not", async () => {
  assert.ok((await cli(["help", "user", "add"])).out[0]?.includes("user add"));
  const group = await cli(["help", "user"]);
  assert.equal(group.code, 0);
  assert.ok(group.out.some((line) => line.includes("user passwd NAME")));
  assert.ok(!group.out.some((line) => line.startsWith("  serve")));
  const none = await cli(["help", "nothing"]);
  assert.equal(none.code, 2);
});

Deno.test("version is said in three ways", async () => {
  for (const args of [["version"], ["--version"], ["-V"]]) {
    assert.deepEqual(await cli(args), {
      code: 0,
      out: [`kalends ${VERSION}`],
      err: [],
    });
  }
});

for (
  const [args, pattern] of [
    [[], /Name a command/],
    [["dance"], /no command "dance"/],
    [["user"], /user add/],
    [["user", "dance"], /user add/],
    [["--nothing"], /no flag --nothing/],
    [["serve", "--nothing"], /no flag --nothing/],
    [["serve", "-x"], /no flag -x/],
    [["serve", "now"], /Too many words: "now"/],
    [["serve", "--listen"], /--listen needs a value/],
    [["serve", "--listen", "nowhere"], /--listen: expected ADDRESS:PORT/],
    [["serve", "--password", "x"], /no flag --password/],
    [["user", "add"], /NAME is missing/],
    [["share", "anna/home"], /WHO and LEVEL are missing/],
    [["user", "add", "a", "b"], /Too many words/],
    [["user", "list", "--listen", "x:1"], /no flag --listen/],
    [["user", "list", "--config", "/does/not/exist"], /configuration file/],
    [["user", "delete", "anna", "--data", "x", "--no"], /no flag --no/],
  ] as const
) {
  Deno.test(`"kalends ${args.join(" ")}" is wrong use`, async () => {
    const { code, out, err } = await cli(args);
    assert.deepEqual([code, out], [2, []]);
    assert.match(err.join("\n"), pattern);
  });
}

Deno.test("accounts are managed without a server", () =>
  inFolder(async (parent) => {
    const data = ["--data", `${parent}/data`];
    const add = await cli(
      [
        "user",
        "add",
        "Anna",
        "--email",
        "a@example.org",
        ...data,
        "--email=b@x",
      ],
      { input: "secret-1\n" },
    );
    assert.deepEqual(add, {
      code: 0,
      out: ["Made the account anna."],
      err: [],
    });
    await cli(["user", "add", "bert", "--display-name", "Bert B.", ...data], {
      terminal: true,
      secrets: ["secret-2", "secret-2"],
    });
    assert.deepEqual((await cli([...data, "user", "list"])).out, [
      "anna\tAnna\ta@example.org b@x",
      "bert\tBert B.",
    ]);
    const email = await cli(["user", "email", "anna", "c@x", ...data]);
    assert.deepEqual(email.out, ["Mail addresses of anna: c@x"]);
    assert.deepEqual((await cli(["user", "email", "anna", ...data])).out, [
      "anna has no mail address now.",
    ]);
    const asked = await cli(["user", "delete", "bert", ...data]);
    assert.equal(asked.code, 2);
    const gone = await cli(["user", "delete", "bert", "--yes", ...data]);
    assert.deepEqual([gone.code, gone.out], [0, ["Deleted the account bert."]]);
    assert.deepEqual((await cli(["user", "list", ...data])).out, [
      "anna\tAnna",
    ]);
  }));

Deno.test("commands say what is wrong and answer 1", () =>
  inFolder(async (parent) => {
    const data = ["--data", `${parent}/data`];
    const secret = { input: "secret-1\n" };
    const none = await cli(["user", "list", ...data]);
    assert.equal(none.code, 1);
    assert.match(none.err.join(), /There is no data in/);
    await cli(["user", "add", "anna", ...data], secret);
    for (
      const [args, options, pattern] of [
        [["user", "add", "anna"], secret, /exists already/],
        [["user", "add", "a b"], secret, /sign-in name/],
        [["user", "add", "bert"], { input: "short" }, /at least 8/],
        [["user", "add", "bert"], { input: "" }, /no password/],
        [
          ["user", "add", "bert", "--password-file", "/none"],
          {},
          /Cannot read/,
        ],
        [["user", "passwd", "bert"], secret, /no account "bert"/],
        [["user", "email", "anna", "x"], {}, /not a mail address/],
        [["user", "delete", "bert", "--yes"], {}, /no account "bert"/],
        [
          ["user", "passwd", "anna"],
          { terminal: true, secrets: ["secret-1", "secret-2"] },
          /differ/,
        ],
        [
          ["user", "passwd", "anna"],
          { terminal: true, secrets: [undefined] },
          /Broken off/,
        ],
      ] as const
    ) {
      const { code, out, err } = await cli([...args, ...data], options);
      assert.deepEqual([code, out], [1, []], args.join(" "));
      assert.match(err.join("\n"), pattern);
    }
  }));

Deno.test("accounts are managed through the server that runs", () =>
  inFolder((data) =>
    serving(data, async ({ url }) => {
      const to = ["--data", data];
      const file = `${data}/secret`;
      await Deno.writeTextFile(file, "secret-1\r\nmore\n");
      const add = await cli([
        "user",
        "add",
        "anna",
        "--password-file",
        file,
        ...to,
      ]);
      assert.deepEqual(add.out, ["Made the account anna."]);
      assert.equal(await whoIs(url, "anna", "secret-1"), "anna");
      assert.deepEqual((await cli(["user", "list", ...to])).out, [
        "anna\tanna",
        "me\tme",
      ]);
      await cli(["user", "passwd", "anna", ...to], { input: "secret-2" });
      assert.equal(await whoIs(url, "anna", "secret-1"), null);
      assert.equal(await whoIs(url, "anna", "secret-2"), "anna");
      const again = await cli(["user", "add", "anna", ...to], {
        input: "secret-3",
      });
      assert.deepEqual([again.code, again.err], [1, ["anna exists already."]]);
      await cli(["user", "delete", "anna", "--yes", ...to]);
      assert.equal(await whoIs(url, "anna", "secret-2"), null);
    })
  ));

Deno.test("settings come from the file that KALENDS_CONFIG names", () =>
  inFolder(async (parent) => {
    const config = `${parent}/kalends.json`;
    await Deno.writeTextFile(config, JSON.stringify({ "base-path": "/dav/" }));
    await serving(
      `${parent}/data`,
      ({ url }) => Promise.resolve(assert.match(url, /^http:.*:\d+\/dav\/$/)),
      { io: { environment: { KALENDS_CONFIG: config } } },
    );
  }));
