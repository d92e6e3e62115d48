/**
 * All examples of RFC 5545 section 3.8.5.3: rules from nine o'clock in New York
 * (where nothing else is said), and the days that are listed there.
 *
 * @module
 */

import assert from "node:assert/strict";
import { occurrences } from "../../../../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../../../../src/calendar/validate.ts";
import { zonesOf } from "../../../../src/calendar/zones/vtimezone.ts";
import { UTC, zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines } from "../objects.ts";

/** DTSTART's day, RRULE, and days by month; of an endless rule as many as are listed. */
const BY_DAYS: readonly (readonly [string, string, string])[] = [
  ["19970902", "FREQ=DAILY;COUNT=10", "1997-09: 2-11"],
  [
    "19970902",
    "FREQ=DAILY;UNTIL=19971224T000000Z",
    "1997-09: 2-30; 1997-10: 1-31; 1997-11: 1-30; 1997-12: 1-23",
  ],
  [
    "19970902",
    "FREQ=DAILY;INTERVAL=2",
    "1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-10: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-11: 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29; 1997-12: 1 3",
  ],
  [
    "19970902",
    "FREQ=DAILY;INTERVAL=10;COUNT=5",
    "1997-09: 2 12 22; 1997-10: 2 12",
  ],
  [
    "19980101",
    "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
    "1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31",
  ],
  [
    "19980101",
    "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    "1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;COUNT=10",
    "1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;UNTIL=19971224T000000Z",
    "1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
    "1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23; 1998-01: 6 20; 1998-02: 3 17",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
    "1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
    "1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2",
  ],
  [
    "19970901",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
    "1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31; 1997-11: 10 12 14 24 26 28; 1997-12: 8 10 12 22",
  ],
  [
    "19970902",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
    "1997-09: 2 4 16 18 30; 1997-10: 2 14 16",
  ],
  [
    "19970905",
    "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
    "1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6; 1998-03: 6; 1998-04: 3; 1998-05: 1; 1998-06: 5",
  ],
  [
    "19970905",
    "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
    "1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5",
  ],
  [
    "19970907",
    "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
    "1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31",
  ],
  [
    "19970922",
    "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
    "1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16",
  ],
  [
    "19970928",
    "FREQ=MONTHLY;BYMONTHDAY=-3",
    "1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26",
  ],
  [
    "19970902",
    "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
    "1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15",
  ],
  [
    "19970930",
    "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
    "1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1",
  ],
  [
    "19970910",
    "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
    "1997-09: 10-15; 1999-03: 10-13",
  ],
  [
    "19970902",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
    "1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27; 1998-03: 3 10 17 24 31",
  ],
  [
    "19970610",
    "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
    "1997-06: 10; 1997-07: 10; 1998-06: 10; 1998-07: 10; 1999-06: 10; 1999-07: 10; 2000-06: 10; 2000-07: 10; 2001-06: 10; 2001-07: 10",
  ],
  [
    "19970310",
    "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
    "1997-03: 10; 1999-01: 10; 1999-02: 10; 1999-03: 10; 2001-01: 10; 2001-02: 10; 2001-03: 10; 2003-01: 10; 2003-02: 10; 2003-03: 10",
  ],
  [
    "19970101",
    "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
    "1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18; 2003-01: 1; 2003-04: 10; 2003-07: 19; 2006-01: 1",
  ],
  [
    "19970519",
    "FREQ=YEARLY;BYDAY=20MO",
    "1997-05: 19; 1998-05: 18; 1999-05: 17",
  ],
  [
    "19970512",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    "1997-05: 12; 1998-05: 11; 1999-05: 17",
  ],
  [
    "19970313",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
    "1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25",
  ],
  [
    "19970605",
    "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
    "1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28; 1998-06: 4 11 18 25; 1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27; 1999-06: 3 10 17 24; 1999-07: 1 8 15 22 29; 1999-08: 5 12 19 26",
  ],
  [
    "19970902",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13",
  ],
  [
    "19970913",
    "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
    "1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7; 1998-03: 7; 1998-04: 11; 1998-05: 9; 1998-06: 13",
  ],
  [
    "19961105",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
    "1996-11: 5; 2000-11: 7; 2004-11: 2",
  ],
  [
    "19970904",
    "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
    "1997-09: 4; 1997-10: 7; 1997-11: 6",
  ],
  [
    "19970929",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
    "1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26; 1998-03: 30",
  ],
  [
    "19970805",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
    "1997-08: 5 10 19 24",
  ],
  [
    "19970805",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
    "1997-08: 5 17 19 31",
  ],
  [
    "20070115",
    "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
    "2007-01: 15 30; 2007-02: 15; 2007-03: 15 30",
  ],
];

