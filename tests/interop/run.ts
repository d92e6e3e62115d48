/**
 * Runs what others wrote against a server of its own on a socket:
 * `deno task interop`, `deno task interop khal todoman` for some of them,
 * `deno task interop:all` for the heavy ones too.
 */

import { CLIENTS } from "./clients.ts";
import type { Account, Client } from "./context.ts";
import { requireDebian, requirePython } from "./install.ts";
import {
  createRecorder,
  describe,
  print,
  printReport,
  SessionEnded,
  type Step,
} from "./report.ts";
import { type Server, startServer } from "./server.ts";

/** Runs the clients and answers the exit code. */
export async function runInterop(args: readonly string[]): Promise<number> {
  const clients = selectClients(args);
  if (typeof clients === "string") {
    print(clients);
    return 2;
  }
  const steps: Step[] = [];
  const folder = await Deno.makeTempDir({ prefix: "kalends-interop-" });
  let server: Server | undefined;
  try {
    await requireDebian(clients.flatMap((client) => client.debian));
    const bin = clients.some((client) => client.python)
      ? await requirePython()
      : "";
    server = await startServer(folder, makeAccount("ina"));
    for (const client of clients) {
      await runClient(client, { server, folder, bin, steps });
    }
    const { check } = server;
    const after = createRecorder("after all", steps);
    await after.check("the store is in order (kalends check)", check);
  } catch (error) {
    print(describe(error));
    steps.push({
      client: "interop",
      what: "the suite ran to its end",
      ok: false,
      detail: describe(error),
    });
  } finally {
    await server?.stop();
  }
  const failed = printReport(steps);
  if (failed > 0) {
    print(`The server's log and the clients' folders stay in ${folder}`);
    return 1;
  }
  await Deno.remove(folder, { recursive: true });
  return 0;
}

async function runClient(
  client: Client,
  { server, folder, bin, steps }: {
    readonly server: Server;
    readonly folder: string;
    readonly bin: string;
    readonly steps: Step[];
  },
): Promise<void> {
  const start = performance.now();
  const recorder = createRecorder(client.name, steps);
  const home = `${folder}/${client.name}`;
  try {
    await Deno.mkdir(home);
    const accounts = client.users.map(makeAccount);
    for (const account of accounts) await server.addUser(account);
    const [account = makeAccount("nobody")] = accounts;
    const { target } = server;
    await client.run({
      ...{ target, accounts, account, home, bin },
      steps: recorder,
    });
  } catch (error) {
    // `must` has recorded why a session ended; everything else is new.
    if (error instanceof SessionEnded) return;
    recorder.add("its session ran to its end", false, describe(error));
  } finally {
    const seconds = (performance.now() - start) / 1000;
    print(`${client.name}: ${seconds.toFixed(1)} s`);
  }
}

/** The rows that the arguments ask for, or what is wrong with them. */
function selectClients(args: readonly string[]): readonly Client[] | string {
  const names = args.filter((arg) => arg !== "--all");
  const unknown = names.filter((name) =>
    !CLIENTS.some((client) => client.name === name)
  );
  if (unknown.length > 0) {
    const known = CLIENTS.map((client) => client.name).join(", ");
    return `Unknown: ${unknown.join(", ")}. Known clients: ${known}; --all`;
  }
  if (names.length > 0) {
    return CLIENTS.filter((client) => names.includes(client.name));
  }
  const all = args.includes("--all");
  return CLIENTS.filter((client) => all || client.heavy !== true);
}

function makeAccount(name: string): Account {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return { name, password: random.toHex() };
}

if (import.meta.main) Deno.exit(await runInterop(Deno.args));
