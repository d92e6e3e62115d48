/**
 * A small KV Connect server on 127.0.0.1 over a Deno KV in memory, so that the
 * store can be tested through Deno's real network client. Speaks what the
 * protocol's data path needs: snapshot reads and atomic writes.
 *
 * @module
 */

import { decodeKey, toHex } from "./kv_keys.ts";
import {
  bytesAt,
  createWriter,
  type Fields,
  listAt,
  numberAt,
  parseMessage,
} from "./protobuf.ts";

/** A server that runs. */
export interface KvConnectServer {
  /** What `Deno.openKv` takes. */
  readonly url: string;
  /** The token that the client has to send. */
  readonly token: string;
  /** Requests of each kind so far. */
  readonly counts: { reads: number; writes: number };
  /** Stops it. */
  close(): Promise<void>;
}

/** What the server can be told to do wrong. */
export interface KvConnectFaults {
  /** Asked after each write that was done; true: it answers 503, and the client tries again. */
  readonly hideWrite?: () => boolean;
}

/** A stored row: its bytes are the client's business. */
interface Stored {
  readonly key: Uint8Array;
  readonly order: string;
  readonly value: Uint8Array;
  readonly encoding: number;
  readonly versionstamp: Uint8Array;
}

const MAX_CHECKS = 10;
const SUCCESS = 1;
const CHECK_FAILURE = 2;
const SET = 1;
const DELETE = 2;
const SET_SUFFIX_VERSIONSTAMPED_KEY = 9;

/** Starts a server on a free port. */
export function startKvConnectServer(
  faults: KvConnectFaults = {},
): KvConnectServer {
  const token = crypto.randomUUID();
  const uuid = crypto.randomUUID();
  const counts = { reads: 0, writes: 0 };
  const rows = new Map<string, Stored>();
  let sorted: Stored[] | undefined = [];
  let version = 0;

  async function handle(request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return new Response("Wrong token", { status: 401 });
    }
    const { pathname } = new URL(request.url);
    if (pathname === "/") return describe(request);
    const body = new Uint8Array(await request.arrayBuffer());
    if (pathname === "/v2/snapshot_read") {
      counts.reads++;
      return answer(read(parseMessage(body)));
    }
    if (pathname === "/v2/atomic_write") {
      counts.writes++;
      const write = parseMessage(body);
      if (listAt(write, 1).length > MAX_CHECKS) {
        return new Response("Too many checks", { status: 400 });
      }
      const written = commit(write);
      if (faults.hideWrite?.() === true) {
        return new Response("Gone for a moment", { status: 503 });
      }
      return answer(written);
    }
    return new Response("Not found", { status: 404 });
  }

  async function describe(request: Request): Promise<Response> {
    await request.body?.cancel();
    return Response.json({
      version: 2,
      databaseId: uuid,
      endpoints: [{ url: "/v2", consistency: "strong" }],
      token,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
  }

  function read(message: Fields): Uint8Array {
    const output = createWriter();
    sorted ??= [...rows.values()].sort((a, b) => a.order < b.order ? -1 : 1);
    for (const range of listAt(message, 1).map(parseMessage)) {
      const start = toHex(bytesAt(range, 1));
      const end = toHex(bytesAt(range, 2));
      const limit = numberAt(range, 3);
      const found = sorted.filter((row) =>
        row.order >= start && row.order < end
      );
      if (numberAt(range, 4) === 1) found.reverse();
      const values = createWriter();
      for (const row of found.slice(0, limit)) {
        const entry = createWriter();
        entry.bytes(1, row.key);
        entry.bytes(2, row.value);
        entry.number(3, row.encoding);
        entry.bytes(4, row.versionstamp);
        values.bytes(1, entry.done());
      }
      output.bytes(1, values.done());
    }
    output.number(4, 1);
    output.number(8, SUCCESS);
    return output.done();
  }

  function commit(message: Fields): Uint8Array {
    const output = createWriter();
    for (const check of listAt(message, 1).map(parseMessage)) {
      const row = rows.get(toHex(bytesAt(check, 1)));
      const seen = row === undefined ? "" : toHex(row.versionstamp);
      if (seen !== toHex(bytesAt(check, 2))) {
        output.number(1, CHECK_FAILURE);
        return output.done();
      }
    }
    version++;
    const stamp = new Uint8Array(10);
    new DataView(stamp.buffer).setBigUint64(0, BigInt(version));
    for (const mutation of listAt(message, 2).map(parseMessage)) {
      apply(mutation, stamp);
    }
    sorted = undefined;
    output.number(1, SUCCESS);
    output.bytes(2, stamp);
    return output.done();
  }

  function apply(mutation: Fields, versionstamp: Uint8Array): void {
    const type = numberAt(mutation, 3);
    let key = bytesAt(mutation, 1);
    if (type === SET_SUFFIX_VERSIONSTAMPED_KEY) {
      const suffix = new TextEncoder().encode(toHex(versionstamp));
      key = new Uint8Array([...key, 2, ...suffix, 0]);
    } else if (type !== SET && type !== DELETE) {
      throw new TypeError(`No mutation of type ${type}`);
    }
    // Fails here, and not in some test, where the client sends what is no key.
    decodeKey(key);
    const order = toHex(key);
    if (type === DELETE) {
      rows.delete(order);
      return;
    }
    const value = parseMessage(bytesAt(mutation, 2));
    rows.set(order, {
      key,
      order,
      value: bytesAt(value, 1),
      encoding: numberAt(value, 2),
      versionstamp,
    });
  }

  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    handle,
  );
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    counts,
    close: () => server.shutdown(),
  };
}

function answer(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { "content-type": "application/x-protobuf" },
  });
}
