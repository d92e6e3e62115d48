/**
 * Starts the servers that the bench compares, each on a fresh folder.
 *
 * @module
 */

/** A server under test. */
export interface BenchServer {
  /** Name in the results. */
  readonly name: string;
  /** Version, as it says itself. */
  readonly version: string;
  /** Its URL. */
  readonly url: string;
  /** Milliseconds of processor time that it has used so far; absent where the system does not tell. */
  readonly processor?: (() => number) | undefined;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** The account that all of them have. */
export const ACCOUNT = { user: "bench", password: "bench password" } as const;

/** Starts Kalends from this tree. */
export async function startKalends(): Promise<BenchServer> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/password`, ACCOUNT.password);
  const port = freePort();
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(Deno.execPath(), [
    ...["run", "-A", main, "serve", "--data", `${folder}/data`],
    ...["--listen", `127.0.0.1:${port}`, "--log-level", "error"],
    ...["--user", ACCOUNT.user, "--password-file", `${folder}/password`],
  ]);
  return await started(child, {
    name: "kalends",
    version: await output(Deno.execPath(), ["run", "-A", main, "version"]),
    url: `http://127.0.0.1:${port}/`,
    folder,
  });
}

/** Starts Radicale as installed: `python` is an interpreter that has it. */
export async function startRadicale(python: string): Promise<BenchServer> {
  const folder = await Deno.makeTempDir();
  const { user, password } = ACCOUNT;
  await Deno.writeTextFile(`${folder}/users`, `${user}:${password}\n`);
  const port = freePort();
  const child = spawn(python, [
    ...["-m", "radicale", "--server-hosts", `127.0.0.1:${port}`],
    ...["--auth-type", "htpasswd", "--auth-htpasswd-encryption", "plain"],
    ...["--auth-htpasswd-filename", `${folder}/users`],
    ...["--storage-filesystem-folder", `${folder}/data`],
    ...["--logging-level", "error"],
  ]);
  const version = await output(python, ["-m", "radicale", "--version"]);
  return await started(child, {
    name: "radicale",
    version: `Radicale ${version}`,
    url: `http://127.0.0.1:${port}/`,
    folder,
  });
}

function spawn(command: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

async function started(
  child: Deno.ChildProcess,
  server: Omit<BenchServer, "stop" | "processor"> & {
    readonly folder: string;
  },
): Promise<BenchServer> {
  let running = true;
  const ended = child.status.then(() => running = false);
  async function stop(): Promise<void> {
    if (running) child.kill("SIGTERM");
    await ended;
    await Deno.remove(server.folder, { recursive: true });
  }
  for (let tries = 0; tries < 300 && running; tries++) {
    try {
      const response = await fetch(server.url);
      await response.body?.cancel();
      return { ...server, processor: processorOf(child.pid), stop };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await stop();
  throw new Error(`${server.name} did not start`);
}

/** Reads what Linux tells of a process: user and system time, in hundredths of a second. */
function processorOf(pid: number): (() => number) | undefined {
  if (Deno.build.os !== "linux") return undefined;
  return () => {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name of the program before may hold anything, blanks too.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
}

async function output(
  command: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
