/** The server under test: a process of its own, on a fresh data folder. */

import type { Account, Target } from "./context.ts";
import { run } from "./process.ts";

/** A running server. */
export interface Server {
  /** What the clients are told. */
  readonly target: Target;
  /** Makes an account through the command line, while the server runs. */
  addUser(account: Account): Promise<void>;
  /** Runs `kalends check` while the server runs; throws for what it finds. */
  check(): Promise<void>;
  /** Ends the server, by its own process, and waits for its end. */
  stop(): Promise<void>;
  /** What it has logged so far. */
  log(): string;
}

const PROJECT = new URL("../../", import.meta.url).pathname;
const START_TRIES = 300;

/**
 * Starts `kalends serve` on a free port of 127.0.0.1 with its data below
 * `folder` and with `first` as its first account.
 */
export async function startServer(
  folder: string,
  first: Account,
): Promise<Server> {
  const data = `${folder}/data`;
  const passwords = `${folder}/passwords`;
  await Deno.mkdir(passwords, { recursive: true });
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const logPath = `${folder}/server.log`;
  const passwordFile = await writePassword(passwords, first);
  let child: Deno.ChildProcess | undefined;
  let written: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "main.ts", "serve"],
        ...["--data", data, "--listen", `127.0.0.1:${port}`],
      ],
      cwd: PROJECT,
      env: { KALENDS_USER: first.name, KALENDS_PASSWORD_FILE: passwordFile },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    child = process;
    written = appendBoth(process, logPath);
    let ended = false;
    process.status.then(() => ended = true);
    for (let tries = 0; tries < START_TRIES && !ended; tries++) {
      if (await isHealthy(origin)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await stop();
    throw new Error(`The server did not start:\n${readLog(logPath)}`);
  }

  async function stop(): Promise<void> {
    const process = child;
    child = undefined;
    if (!process) return;
    try {
      process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await process.status;
    await written;
  }

  async function kalends(...args: readonly string[]): Promise<string> {
    const { stdout } = await run([
      ...[Deno.execPath(), "run", "-A", `${PROJECT}main.ts`],
      ...[...args, "--data", data],
    ], { home: folder, cwd: PROJECT, env: denoEnvironment() });
    return stdout;
  }

  const target: Target = {
    root: `${origin}/`,
    calendars: (user) => `${origin}/calendars/${encodeURIComponent(user)}/`,
    addressbooks: (user) =>
      `${origin}/addressbooks/${encodeURIComponent(user)}/`,
    kalends,
    files: (user) => `${origin}/files/${encodeURIComponent(user)}/`,
    async restart() {
      await stop();
      await start();
    },
  };

  await start();
  return {
    target,
    stop,
    log: () => readLog(logPath),
    async addUser(account) {
      const file = await writePassword(passwords, account);
      await kalends("user", "add", account.name, "--password-file", file);
    },
    async check() {
      await kalends("check");
    },
  };
}

/** The runtime's own cache must be found although the home is private. */
function denoEnvironment(): Record<string, string> {
  const folder = Deno.env.get("DENO_DIR") ??
    `${
      Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? ""}/.cache`
    }/deno`;
  return { DENO_DIR: folder };
}

async function writePassword(
  folder: string,
  account: Account,
): Promise<string> {
  const path = `${folder}/${encodeURIComponent(account.name)}`;
  await Deno.writeTextFile(path, `${account.password}\n`, { mode: 0o600 });
  return path;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function isHealthy(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/healthz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function appendBoth(
  process: Deno.ChildProcess,
  path: string,
): Promise<void> {
  async function copy(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stream) {
      await Deno.writeFile(path, chunk, { append: true });
    }
  }
  await Promise.all([copy(process.stdout), copy(process.stderr)]);
}

function readLog(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
