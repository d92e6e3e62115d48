import assert from "node:assert/strict";
import { createBar, formatBar } from "../../../src/cli/bar.ts";
import { parseTarget } from "../../../src/cli/import_command.ts";
import { createFileNames, parseManifest } from "../../../src/cli/vdir.ts";
import { ics, vcf } from "../../service/fixture.ts";
import { cli, inFolder, serving } from "./fakes.ts";

/** A data folder with an account, and a folder for files beside it. */
async function inWorld(
  test: (world: {
    readonly files: string;
    readonly data: string;
    readonly run: (
      ...args: string[]
    ) => Promise<{ code: number; out: string[]; err: string[] }>;
  }) => Promise<void>,
): Promise<void> {
  await inFolder(async (root) => {
    const data = `${root}/data`;
    const files = `${root}/files`;
    await Deno.mkdir(files);
    const run = (...args: string[]) => cli([...args, "--data", data]);
    const made = await cli(["user", "add", "me", "--data", data], {
      input: "a long password\n",
    });
    assert.equal(made.code, 0, made.err.join("\n"));
    await test({ files, data, run });
  });
}

/** Everything below a folder, as text by path. */
async function readAll(folder: string): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (!isDirectory) out[name] = await Deno.readTextFile(path);
    else {
      for (const [inner, text] of Object.entries(await readAll(path))) {
        out[`${name}/${inner}`] = text;
      }
    }
  }
  return out;
}

