/**
 * What governments decided after the runtime's zone data were made. A runtime
 * may carry data that are a year old, and then a whole city comes an hour late:
 * what is known here to have changed since is put right, for as long as the
 * runtime has not heard of it.
 *
 * Rows come from the NEWS of the IANA database; `deno task zones` compares all
 * zones with a copy of the newest one and tells which rows are missing. A row
 * may go when no supported runtime needs it any more.
 *
 * @module
 */

import { platformName } from "./zone_names.ts";
import {
  PLATFORM_ZONE_VERSION,
  platformAbbreviations,
  platformOffsets,
} from "./zone_platform.ts";

/** A change that not all runtimes know. */
export interface Correction {
  /** Today's names of the zones that it is about. */
  readonly zones: readonly string[];
  /** The version of the IANA database that has it. */
  readonly version: string;
  /** From this instant on they are like another zone, in epoch milliseconds. */
  readonly from: number;
  /** Until this instant; absent: for ever. */
  readonly until?: number;
  /** The zone that they are like. */
  readonly as: string;
  /** A runtime that says this at that instant has not heard of it. */
  readonly unaware: {
    /** Epoch milliseconds. */
    readonly at: number;
    /** Milliseconds east of UTC. */
    readonly offset: number;
  };
}

const HOUR = 3_600_000;

/** An instant of winter 2026, in which several zones kept their summer time. */
const WINTER_2026 = Date.UTC(2026, 11, 15);

/** Known changes; of two that are about one instant the last one counts. */
export const CORRECTIONS: readonly Correction[] = [
  {
    zones: ["America/Tijuana"],
    version: "2025c",
    from: Date.UTC(1970, 3, 26, 10),
    until: Date.UTC(1976, 0, 1),
    as: "America/Los_Angeles",
    unaware: { at: Date.UTC(1970, 6, 1), offset: -8 * HOUR },
  },
  {
    zones: ["Europe/Chisinau"],
    version: "2026a",
    from: Date.UTC(2022, 0, 1),
    as: "Europe/Bucharest",
    unaware: { at: Date.UTC(2022, 2, 27, 0, 30), offset: 3 * HOUR },
  },
  {
    zones: ["America/Vancouver"],
    version: "2026b",
    from: Date.UTC(2026, 10, 1, 9),
    as: "America/Phoenix",
    unaware: { at: WINTER_2026, offset: -8 * HOUR },
  },
  {
    zones: ["Africa/Casablanca", "Africa/El_Aaiun"],
    version: "2026c",
    from: Date.UTC(2026, 8, 20, 1),
    as: "Africa/Abidjan",
    unaware: { at: WINTER_2026, offset: HOUR },
  },
  {
    zones: ["America/Edmonton", "America/Inuvik"],
    version: "2026f",
    from: Date.UTC(2026, 10, 1, 8),
    as: "America/Regina",
    unaware: { at: WINTER_2026, offset: -7 * HOUR },
  },
  {
    zones: ["America/Winnipeg"],
    version: "2026f",
    from: Date.UTC(2026, 10, 1, 7),
    as: "America/Panama",
    unaware: { at: WINTER_2026, offset: -6 * HOUR },
  },
  {
    zones: ["America/Havana"],
    version: "2026f",
    from: Date.UTC(2026, 10, 1, 5),
    until: Date.UTC(2027, 2, 14, 5),
    as: "Etc/GMT+4",
    unaware: { at: WINTER_2026, offset: -5 * HOUR },
  },
];

/** Version of all zone data, for entity tags and for whatever is computed from zones and kept: another one where any zone may have changed. */
export const ZONE_DATA_VERSION: string = `${PLATFORM_ZONE_VERSION}+${
  CORRECTIONS.map(({ version }) => version).sort().at(-1) ?? ""
}`;

/** What a zone has at an instant, given in epoch milliseconds. */
export type AtInstant<Value> = (epoch: number) => Value;

/** Milliseconds east of UTC of a zone by today's name, undefined where the runtime does not have it. Slow: see `zone_offsets.ts`. */
export function correctedOffsets(id: string): AtInstant<number> | undefined {
  return correct(id, platformOffsets);
}

/** What the time of a zone is called, by today's name of it (`CEST`, `+0330`), undefined where the runtime does not have it. */
export function correctedAbbreviations(
  id: string,
): AtInstant<string> | undefined {
  return correct(id, platformAbbreviations);
}

function correct<Value>(
  id: string,
  create: (name: string) => AtInstant<Value> | undefined,
): AtInstant<Value> | undefined {
  const name = platformName(id);
  const offsets = name === undefined ? undefined : platformOffsets(name);
  if (name === undefined || offsets === undefined) return undefined;
  const rows = CORRECTIONS.filter(({ zones, unaware }) =>
    zones.includes(id) && offsets(unaware.at) === unaware.offset
  );
  return rows.reduce(
    (known, row) => known && change(known, row, create(row.as)),
    create(name),
  );
}

function change<Value>(
  known: AtInstant<Value>,
  { from, until = Infinity }: Correction,
  other: AtInstant<Value> | undefined,
): AtInstant<Value> {
  if (other === undefined) return known;
  return (epoch) => (epoch >= from && epoch < until ? other : known)(epoch);
}
