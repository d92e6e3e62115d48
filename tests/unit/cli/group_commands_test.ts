import assert from "node:assert/strict";
import { cli, inFolder, serving } from "./fakes.ts";

const SECRET = { input: "secret-1\n" };

/** What a list of command lines prints, each in turn; fails with what one complains of. */
async function all(
  data: string,
  lines: readonly string[],
): Promise<string[][]> {
  const printed: string[][] = [];
  for (const line of lines) {
    const { code, out, err } = await cli([...line.split(" "), "--data", data]);
    assert.deepEqual([code, err], [0, []], line);
    printed.push(out);
  }
  return printed;
}

const LIFE = [
  ["group add Team --owner ANNA", ["Made the group team."]],
  ["group add staff --display-name Everybody", ["Made the group staff."]],
  ["group members team", []],
  ["group members team --add anna --add Bert", ["anna", "bert"]],
  ["group members staff --add group:TEAM", ["group:team"]],
  ["group members team --remove anna", ["bert"]],
  ["group list", ["staff\t1\t-\tEverybody", "team\t1\tanna\tTeam"]],
  ["group owner team bert", ["The group team is owned by bert now."]],
  ["group owner team", ["The group team has no owner now."]],
  ["group delete team", ["Deleted the group team."]],
  ["group members staff", []],
  ["group list", ["staff\t0\t-\tEverybody"]],
] as const;

async function makeAccounts(data: string): Promise<void> {
  for (const name of ["anna", "bert"]) {
    await cli(["user", "add", name, "--data", data], SECRET);
  }
}

Deno.test("groups are managed without a server", () =>
  inFolder(async (parent) => {
    const data = `${parent}/data`;
    await makeAccounts(data);
    assert.deepEqual(
      await all(data, LIFE.map(([line]) => line)),
      LIFE.map(([, out]) => [...out]),
    );
  }));

Deno.test("groups are managed through the server that runs", () =>
  inFolder((data) =>
    serving(data, async () => {
      await makeAccounts(data);
      assert.deepEqual(
        await all(data, LIFE.map(([line]) => line)),
        LIFE.map(([, out]) => [...out]),
      );
    })
  ));

Deno.test("commands on groups say what is wrong and answer 1", () =>
  inFolder(async (parent) => {
    const data = `${parent}/data`;
    await makeAccounts(data);
    await all(data, ["group add team", "group add staff"]);
    await all(data, ["group members staff --add group:team"]);
    for (
      const [line, pattern] of [
        ["group add TEAM", /exists already/],
        ["group add a/b", /group name/],
        ["group add other --owner carl", /no account "carl"/],
        ["group members none", /no group "none"/],
        ["group members none --add anna", /no group "none"/],
        ["group members team --add carl", /no account "carl"/],
        ["group members team --add anna --add group:none", /no group "none"/],
        ["group members team --add group:staff", /cannot belong to itself/],
        ["group owner none anna", /no group "none"/],
        ["group delete none", /no group "none"/],
      ] as const
    ) {
      const { code, out, err } = await cli([
        ...line.split(" "),
        "--data",
        data,
      ]);
      assert.deepEqual([code, out], [1, []], line);
      assert.match(err.join("\n"), pattern);
    }
    assert.deepEqual(await all(data, ["group members team"]), [[]]);
  }));