async function writeVdir(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/deeper`, { recursive: true });
  await Deno.writeFile(`${folder}/a.ics`, ics("a"));
  await Deno.writeFile(`${folder}/deeper/Ü b.ics`, ics("b"));
  await Deno.writeFile(`${folder}/.hidden.ics`, ics("c"));
  await Deno.writeFile(`${folder}/part.ics.tmp`, ics("c"));
  await Deno.writeTextFile(`${folder}/readme.txt`, "nothing to import");
  await Deno.writeTextFile(`${folder}/displayname`, "Work & <Play>\n");
  await Deno.writeTextFile(`${folder}/color`, "#ff0000\n");
}

Deno.test("import of a vdir, export and import again give the same files and properties", async () => {
  await inWorld(async ({ files, run }) => {
    await writeVdir(`${files}/vdir`);
    const imported = await run("import", "me", "work", `${files}/vdir`);
    assert.deepEqual(imported, {
      code: 0,
      out: ["Made the calendar work: 2 entries from 2 files."],
      err: [],
    });
    const exported = await run("export", "me", "work", `${files}/out`);
    assert.equal(exported.code, 0, exported.err.join("\n"));
    const first = await readAll(`${files}/out`);
    assert.deepEqual(Object.keys(first).sort(), [
      ".kalends.json",
      "a.ics",
      "color",
      "displayname",
      "object-2.ics",
    ]);
    assert.equal(first["color"], "#ff0000");
    assert.equal(first["displayname"], "Work & <Play>");
    assert.equal(first["a.ics"], new TextDecoder().decode(ics("a")));
    const manifest = parseManifest(first[".kalends.json"] ?? "");
    assert.deepEqual(manifest?.objects, [
      { file: "object-2.ics", name: "Ü b.ics" },
    ]);
    const again = await run("import", "me", "copy", `${files}/out`);
    assert.equal(again.code, 0, again.err.join("\n"));
    await run("export", "me", "calendars/copy", `${files}/out2`);
    assert.deepEqual(await readAll(`${files}/out2`), first);
    assert.equal((await run("check")).code, 0);
  });
});

Deno.test("export without a collection writes all of them", async () => {
  await inWorld(async ({ files, run }) => {
    await Deno.writeFile(`${files}/a.vcf`, vcf("a"));
    await run("import", "me", "contacts", `${files}/a.vcf`);
    await Deno.mkdir(`${files}/out`);
    const exported = await run("export", "me", `${files}/out`);
    assert.deepEqual(exported.out, [
      `Wrote 1 entries of 3 collections to ${files}/out.`,
    ]);
    const names = Object.keys(await readAll(`${files}/out`)).sort();
    assert.deepEqual(names.filter((name) => !name.includes("displayname")), [
      "addressbooks/contacts/.kalends.json",
      "addressbooks/contacts/a.vcf",
      "calendars/home/.kalends.json",
      "calendars/tasks/.kalends.json",
    ]);
    const left = await Array.fromAsync(Deno.readDir(files));
    assert.deepEqual(left.map(({ name }) => name).sort(), ["a.vcf", "out"]);
  });
});

Deno.test("import says what it refuses, with file, line and condition", async () => {
  await inWorld(async ({ files, run }) => {
    await Deno.writeTextFile(`${files}/bad.ics`, "hello\n");
    await Deno.writeFile(`${files}/good.ics`, ics("a"));
    const first = await run("import", "me", "new", files);
    assert.equal(first.code, 1);
    assert.match(
      first.err[0] ?? "",
      /^bad\.ics:1: caldav:valid-calendar-data: /,
    );
    assert.equal(first.err[1], "1 parts were refused.");
    assert.match(first.out[0] ?? "", /^Made the calendar new: 1 entries/);
    const second = await run("import", "me", "new", files);
    assert.deepEqual(second.out, [
      "To the calendar new: 0 entries from 2 files.",
      "1 were there already.",
    ]);
  });
});

Deno.test("import says what it changed, which is no failure", async () => {
  await inWorld(async ({ files, run }) => {
    await Deno.writeTextFile(
      `${files}/phone.vcf`,
      "BEGIN:VCARD\nVERSION:2.1\nUID:a\nFN:Ada\nEND:VCARD\n",
    );
    const { code, out, err } = await run("import", "me", "contacts", files);
    assert.deepEqual({ code, out, err }, {
      code: 0,
      out: [
        "To the address book contacts: 1 entries from 1 files.",
        "1 changes were made to take what there was:",
        "phone.vcf:1: VERSION:2.1: made a card of version 3.0",
      ],
      err: [],
    });
  });
});

Deno.test("import and export refuse what they cannot do, and change nothing", async () => {
  await inWorld(async ({ files, run }) => {
    const fails = async (message: RegExp, ...args: string[]) => {
      const { code, err } = await run(...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(err.join("\n"), message);
    };
    await Deno.mkdir(`${files}/empty`);
    await Deno.mkdir(`${files}/both`);
    await Deno.writeFile(`${files}/both/a.ics`, ics("a"));
    await Deno.writeFile(`${files}/both/a.vcf`, vcf("a"));
    await Deno.mkdir(`${files}/odd`);
    await Deno.writeTextFile(`${files}/odd/.kalends.json`, "{}");
    await fails(/no account/, "import", "nobody", "home", files);
    await fails(/names no calendar/, "import", "me", "a/b/c", files);
    await fails(/names no calendar/, "import", "me", "files/a", files);
    for (const name of ["~x", "calendars/~x"]) {
      await fails(
        /kept for what others/,
        "import",
        "me",
        name,
        `${files}/both/a.ics`,
      );
    }
    for (const name of ["..", "x".repeat(256)]) {
      await fails(/name/, "import", "me", name, `${files}/both/a.ics`);
    }
    await fails(/Cannot read/, "import", "me", "home", `${files}/missing`);
    await fails(/There is no \.ics/, "import", "me", "home", `${files}/empty`);
    await fails(/calendars\/NAME/, "import", "me", "x", `${files}/both`);
    await fails(/Cannot understand/, "import", "me", "home", `${files}/odd`);
    await fails(/no account/, "export", "nobody", `${files}/out`);
    await fails(/no calendar/, "export", "me", "missing", `${files}/out`);
    await fails(/something already/, "export", "me", files);
    await fails(/Cannot write/, "export", "me", `${files}/both/a.ics`);
    assert.deepEqual(
      await Deno.readFile(`${files}/both/a.ics`),
      ics("a"),
      "a file in the way is left alone",
    );
    const both = await run("import", "me", "calendars/x", `${files}/both`);
    assert.deepEqual(both.out.slice(1), [
      "1 files of the other kind were left out.",
    ]);
    await run("export", "me", "x", `${files}/x`);
    await fails(
      /of kind calendar/,
      "import",
      "me",
      "addressbooks/x",
      `${files}/x`,
    );
    await run("import", "me", "addressbooks/x", `${files}/both`);
    await fails(/say "calendars\/x"/, "export", "me", "x", `${files}/y`);
  });
});

Deno.test("import and export run in the server that owns the folder, and tell how far they are", async () => {
  await inWorld(async ({ files, data, run }) => {
    await writeVdir(`${files}/vdir`);
    await serving(data, async () => {
      const imported = await cli(
        ["import", "me", "work", `${files}/vdir`, "--data", data],
        { terminal: true },
      );
      assert.equal(imported.code, 0, imported.err.join("\n"));
      const exported = await run("export", "me", "work", `${files}/out`);
      assert.equal(exported.code, 0, exported.err.join("\n"));
    });
    const texts = await readAll(`${files}/out`);
    assert.equal(texts["a.ics"], new TextDecoder().decode(ics("a")));
  });
});

Deno.test("createBar() draws on a terminal only, and each line once", () => {
  const shown: string[] = [];
  const status = (text: string) => void shown.push(text);
  const quiet = createBar({ status, statusTerminal: false });
  quiet.show({ share: 0.5, text: "x" });
  quiet.clear();
  assert.deepEqual(shown, []);
  const bar = createBar({ status, statusTerminal: true });
  bar.show({ share: 0.5, text: "5 entries" });
  bar.show({ share: 0.5, text: "5 entries" });
  bar.clear();
  assert.deepEqual(shown, [
    `\r\u001b[K[${"=".repeat(15)}${" ".repeat(15)}]  50 % 5 entries`,
    "\r\u001b[K",
  ]);
  assert.match(formatBar({ share: NaN, text: "" }), / 0 %/);
  assert.match(formatBar({ share: 7, text: "" }), /100 %/);
});

Deno.test("parseTarget() reads a name with or without its kind", () => {
  assert.deepEqual(parseTarget("home"), { space: null, name: "home" });
  assert.deepEqual(parseTarget("/calendars/home/"), {
    space: "calendars",
    name: "home",
  });
  assert.deepEqual(parseTarget("addressbooks/x"), {
    space: "addressbooks",
    name: "x",
  });
  for (const wrong of ["", "/", "files/x", "calendars//x", "a/b/c"]) {
    assert.equal(parseTarget(wrong), undefined, wrong);
  }
});

Deno.test("createFileNames() gives every name a file of its own", () => {
  const fileOf = createFileNames(".ics");
  const names = [
    "a.ics",
    "A.ics",
    "a/b.ics",
    ".hidden.ics",
    "x",
    "Ü.ics",
    "object-9.ics",
    `${"l".repeat(250)}.ics`,
    "..",
  ];
  const files = names.map(fileOf);
  assert.equal(files[0], "a.ics");
  assert.equal(files[6], "object-9.ics");
  assert.equal(
    new Set(files.map((file) => file.toLowerCase())).size,
    names.length,
  );
  for (const file of files) assert.match(file, /^[A-Za-z0-9-]+\.ics$/);
  assert.deepEqual(names.map(fileOf), files, "the same again");
});

Deno.test("parseManifest() takes what an export wrote and nothing else", () => {
  const good = { format: 1, kind: "calendar", props: [], objects: [] };
  assert.ok(parseManifest(JSON.stringify(good)));
  for (
    const wrong of [
      "no JSON",
      "null",
      JSON.stringify({ ...good, format: 2 }),
      JSON.stringify({ ...good, kind: "folder" }),
      JSON.stringify({ ...good, components: [1] }),
      JSON.stringify({ ...good, props: [{ ns: "x" }] }),
      JSON.stringify({ ...good, objects: [{}] }),
      JSON.stringify({ ...good, objects: [{ file: "a", name: 1 }] }),
      JSON.stringify({ ...good, objects: [{ file: "a", props: 1 }] }),
    ]
  ) assert.equal(parseManifest(wrong), undefined, wrong);
});
