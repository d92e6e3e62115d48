import assert from "node:assert/strict";
import {
  type Component,
  properties,
  property,
} from "../../../src/calendar/parse.ts";
import { calendarOf, eventLines } from "./objects.ts";

/** An event with two comments, and so many other lines between them. */
function eventOf(others: number): Component {
  const filler = Array.from({ length: others }, (_, n) => `X-LINE:${n}`);
  const [event] = calendarOf(
    ...eventLines("COMMENT:first", ...filler, "COMMENT:last"),
  ).root.components;
  assert.ok(event);
  return event;
}

Deno.test("property() and properties() find lines by their name, however many there are", () => {
  for (const others of [0, 1, 28, 29, 30, 31, 1000]) {
    const event = eventOf(others);
    assert.equal(property(event, "COMMENT")?.value, "first");
    assert.deepEqual(
      properties(event, "COMMENT").map(({ value }) => value),
      ["first", "last"],
    );
    assert.equal(properties(event, "X-LINE").length, others);
    assert.equal(property(event, "DTSTART"), undefined);
    assert.deepEqual(properties(event, "DTSTART"), []);
  }
});

Deno.test("property() reads a component of many lines once, however often it is asked", () => {
  const event = eventOf(1000);
  let read = 0;
  const counted = event.properties.map((line) =>
    Object.defineProperty({ ...line }, "name", {
      get: () => {
        read++;
        return line.name;
      },
    })
  );
  const component = { ...event, properties: counted };
  for (let n = 0; n < 100; n++) {
    assert.equal(property(component, "DTSTART"), undefined);
    assert.equal(properties(component, "COMMENT").length, 2);
  }
  assert.equal(read, counted.length);
});
