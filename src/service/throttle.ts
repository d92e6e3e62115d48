/**
 * Slows down the guessing of passwords: failed log-ins are counted per address
 * and per account, in memory (DESIGN section 7).
 *
 * @module
 */

/** Counts log-ins. */
export interface Throttle {
  /**
   * Begins a log-in, or gives the seconds to wait before the next try. What is
   * begun counts as failed until it is told otherwise, so that guesses made in
   * parallel gain nothing.
   */
  attempt(address: string, account: string): Attempt | number;
}

/** A log-in that was begun, and counts as failed. */
export interface Attempt {
  /** The password was right: counts no more, and its address is trusted with the account for a day. */
  succeeded(): void;
  /** Nobody knows whether it was right: counts no more. */
  cancelled(): void;
}

/** Failures of one address, account, or both together. */
interface Failures {
  readonly count: number;
  /** Epoch milliseconds of the last one. */
  readonly last: number;
}

/** Failures that cost nothing. An address may be a whole office. */
const FREE = { address: 20, account: 10, pair: 10 };
/** A failure is forgotten after so long. */
const MEMORY_MS = 15 * 60_000;
/** The longest wait between two tries. */
const MAX_WAIT_MS = 5 * 60_000;
/** How long an address is trusted with an account. */
const TRUST_MS = 24 * 3_600_000;

/** Keeps at most `size` addresses, accounts and pairs; `clock` gives epoch milliseconds. */
export function createThrottle(
  options: { readonly clock: () => number; readonly size?: number },
): Throttle {
  const { clock, size = 10_000 } = options;
  const trusted = new Map<string, number>();
  const failures = {
    address: new Map<string, Failures>(),
    account: new Map<string, Failures>(),
    pair: new Map<string, Failures>(),
  };

  /**
   * An address that has signed in to this account answers for itself only, so
   * nobody can lock somebody out by guessing from elsewhere, and one program
   * with an old password does not stop others behind the same address.
   */
  function counters(
    address: string,
    account: string,
  ): [keyof typeof failures, string][] {
    const pair = pairOf(address, account);
    const since = trusted.get(pair);
    return since !== undefined && since + TRUST_MS > clock()
      ? [["pair", pair]]
      : [["address", networkOf(address)], ["account", account]];
  }

  function count(kind: keyof typeof failures, key: string): void {
    const map = failures[kind];
    const before = recent(map.get(key));
    map.delete(key);
    map.set(key, { count: before + 1, last: clock() });
    trim(map, size);
  }

  function uncount(kind: keyof typeof failures, key: string): void {
    const entry = failures[kind].get(key);
    if (entry === undefined) return;
    if (entry.count <= 1) failures[kind].delete(key);
    else failures[kind].set(key, { ...entry, count: entry.count - 1 });
  }

  function recent(entry: Failures | undefined): number {
    return entry !== undefined && entry.last + MEMORY_MS > clock()
      ? entry.count
      : 0;
  }

  function waitOf(kind: keyof typeof failures, key: string): number {
    const entry = failures[kind].get(key);
    const above = recent(entry) - FREE[kind];
    if (entry === undefined || above < 0) return 0;
    const wait = Math.min(1000 * 2 ** Math.min(above, 20), MAX_WAIT_MS);
    return Math.max(0, entry.last + wait - clock());
  }

  function trust(pair: string): void {
    failures.pair.delete(pair);
    trusted.delete(pair);
    trusted.set(pair, clock());
    trim(trusted, size);
  }

  return {
    attempt(address, account) {
      const all = counters(address, account);
      const wait = Math.max(...all.map(([kind, key]) => waitOf(kind, key)));
      if (wait > 0) return Math.ceil(wait / 1000);
      for (const [kind, key] of all) count(kind, key);
      const cancelled = () => {
        for (const [kind, key] of all) uncount(kind, key);
      };
      return {
        cancelled,
        succeeded() {
          cancelled();
          trust(pairOf(address, account));
        },
      };
    },
  };
}

function pairOf(address: string, account: string): string {
  return `${networkOf(address)}\0${account}`;
}

function trim(map: Map<string, unknown>, size: number): void {
  const oldest = map.keys().next();
  if (map.size > size && !oldest.done) map.delete(oldest.value);
}

/** One customer has a whole /64 of IPv6 addresses to guess from (RFC 6177). */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ??
    [];
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined
    ? 0
    : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(gap).fill("0"), ...back].slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
