/** Runs other programs in a home folder of their own. */

/** What a program left behind when it ended. */
export interface Output {
  /** Exit code; a program that ran out of time has 124. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** How to run a program. */
export interface RunOptions {
  /** The private home; HOME and the XDG folders lie in it. */
  readonly home: string;
  /** Working folder; the home where absent. */
  readonly cwd?: string;
  /** What the program reads on standard input; empty where absent. */
  readonly input?: string;
  /** Exit codes that count as success; only 0 where absent. */
  readonly codes?: readonly number[];
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which the program is stopped; 120 where absent. */
  readonly seconds?: number;
}

/** A program ended otherwise than it had to; the message holds its output. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** Runs a program to its end; throws CommandFailed for an unwanted exit code. */
export async function run(
  command: readonly string[],
  options: RunOptions,
): Promise<Output> {
  const [program = "", ...args] = command;
  const stop = AbortSignal.timeout((options.seconds ?? 120) * 1000);
  const child = new Deno.Command(program, {
    args,
    cwd: options.cwd ?? options.home,
    clearEnv: true,
    env: { ...privateEnvironment(options.home), ...options.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: stop,
  }).spawn();
  const [, result] = await Promise.all([
    feed(child.stdin, options.input ?? ""),
    child.output(),
  ]);
  const text = new TextDecoder();
  const output: Output = {
    code: stop.aborted ? 124 : result.code,
    stdout: text.decode(result.stdout),
    stderr: text.decode(result.stderr),
  };
  if (!(options.codes ?? [0]).includes(output.code)) {
    throw new CommandFailed(
      `${command.join(" ")}: exit code ${output.code}` +
        `\n${output.stdout}\n${output.stderr}`.trimEnd(),
    );
  }
  return output;
}

async function feed(
  stdin: WritableStream<Uint8Array>,
  input: string,
): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch (error) {
    // A program that ends without reading closes its side first.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function privateEnvironment(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: `${home}/config`,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_DATA_HOME: `${home}/data`,
    XDG_STATE_HOME: `${home}/state`,
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    TZ: "Europe/Berlin",
    TERM: "dumb",
    PYTHONDONTWRITEBYTECODE: "1",
  };
}