/** DTSTART's hour is nine, all on 2 September 1997: RRULE and times of day. */
const BY_TIMES: readonly (readonly [string, readonly string[]])[] = [
  // as it is printed UNTIL is 13:00 in New York; with 21:00Z, which is meant,
  // it ends as it is listed
  ["FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", ["09:00", "12:00"]],
  [
    "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
    ["09:00", "12:00", "15:00"],
  ],
  [
    "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
    ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"],
  ],
  [
    "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
    ["09:00", "10:30", "12:00", "13:30"],
  ],
];

const NEW_YORK = zoneByName("America/New_York");

/** Local starts as `YYYY-MM-DDTHH:MM`, at most so many. */
function starts(
  [day, rule]: readonly [string, string],
  most: number,
  ...more: string[]
): string[] {
  const calendar = calendarOf(...eventLines(
    `DTSTART;TZID=America/New_York:${day}T090000`,
    `RRULE:${rule}`,
    ...more,
  ));
  const { instances } = occurrences(
    mainComponents(calendar),
    { start: null, end: Date.UTC(2010, 0, 1) },
    { zones: zonesOf(calendar), floating: UTC },
  );
  return instances.slice(0, most).map(({ start }) =>
    new Date(NEW_YORK?.toCivil(start) ?? NaN).toISOString().slice(0, 16)
  );
}

/** `1997-09: 2-4 9; 1997-10: 1` as days. */
function daysOf(months: string): string[] {
  return months.split("; ").flatMap((line) => {
    const [month, list = ""] = line.split(": ");
    return list.split(" ").flatMap((run) => {
      const [first = NaN, last = first] = run.split("-").map(Number);
      return Array.from(
        { length: last - first + 1 },
        (_, at) => `${month}-${String(first + at).padStart(2, "0")}`,
      );
    });
  });
}

Deno.test("RFC 5545 section 3.8.5.3: rules of days", () => {
  for (const [day, rule, months] of BY_DAYS) {
    const wanted = daysOf(months).map((each) => `${each}T09:00`);
    const ends = /COUNT|UNTIL/.test(rule);
    // the thirteenth of September 1997 is no Friday: DTSTART is taken out
    const out = wanted[0]?.replaceAll("-", "").startsWith(day)
      ? []
      : [`EXDATE;TZID=America/New_York:${day}T090000`];
    assert.deepEqual(
      starts([day, rule], ends ? Infinity : wanted.length, ...out),
      wanted,
      rule,
    );
  }
});

Deno.test("RFC 5545 section 3.8.5.3: rules of hours and minutes", () => {
  for (const [rule, times] of BY_TIMES) {
    assert.deepEqual(
      starts(["19970902", rule], Infinity),
      times.map((time) => `1997-09-02T${time}`),
      rule,
    );
  }
  const working = ["1997-09-02", "1997-09-03"].flatMap((day) =>
    [9, 10, 11, 12, 13, 14, 15, 16].flatMap((hour) =>
      ["00", "20", "40"].map((minute) =>
        `${day}T${String(hour).padStart(2, "0")}:${minute}`
      )
    )
  );
  for (
    const rule of [
      "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
      "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ]
  ) {
    assert.deepEqual(starts(["19970902", rule], working.length), working, rule);
  }
});
