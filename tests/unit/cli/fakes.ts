/** What the tests of the command line share: a world that they play, and an HTTP side without a protocol. */
import type { HttpFace } from "../../../src/cli/http_face.ts";
import type { Io } from "../../../src/cli/io.ts";
import { runCli } from "../../../src/cli/run.ts";
import { SETTINGS } from "../../../src/cli/settings.ts";
import type { SettingName, Settings } from "../../../src/cli/settings.ts";

/** A world whose output can be read. */
export interface FakeIo extends Io {
  /** Lines of standard output. */
  readonly printed: string[];
  /** Lines of standard error. */
  readonly complained: string[];
  /** What was shown without a line end. */
  readonly shown: string[];
  /** Asks the process to end. */
  stop(): void;
  /** Answers with the first line of output that matches. */
  seen(pattern: RegExp): Promise<string>;
}

/** Makes a world. */
export function createFakeIo(
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly terminal?: boolean;
    readonly input?: string;
    readonly secrets?: readonly (string | undefined)[];
  } = {},
): FakeIo {
  const printed: string[] = [];
  const complained: string[] = [];
  const shown: string[] = [];
  const secrets = [...options.secrets ?? []];
  const stops = new Set<() => void>();
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  return {
    printed,
    complained,
    shown,
    out(line) {
      printed.push(line);
      for (const { pattern, resolve } of waiting) {
        if (pattern.test(line)) resolve(line);
      }
    },
    err: (line) => complained.push(line),
    status: (text) => shown.push(text),
    statusTerminal: options.terminal ?? false,
    showsTerminal: options.terminal ?? false,
    typesTerminal: options.terminal ?? false,
    readSecret: () => Promise.resolve(secrets.shift()),
    readInput: () => Promise.resolve(options.input ?? ""),
    environment: (name) => options.environment?.[name],
    onStop(callback) {
      stops.add(callback);
      return () => stops.delete(callback);
    },
    stop() {
      for (const callback of stops) callback();
    },
    seen(pattern) {
      const line = printed.find((it) => pattern.test(it));
      if (line !== undefined) return Promise.resolve(line);
      return new Promise((resolve) => waiting.push({ pattern, resolve }));
    },
  };
}

/** An HTTP side that answers who somebody is. */
export const FAKE_HTTP: HttpFace = {
  createFetch: ({ accounts, settings }) => async (request, address) => {
    const [login = "", password = ""] = atob(
      request.headers.get("authorization")?.slice(6) ?? "",
    ).split(":");
    const answer = await accounts.authenticate(login, password, address);
    return Response.json({
      user: answer !== undefined && "user" in answer ? answer.user.login : null,
      basePath: settings.basePath,
    });
  },
  serve(parts) {
    const answer = FAKE_HTTP.createFetch(parts);
    const { hostname, port } = parts.settings.listen;
    const server = Deno.serve(
      { hostname, port, onListen() {} },
      (request, info) => answer(request, info.remoteAddr.hostname),
    );
    return Promise.resolve({
      hostname,
      port: server.addr.port,
      shutdown: () => server.shutdown(),
    });
  },
};

/** Settings as they are where nothing is set. */
export function defaultSettings(
  changes: Partial<Record<SettingName, unknown>> = {},
): Settings {
  const values = Object.entries(SETTINGS).map(([name, row]) =>
    [name, row.default] as const
  );
  return { ...Object.fromEntries(values), ...changes } as Settings;
}

/** Runs a test on an empty folder that goes away afterwards. */
export async function inFolder(
  test: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await test(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** Runs one command line to its end. */
export async function cli(
  args: readonly string[],
  options: Parameters<typeof createFakeIo>[0] = {},
): Promise<{ code: number; out: string[]; err: string[] }> {
  const io = createFakeIo(options);
  const code = await runCli(args, { io, http: FAKE_HTTP });
  return { code, out: io.printed, err: io.complained };
}

/** Starts a server in this process and runs a test beside it. */
export async function serving(
  data: string,
  test: (
    server: { io: FakeIo; url: string; stop: () => Promise<number> },
  ) => Promise<void>,
  options: {
    readonly args?: readonly string[];
    readonly io?: Parameters<typeof createFakeIo>[0];
  } = {},
): Promise<void> {
  const io = createFakeIo(options.io);
  const ended = runCli(
    ["serve", "--data", data, "--listen", "127.0.0.1:0", ...options.args ?? []],
    { io, http: FAKE_HTTP },
  );
  const line = await Promise.race([
    io.seen(/^ {2}server/),
    ended.then((code) => {
      throw new Error(`Ended with ${code}: ${io.complained.join("\n")}`);
    }),
  ]);
  const stop = () => {
    io.stop();
    return ended;
  };
  try {
    await test({ io, url: line.replace(/^ *server */, ""), stop });
  } finally {
    await stop();
  }
}

/** Who the server takes a name and password for. */
export async function whoIs(
  url: string,
  login: string,
  password: string,
): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `Basic ${btoa(`${login}:${password}`)}` },
  });
  return (await response.json()).user;
}
