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

/** A program that answers each line that it is sent with one line. */
export interface Conversation {
  /** Sends a line without its end; answers the next line that comes, without its end. */
  ask(line: string): Promise<string>;
  /** Closes the program's input and waits for its end. */
  end(): Promise<void>;
}

/** Starts a program to talk with; it is stopped when its time is over. */
export function converse(
  command: readonly string[],
  options: Pick<RunOptions, "home" | "seconds">,
): Conversation {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    cwd: options.home,
    clearEnv: true,
    env: privateEnvironment(options.home),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout((options.seconds ?? 120) * 1000),
  }).spawn();
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  return {
    async ask(line) {
      await writer.write(new TextEncoder().encode(`${line}\n`));
      while (!rest.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) {
          throw new CommandFailed(
            `${command.join(" ")} ended without an answer:\n${await errors}`,
          );
        }
        rest += value;
      }
      const at = rest.indexOf("\n");
      const answer = rest.slice(0, at);
      rest = rest.slice(at + 1);
      return answer;
    },
    async end() {
      await writer.close();
      await child.status;
      await reader.cancel();
      await errors;
    },
  };
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
