/**
 * The outside world as the command line sees it, so that tests can play it.
 *
 * @module
 */

/** Terminal, environment and signals. */
export interface Io {
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
  /** Writes text to standard error as it is, without a line end. */
  status(text: string): void;
  /** Whether standard error is a terminal that somebody looks at. */
  readonly statusTerminal: boolean;
  /** Whether standard output is a terminal that somebody looks at. */
  readonly showsTerminal: boolean;
  /** Whether standard input is a terminal that somebody types at. */
  readonly typesTerminal: boolean;
  /** Asks without echo; undefined where the answer was broken off. */
  readSecret(prompt: string): Promise<string | undefined>;
  /** All of standard input, cut at `limit` bytes. */
  readInput(limit: number): Promise<string>;
  /** A variable of the environment. */
  environment(name: string): string | undefined;
  /** Calls back when the process is asked to end; the answer forgets it. */
  onStop(callback: () => void): () => void;
}

/** The real world. */
export function createIo(): Io {
  const encoder = new TextEncoder();
  function write(stream: { writeSync(p: Uint8Array): number }, text: string) {
    let rest = encoder.encode(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(stream.writeSync(rest));
      } catch {
        // Nobody reads any more: no reason to stop serving.
        return;
      }
    }
  }
  return {
    out: (line) => write(Deno.stdout, `${line}\n`),
    err: (line) => write(Deno.stderr, `${line}\n`),
    status: (text) => write(Deno.stderr, text),
    statusTerminal: Deno.stderr.isTerminal(),
    showsTerminal: Deno.stdout.isTerminal(),
    typesTerminal: Deno.stdin.isTerminal(),
    readSecret,
    readInput: (limit) => readText(Deno.stdin, limit),
    environment: (name) => Deno.env.get(name),
    onStop,
  };
}

function onStop(callback: () => void): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, callback);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, callback);
  };
}

/** Reads a stream to its end or to `limit` bytes, whatever comes first. */
export async function readText(
  stream: { read(p: Uint8Array): Promise<number | null> },
  limit: number,
): Promise<string> {
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const count = await stream.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

async function readSecret(prompt: string): Promise<string | undefined> {
  const encoder = new TextEncoder();
  await Deno.stderr.write(encoder.encode(prompt));
  Deno.stdin.setRaw(true);
  try {
    return await readTyped(Deno.stdin);
  } finally {
    Deno.stdin.setRaw(false);
    await Deno.stderr.write(encoder.encode("\n"));
  }
}

/**
 * Puts together what is typed at a raw terminal until Return; undefined for
 * Control-C, and for Control-D or the end of input before anything was typed.
 */
export async function readTyped(
  stream: { read(p: Uint8Array): Promise<number | null> },
): Promise<string | undefined> {
  const typed: number[] = [];
  const buffer = new Uint8Array(1024);
  while (typed.length < 64 * 1024) {
    const count = await stream.read(buffer);
    if (count === null) return typed.length > 0 ? decode(typed) : undefined;
    for (const byte of buffer.subarray(0, count)) {
      if (byte === 3) return undefined;
      if (byte === 4 && typed.length === 0) return undefined;
      if (byte === 10 || byte === 13) return decode(typed);
      if (byte === 8 || byte === 127) dropLast(typed);
      // Control-U: once more from the start.
      else if (byte === 21) typed.length = 0;
      else typed.push(byte);
    }
  }
  return undefined;
}

/** Takes a whole character of UTF-8 away. */
function dropLast(typed: number[]): void {
  let byte = typed.pop();
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop();
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}
