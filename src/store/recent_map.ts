/**
 * A map that knows in which order its values were last used.
 *
 * @module
 */

/** Values by key, from the one used longest ago to the newest. */
export interface RecentMap<K, V> {
  /** Number of values. */
  readonly size: number;
  /** A value, undefined where there is none; its place in the order stays. */
  get(key: K): V | undefined;
  /** Like `get`, and the value becomes the newest. */
  use(key: K): V | undefined;
  /** Adds or replaces a value, which becomes the newest. */
  set(key: K, value: V): void;
  /** Takes a value out. */
  delete(key: K): void;
  /** Takes all values out. */
  clear(): void;
  /** From the one used longest ago to the newest; the one just given may be deleted. */
  oldestFirst(): Iterable<readonly [K, V]>;
}

interface Node<K, V> {
  readonly key: K;
  value: V;
  older: Node<K, V> | undefined;
  newer: Node<K, V> | undefined;
}

/**
 * An empty map.
 *
 * Its order is a chain of its own. To delete a key of a `Map` and to set it
 * again gives the same order, but every such pair leaves a hole behind that
 * the next one has to pass, until the whole table is built anew: for a key
 * that each request needs, a hundred times the price in a map of 70,000.
 */
export function createRecentMap<K, V>(): RecentMap<K, V> {
  const nodes = new Map<K, Node<K, V>>();
  let oldest: Node<K, V> | undefined;
  let newest: Node<K, V> | undefined;

  function unchain(node: Node<K, V>): void {
    if (node.older === undefined) oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === undefined) newest = node.older;
    else node.newer.older = node.older;
  }

  function append(node: Node<K, V>): void {
    node.older = newest;
    node.newer = undefined;
    if (newest === undefined) oldest = node;
    else newest.newer = node;
    newest = node;
  }

  function use(key: K): Node<K, V> | undefined {
    const node = nodes.get(key);
    if (node !== undefined && node !== newest) {
      unchain(node);
      append(node);
    }
    return node;
  }

  return {
    get size() {
      return nodes.size;
    },
    get: (key) => nodes.get(key)?.value,
    use: (key) => use(key)?.value,
    set(key, value) {
      const known = use(key);
      if (known !== undefined) {
        known.value = value;
        return;
      }
      const node = { key, value, older: undefined, newer: undefined };
      nodes.set(key, node);
      append(node);
    },
    delete(key) {
      const node = nodes.get(key);
      if (node === undefined) return;
      nodes.delete(key);
      unchain(node);
    },
    clear() {
      nodes.clear();
      oldest = undefined;
      newest = undefined;
    },
    *oldestFirst() {
      for (let node = oldest; node !== undefined;) {
        const { key, value, newer } = node;
        yield [key, value];
        node = newer;
      }
    },
  };
}
