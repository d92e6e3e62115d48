/**
 * Leap seconds, as the IERS has announced them in its Bulletin C (RFC 7808
 * section 5.6). The server itself never needs them.
 *
 * @module
 */

/** Bulletin C and the day until which it speaks; both change twice a year. */
const ANNOUNCED = { version: "2026b", expires: "2027-06-28" };

/** TAI minus UTC when leap seconds began, in seconds, and the day of that. */
const FIRST = { offset: 10, onset: "1972-01-01" };

/** First days after an added second. None was ever taken away. */
const ADDED = `
1972-07-01 1973-01-01 1974-01-01 1975-01-01 1976-01-01 1977-01-01 1978-01-01
1979-01-01 1980-01-01 1981-07-01 1982-07-01 1983-07-01 1985-07-01 1988-01-01
1990-01-01 1991-01-01 1992-07-01 1993-07-01 1994-07-01 1996-01-01 1997-07-01
1999-01-01 2006-01-01 2009-01-01 2012-07-01 2015-07-01 2017-01-01
`;

/** The answer of the service (RFC 7808 section 6.4). */
export interface LeapSeconds {
  /** Last day that is spoken of, as `2027-06-28`. */
  readonly expires: string;
  /** Who says so. */
  readonly publisher: string;
  /** Version of what they say. */
  readonly version: string;
  /** Offsets in ascending order of their first days. */
  readonly leapseconds: readonly {
    /** Seconds that TAI is ahead of UTC. */
    readonly "utc-offset": number;
    /** The day from whose beginning on, UTC. */
    readonly onset: string;
  }[];
}

/** All leap seconds that there have been. */
export function leapSeconds(): LeapSeconds {
  const days = [FIRST.onset, ...ADDED.trim().split(/\s+/)];
  return {
    expires: ANNOUNCED.expires,
    publisher: "IERS",
    version: ANNOUNCED.version,
    leapseconds: days.map((onset, n) => ({
      "utc-offset": FIRST.offset + n,
      onset,
    })),
  };
}
