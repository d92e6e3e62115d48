/** todoman: tasks on the command line, over folders kept by vdirsyncer. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { createDav } from "../dav.ts";
import { findFile } from "../files.ts";
import { run } from "../process.ts";
import { sampleTodo } from "../samples.ts";
import { createDevice, type Device } from "../vdir.ts";

/** What `todo --porcelain list` says of one task, as far as it matters here. */
interface Task {
  readonly id: number;
  readonly summary: string;
  readonly completed: boolean;
  readonly priority: number;
  readonly location: string;
}

/** New, list, edit, done and delete, seen on another device. */
export const TODOMAN: Client = {
  name: "todoman",
  debian: [],
  python: true,
  users: ["toni"],
  async run(session) {
    const { steps, target, account } = session;
    const laptop = await createDevice(session, "laptop");
    const phone = await createDevice(session, "phone");
    const here = await createTodoman(session, laptop);
    const there = await createTodoman(session, phone);
    const tasks = `${target.calendars(account.name)}tasks/`;
    const dav = createDav(account);

    await steps.must("both devices get the task list", async () => {
      for (const device of [laptop, phone]) {
        await device.discover();
        await device.sync();
      }
      assert.match(await here.run(["lists"]), /tasks/);
    });
    await steps.must(
      "makes tasks with due date, place and priority",
      async () => {
        await here.run([
          ...["new", "-l", "tasks", "--due", "2026-12-05 18:00"],
          ...["--location", "Markt", "--priority", "high", "Äpfel kaufen"],
        ]);
        await here.run(["new", "-l", "tasks", "Fenster putzen"]);
        await laptop.sync();
        assert.equal((await dav.list(tasks)).length, 2);
      },
    );
    await steps.check("the other device lists them", async () => {
      await phone.sync();
      const list = await there.list();
      assert.deepEqual(list.map((task) => task.summary).sort(), [
        "Fenster putzen",
        "Äpfel kaufen",
      ]);
      const apples = await there.find("Äpfel");
      assert.equal(apples.location, "Markt");
      assert.ok(apples.priority >= 1 && apples.priority <= 4);
    });
    await steps.check("an edit there arrives here", async () => {
      const { id } = await there.find("Äpfel");
      await there.run(["edit", "--location", "Hofladen", `${id}`]);
      await phone.sync();
      await laptop.sync();
      assert.equal((await here.find("Äpfel")).location, "Hofladen");
    });
    await steps.check("done here is done there", async () => {
      await here.run(["done", `${(await here.find("Äpfel")).id}`]);
      await laptop.sync();
      await phone.sync();
      assert.deepEqual(
        (await there.list()).map((task) => task.summary),
        ["Fenster putzen"],
      );
      const { text } = findFile(`${phone.calendars}/tasks`, "Äpfel");
      assert.match(text, /^STATUS:COMPLETED\r?$/m);
      assert.match(text, /^COMPLETED:\d{8}T\d{6}Z\r?$/m);
    });
    await steps.check("a task put by another is listed", async () => {
      await dav.put(
        `${tasks}other.ics`,
        sampleTodo("todo-other", "Rasen mähen"),
      );
      await laptop.sync();
      assert.equal((await here.find("Rasen")).completed, false);
    });
    await steps.check("a deletion there arrives here", async () => {
      await phone.sync();
      await there.run([
        "delete",
        "--yes",
        `${(await there.find("Fenster")).id}`,
      ]);
      await phone.sync();
      await laptop.sync();
      assert.deepEqual(
        (await here.list()).map((task) => task.summary),
        ["Rasen mähen"],
      );
      assert.equal((await dav.list(tasks)).length, 2);
    });
  },
};

interface Todoman {
  run(args: readonly string[]): Promise<string>;
  list(): Promise<Task[]>;
  find(words: string): Promise<Task>;
}

async function createTodoman(
  session: Session,
  device: Device,
): Promise<Todoman> {
  const config = `${device.home}/todoman.py`;
  await Deno.writeTextFile(
    config,
    `path = "${device.calendars}/tasks"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "tasks"
cache_path = "${device.home}/todoman.sqlite3"
`,
  );
  async function todo(args: readonly string[]): Promise<string> {
    const command = [`${session.bin}/todo`, "--config", config, ...args];
    return (await run(command, { home: device.home })).stdout;
  }
  async function list(): Promise<Task[]> {
    return JSON.parse(await todo(["--porcelain", "list"]));
  }
  return {
    run: todo,
    list,
    async find(words) {
      const all = await list();
      const found = all.find((task) => task.summary.includes(words));
      assert.ok(found, `no task "${words}" in ${JSON.stringify(all)}`);
      return found;
    },
  };
}
