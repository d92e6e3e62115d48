import assert from "node:assert/strict";

const CHILD = new URL("./child.ts", import.meta.url).pathname;

async function canTrace(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("strace", {
      args: ["-f", "-o", "/dev/null", "true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

/** What a line of the trace says, as far as it matters here. */
function eventOf(line: string): "write" | "flush" | "answer" | undefined {
  // A call that another thread interrupts is counted where it ends.
  if (/\bpwrite64\(.*-wal>/.test(line)) return "write";
  if (/\bf(data)?sync\(.*-wal>\)\s*= 0/.test(line)) return "flush";
  if (/f(data)?sync resumed.*= 0/.test(line)) return "flush";
  if (/\bwrite\(1<.*"answered \d+/.test(line)) return "answer";
  return undefined;
}

Deno.test({
  name: "each group is flushed to disk before its first answer (strace)",
  ignore: !await canTrace(),
  async fn() {
    const path = await Deno.makeTempDir();
    try {
      const trace = `${path}/trace`;
      const { success, stderr } = await new Deno.Command("strace", {
        args: [
          ...["-f", "-y", "-o", trace],
          ...["-e", "trace=pwrite64,fsync,fdatasync,write"],
          ...[Deno.execPath(), "run", "-A", "--no-check", CHILD],
          `${path}/data`,
        ],
        stdout: "null",
        stderr: "piped",
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      let unflushed = 0;
      let flushes = 0;
      let answers = 0;
      for (const line of (await Deno.readTextFile(trace)).split("\n")) {
        const event = eventOf(line);
        if (event === "write") unflushed++;
        if (event === "flush") {
          unflushed = 0;
          flushes++;
        }
        if (event !== "answer") continue;
        answers++;
        assert.equal(unflushed, 0, `Answered before the flush: ${line}`);
        assert(flushes >= answers, "Answered without a flush of its own");
      }
      assert.equal(answers, 10);
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
});
