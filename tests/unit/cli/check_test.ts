import assert from "node:assert/strict";
import { CHECK_COMMAND } from "../../../src/cli/check_command.ts";
import type { Backend } from "../../../src/cli/command.ts";
import { openFolder } from "../../../src/store/folder.ts";
import { cli, inFolder, serving } from "./fakes.ts";

Deno.test("check finds a new store in order, beside a server and without", () =>
  inFolder(async (data) => {
    const check = () => cli(["check", "--data", data]);
    await serving(data, async () => {
      assert.deepEqual(await check(), {
        code: 0,
        out: ["The store is in order."],
        err: [],
      });
    });
    assert.equal((await check()).code, 0);
    for await (const { name } of Deno.readDir(data)) {
      assert.ok(!name.startsWith("snapshot"), name);
    }
  }));

Deno.test("check names what is wrong and changes nothing", () =>
  inFolder(async (data) => {
    await cli(["user", "add", "anna", "--data", data], { input: "secret-1" });
    const folder = await openFolder(data, { create: false });
    await folder?.engine.commit([], [
      { type: "set", key: ["strange"], value: 1 },
    ]);
    await folder?.close();
    for (let round = 0; round < 2; round++) {
      const { code, out, err } = await cli(["check", "--data", data]);
      assert.equal(code, 1);
      assert.ok(out.some((line) => line.includes("strange")), out.join());
      assert.match(err.join(), /^Found \d+ faults/);
    }
  }));

Deno.test("check needs a file", async () => {
  const result = await CHECK_COMMAND.run?.({} as Backend, {
    words: [],
    flags: {},
  });
  assert.equal(result?.code, 1);
});

Deno.test("a copy that a killed process left behind goes with the next start", () =>
  inFolder(async (data) => {
    await Deno.writeTextFile(`${data}/snapshot-1.kv`, "");
    await (await openFolder(data, { create: true }))?.close();
    await assert.rejects(Deno.stat(`${data}/snapshot-1.kv`));
  }));
