/**
 * A server that answers everything at once: what it reaches is the driver's own
 * ceiling. It is a process of its own, as any server under test is.
 *
 * @module
 */

/** A running bare server. */
export interface BareServer {
  /** Its URL. */
  readonly url: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback address. */
export async function createBareServer(): Promise<BareServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", new URL(import.meta.url).pathname],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const port = new TextDecoder().decode(value).trim();
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.status;
    },
  };
}

if (import.meta.main) {
  const body = "<multistatus xmlns='DAV:'/>";
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) =>
      void Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
  }, async (request) => {
    await request.text();
    return new Response(body, {
      status: 207,
      headers: { "content-type": "application/xml" },
    });
  });
}
