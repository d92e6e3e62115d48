import assert from "node:assert/strict";
import fc from "fast-check";
import { createRecentMap } from "../../../src/store/recent_map.ts";

function filled(...keys: string[]) {
  const map = createRecentMap<string, number>();
  for (const [at, key] of keys.entries()) map.set(key, at);
  return map;
}

function order(map: ReturnType<typeof filled>): string {
  return [...map.oldestFirst()].map(([key]) => key).join("");
}

Deno.test("createRecentMap() is empty at first", () => {
  const map = filled();
  assert.equal(map.size, 0);
  assert.equal(map.get("a"), undefined);
  assert.equal(map.use("a"), undefined);
  assert.equal(order(map), "");
});

Deno.test("use() makes the oldest, a middle and the newest value the newest", () => {
  const map = filled("a", "b", "c", "d");
  assert.equal(map.use("a"), 0);
  assert.equal(order(map), "bcda");
  assert.equal(map.use("c"), 2);
  assert.equal(order(map), "bdac");
  assert.equal(map.use("c"), 2);
  assert.equal(order(map), "bdac");
});

Deno.test("get() leaves the order as it is", () => {
  const map = filled("a", "b");
  assert.equal(map.get("a"), 0);
  assert.equal(order(map), "ab");
});

Deno.test("set() replaces a value and makes it the newest", () => {
  const map = filled("a", "b");
  map.set("a", 7);
  assert.equal(map.get("a"), 7);
  assert.equal(map.size, 2);
  assert.equal(order(map), "ba");
});

Deno.test("delete() takes out the oldest, a middle and the newest value", () => {
  const map = filled("a", "b", "c", "d", "e");
  for (const key of ["a", "c", "e", "nothing"]) map.delete(key);
  assert.equal(order(map), "bd");
  map.set("f", 9);
  assert.equal(order(map), "bdf");
});

Deno.test("clear() leaves an empty map that can be filled again", () => {
  const map = filled("a", "b");
  map.clear();
  assert.equal(map.size, 0);
  assert.equal(order(map), "");
  map.set("c", 1);
  assert.equal(order(map), "c");
});

Deno.test("oldestFirst() goes on behind a value that was deleted when it was given", () => {
  const map = filled("a", "b", "c", "d");
  const seen: string[] = [];
  for (const [key] of map.oldestFirst()) {
    seen.push(key);
    if (key !== "c") map.delete(key);
  }
  assert.deepEqual(seen, ["a", "b", "c", "d"]);
  assert.equal(order(map), "c");
});

Deno.test("createRecentMap() keeps the order of a Map whose used keys are set again", () => {
  const key = fc.constantFrom("a", "b", "c", "d", "e");
  const step = fc.tuple(
    fc.constantFrom<"get" | "use" | "set" | "delete">(
      ...["get", "use", "set", "delete"] as const,
    ),
    key,
    fc.nat(9),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = createRecentMap<string, number>();
      const plain = new Map<string, number>();
      for (const [what, name, value] of steps) {
        const before = plain.get(name);
        if (what === "set" || what === "use") {
          plain.delete(name);
          if (what === "set") plain.set(name, value);
          else if (before !== undefined) plain.set(name, before);
        }
        if (what === "delete") plain.delete(name);
        if (what === "set") map.set(name, value);
        else if (what === "delete") map.delete(name);
        else assert.equal(map[what](name), before);
        assert.equal(map.size, plain.size);
        assert.deepEqual([...map.oldestFirst()], [...plain]);
      }
    }),
    { seed: 1 },
  );
});
