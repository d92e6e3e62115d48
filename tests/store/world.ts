/**
 * A whole stack over an engine in memory, with one account and short forms of
 * what tests do with it.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Outcome } from "../../src/service/problems.ts";
import { createService } from "../../src/service/service.ts";
import type { Service, Session } from "../../src/service/types.ts";
import { listFindings } from "../../src/store/check.ts";
import type { Engine } from "../../src/store/engine.ts";
import { createJobs, type JobRunner } from "../../src/store/jobs.ts";
import type { CollRef } from "../../src/store/records.ts";
import { createStore, type OpenStore } from "../../src/store/store.ts";
import { at } from "../service/fixture.ts";
import { createMemoryEngine } from "./memory_engine.ts";
import { observe, prepare } from "./model/drive.ts";
import type { ModelColl, ModelNode } from "./model/sequential.ts";

/** A stack in a test. */
export interface World {
  /** Where everything is. */
  readonly engine: Engine;
  /** The store. */
  readonly store: OpenStore;
  /** The service. */
  readonly service: Service;
  /** The account `me`. */
  readonly session: Session;
  /** The clock, settable. */
  readonly clock: { now: number };
  /** What jobs have failed with. */
  readonly failures: unknown[];
  /** A new runner of jobs, without timers of its own. */
  startJobs(): JobRunner;
  /** Runs all jobs that are due. */
  runJobs(): Promise<void>;
  /** PUT of a file. */
  put(path: string, text: string): Promise<void>;
  /** MKCOL. */
  make(path: string): Promise<void>;
  /** DELETE. */
  remove(path: string): Promise<void>;
  /** PROPPATCH of one property. */
  patch(path: string, value: string | null): Promise<void>;
  /** The collection at a path. */
  ref(path: string): Promise<CollRef>;
  /** All that is below a root such as `files/me`, as nested objects of texts. */
  tree(root: string): Promise<unknown>;
  /** What `check` finds. */
  findings(): Promise<string[]>;
  /** Rows below a first key part. */
  count(prefix: string): Promise<number>;
}

function value<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  assert.fail(`${outcome.problem.name}: ${outcome.problem.message}`);
}

function textsOf(node: ModelNode): unknown {
  const props = Object.fromEntries(node.props);
  const own = node.props.size === 0 ? {} : { "?": props };
  if (node.type === "object") {
    return node.props.size === 0 ? node.text : { "": node.text, ...own };
  }
  const members = [...node.members].map(([name, member]) =>
    [name, textsOf(member)] as const
  );
  return { ...own, ...Object.fromEntries(members) };
}

/** A stack; `engine` wraps the engine in memory. */
export async function createWorld(
  options: {
    readonly shared?: boolean;
    readonly engine?: (engine: Engine) => Engine;
  } = {},
): Promise<World> {
  const wrap = options.engine ?? ((engine: Engine) => engine);
  const engine = wrap(createMemoryEngine({ shared: options.shared ?? false }));
  const clock = { now: 1_000 };
  const now = () => clock.now;
  const { session } = await prepare(engine, now);
  const pause = () => Promise.resolve();
  const store = await createStore({ engine, now, pause });
  const service = createService({ store, engine, now });
  const failures: unknown[] = [];
  const startJobs = () =>
    createJobs({
      engine,
      store,
      now,
      timer: () => () => {},
      failed: (error) => failures.push(error),
    });
  return {
    engine,
    store,
    service,
    session,
    clock,
    failures,
    startJobs,
    async runJobs() {
      const jobs = startJobs();
      await jobs.idle();
      await jobs.stop();
    },
    async put(path, text) {
      const bytes = new TextEncoder().encode(text);
      const input = { bytes, type: null, conditions: {} };
      value(await service.put(session, at(path), input));
    },
    async make(path) {
      const collection = { kind: "folder", props: [] } as const;
      value(await service.make(session, at(path), collection));
    },
    async remove(path) {
      value(await service.remove(session, at(path), {}));
    },
    async patch(path, text) {
      const change = { ns: "x:", local: "p", value: text };
      value(await service.patch(session, at(path), [change], {}));
    },
    ref: (path) =>
      service.read(session, (reader) => {
        const resource = reader.resolve(at(path));
        assert(resource !== undefined && "ref" in resource);
        return resource.ref;
      }),
    async tree(root) {
      const seen: ModelColl = await observe(service, session, root);
      return textsOf(seen);
    },
    findings: async () =>
      (await listFindings(engine)).map(({ key, message }) =>
        `${key}: ${message}`
      ),
    count: async (prefix) => (await engine.list({ prefix: [prefix] })).length,
  };
}
