/**
 * How many requests are worked on at a time: in all, and for one address. See
 * docs/adr/0008-slow-connections.md.
 *
 * @module
 */

/** Limits of a gate. */
export interface GateLimits {
  /** Requests at a time in all. */
  readonly maxRequests: number;
  /** Requests at a time from one address. */
  readonly maxRequestsPerAddress: number;
}

/** Lets requests in, one slot for each. */
export interface Gate {
  /** Takes a slot: the function gives it back (calling it again does nothing); null where all are taken. */
  enter(address: string): (() => void) | null;
}

/** Makes a gate. */
export function createGate(limits: GateLimits): Gate {
  let inside = 0;
  const byAddress = new Map<string, number>();
  return {
    enter(address) {
      const mine = byAddress.get(address) ?? 0;
      if (inside >= limits.maxRequests) return null;
      // What comes from this machine is mostly a proxy that speaks for everybody.
      if (mine >= limits.maxRequestsPerAddress && !isLoopback(address)) {
        return null;
      }
      inside++;
      byAddress.set(address, mine + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inside--;
        const rest = (byAddress.get(address) ?? 1) - 1;
        if (rest === 0) byAddress.delete(address);
        else byAddress.set(address, rest);
      };
    },
  };
}

/** Whether an address is this machine's own, or that of a Unix socket. */
export function isLoopback(address: string): boolean {
  return address === "" || address === "::1" ||
    /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
