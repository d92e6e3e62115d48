/** Run by serve_test.ts: the command line as a process of its own, with an HTTP side without a protocol. */
import { createIo } from "../../../src/cli/io.ts";
import { runCli } from "../../../src/cli/run.ts";
import { FAKE_HTTP } from "./fakes.ts";

Deno.exit(await runCli(Deno.args, { io: createIo(), http: FAKE_HTTP }));
