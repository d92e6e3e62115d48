import assert from "node:assert/strict";
import {
  createFoundOffsets,
  createOffsets,
  FIRST_INSTANT,
  LAST_INSTANT,
} from "../../../../src/calendar/zones/zone_offsets.ts";
import { platformOffsets } from "../../../../src/calendar/zones/zone_platform.ts";

const at = Date.UTC;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Offsets of a zone of the runtime, and how often the runtime was asked. */
function countedZone(name: string) {
  const ask = platformOffsets(name);
  assert.ok(ask);
  let asked = 0;
  const offsets = createFoundOffsets((epoch) => {
    asked++;
    return ask(epoch);
  });
  return { ...offsets, ask, asked: () => asked };
}

Deno.test("createFoundOffsets() asks for some years at once, and nothing once the table is there", () => {
  const zone = countedZone("Europe/Berlin");
  zone.offsetAt(at(2026, 5, 1));
  assert.ok(zone.asked() < 2000, `${zone.asked()} questions`);
  zone.offsetOf(at(1985, 0, 1));
  zone.offsetAt(at(2037, 0, 1));
  const before = zone.asked();
  for (let time = at(1985, 0, 2); time < at(2037, 0, 1); time += 7 * HOUR) {
    zone.offsetAt(time);
    zone.offsetOf(time);
  }
  assert.equal(zone.transitions(at(1985, 1, 1), at(2036, 0, 1)).length, 102);
  assert.equal(zone.asked(), before);
});

Deno.test("createFoundOffsets() asks nothing more when it has the whole of time", () => {
  const zone = countedZone("America/New_York");
  zone.transitions(-Infinity, Infinity);
  const before = zone.asked();
  assert.ok(before < 30_000, `${before} questions`);
  for (let year = -2000; year < 12_000; year += 7) {
    const time = new Date(0).setUTCFullYear(year);
    zone.offsetAt(time);
    zone.offsetOf(time);
  }
  assert.equal(zone.asked(), before);
});

Deno.test("createFoundOffsets() has the same table in whichever order it grew", () => {
  const whole = countedZone("Africa/Casablanca");
  const all = whole.transitions(-Infinity, Infinity);
  const grown = countedZone("Africa/Casablanca");
  for (const year of [2010, 1950, 2060, 1700, 2300]) {
    const time = at(year, 0, 1);
    assert.equal(grown.offsetAt(time), whole.offsetAt(time), `${year}`);
    assert.equal(grown.offsetOf(time), whole.offsetOf(time), `${year}`);
  }
  assert.deepEqual(grown.transitions(-Infinity, Infinity), all);
  assert.ok(all.length > 150);
});

Deno.test("offsets after the last instant of the table are those of a year of the same shape", () => {
  for (const name of ["Europe/Berlin", "Australia/Sydney", "Asia/Tokyo"]) {
    const zone = countedZone(name);
    const years = [2128, 2129, 2200, 2400, 3000, 5678, 9999];
    for (const year of years) {
      const start = new Date(0).setUTCFullYear(year, 0, 1);
      for (let day = 0; day < 366; day += 0.25) {
        const epoch = start + day * DAY;
        assert.equal(zone.offsetAt(epoch), zone.ask(epoch), `${name} ${epoch}`);
        const civil = epoch + zone.ask(epoch);
        const read = zone.offsetOf(civil);
        if (read === zone.ask(epoch)) continue;
        // a time that exists twice is read as the first
        assert.ok(read > zone.ask(epoch), `${name} ${civil}`);
        assert.equal(zone.ask(civil - read), read, `${name} ${civil}`);
      }
    }
  }
});

Deno.test("transitions() gives what begins in a half-open range", () => {
  const first = { at: at(2000, 0, 1), offset: HOUR };
  const second = { at: at(2010, 0, 1), offset: 0 };
  const { transitions } = createOffsets([first, second], 0);
  assert.deepEqual(transitions(first.at, second.at), [first]);
  assert.deepEqual(transitions(first.at + 1, second.at + 1), [second]);
  assert.deepEqual(transitions(-Infinity, Infinity), [first, second]);
  assert.deepEqual(transitions(FIRST_INSTANT, first.at), []);
  assert.deepEqual(transitions(second.at, first.at), []);
  assert.deepEqual(transitions(LAST_INSTANT, Infinity), []);
  assert.deepEqual(transitions(NaN, NaN), []);
});

Deno.test("offsetOf() moves on a time that does not exist, and takes the first of one that exists twice", () => {
  const forward = at(2000, 0, 1, 12);
  const back = at(2000, 6, 1, 12);
  const zone = createOffsets([
    { at: forward, offset: 3 * HOUR },
    { at: back, offset: HOUR },
  ], HOUR);
  const read = (civil: number) => zone.offsetOf(civil) / HOUR;
  assert.equal(read(forward + HOUR - 1), 1);
  assert.equal(read(forward + HOUR), 1);
  assert.equal(read(forward + 3 * HOUR - 1), 1);
  assert.equal(read(forward + 3 * HOUR), 3);
  assert.equal(read(back + HOUR), 3);
  assert.equal(read(back + 3 * HOUR - 1), 3);
  assert.equal(read(back + 3 * HOUR), 1);
  // asked in another order, the last answer is not taken for the next one
  assert.equal(read(forward), 1);
  assert.equal(zone.offsetAt(back), HOUR);
  assert.equal(zone.offsetAt(back - 1), 3 * HOUR);
  assert.equal(zone.offsetAt(forward), 3 * HOUR);
  assert.equal(zone.offsetAt(forward - 1), HOUR);
});
