/**
 * The calendar of RFC 4791 Appendix B, which its examples ask questions about.
 * Where the appendix and the answers in section 7.8 differ, it is as the
 * answers have it: abcd2 has its second override, abcd3 its X-ABC-GUID.
 *
 * @module
 */

function vcalendar(...lines: readonly string[]): readonly string[] {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example Corp.//CalDAV Client//EN",
    ...lines,
    "END:VCALENDAR",
  ];
}

/** The zone of its events. */
export const EASTERN: readonly string[] = [
  "BEGIN:VTIMEZONE",
  "LAST-MODIFIED:20040110T032845Z",
  "TZID:US/Eastern",
  "BEGIN:DAYLIGHT",
  "DTSTART:20000404T020000",
  "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4",
  "TZNAME:EDT",
  "TZOFFSETFROM:-0500",
  "TZOFFSETTO:-0400",
  "END:DAYLIGHT",
  "BEGIN:STANDARD",
  "DTSTART:20001026T020000",
  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
  "TZNAME:EST",
  "TZOFFSETFROM:-0400",
  "TZOFFSETTO:-0500",
  "END:STANDARD",
  "END:VTIMEZONE",
];

const ALARM = [
  "BEGIN:VALARM",
  "ACTION:AUDIO",
  "TRIGGER;RELATED=START:-PT10M",
  "END:VALARM",
];

/** The second task as the answer of section 7.8.5 has it: due at a time, not on a day. */
export const TASK_WITH_TIME: readonly string[] = vcalendar(
  "BEGIN:VTODO",
  "DTSTAMP:20060205T235300Z",
  "DUE;TZID=US/Eastern:20060106T120000",
  "LAST-MODIFIED:20060205T235308Z",
  "SEQUENCE:1",
  "STATUS:NEEDS-ACTION",
  "SUMMARY:Task #2",
  "UID:E10BA47467C5C69BB74E8720@example.com",
  ...ALARM,
  "END:VTODO",
);

/** Lines of each object, by its name. */
export const APPENDIX_B: Readonly<Record<string, readonly string[]>> = {
  "abcd1.ics": vcalendar(
    ...EASTERN,
    "BEGIN:VEVENT",
    "DTSTAMP:20060206T001102Z",
    "DTSTART;TZID=US/Eastern:20060102T100000",
    "DURATION:PT1H",
    "SUMMARY:Event #1",
    "Description:Go Steelers!",
    "UID:74855313FA803DA593CD579A@example.com",
    "END:VEVENT",
  ),
  "abcd2.ics": vcalendar(
    ...EASTERN,
    "BEGIN:VEVENT",
    "DTSTAMP:20060206T001121Z",
    "DTSTART;TZID=US/Eastern:20060102T120000",
    "DURATION:PT1H",
    "RRULE:FREQ=DAILY;COUNT=5",
    "SUMMARY:Event #2",
    "UID:00959BC664CA650E933C892C@example.com",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTAMP:20060206T001121Z",
    "DTSTART;TZID=US/Eastern:20060104T140000",
    "DURATION:PT1H",
    "RECURRENCE-ID;TZID=US/Eastern:20060104T120000",
    "SUMMARY:Event #2 bis",
    "UID:00959BC664CA650E933C892C@example.com",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTAMP:20060206T001121Z",
    "DTSTART;TZID=US/Eastern:20060106T140000",
    "DURATION:PT1H",
    "RECURRENCE-ID;TZID=US/Eastern:20060106T120000",
    "SUMMARY:Event #2 bis bis",
    "UID:00959BC664CA650E933C892C@example.com",
    "END:VEVENT",
  ),
  "abcd3.ics": vcalendar(
    ...EASTERN,
    "BEGIN:VEVENT",
    "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:cyrus@example.com",
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com",
    "DTSTAMP:20060206T001220Z",
    "DTSTART;TZID=US/Eastern:20060104T100000",
    "DURATION:PT1H",
    "LAST-MODIFIED:20060206T001330Z",
    "ORGANIZER:mailto:cyrus@example.com",
    "SEQUENCE:1",
    "STATUS:TENTATIVE",
    "SUMMARY:Event #3",
    "UID:DC6C50A017428C5216A2F1CD@example.com",
    "X-ABC-GUID:E1CX5Dr-0007ym-Hz@example.com",
    "END:VEVENT",
  ),
  "abcd4.ics": vcalendar(
    "BEGIN:VTODO",
    "DTSTAMP:20060205T235335Z",
    "DUE;VALUE=DATE:20060104",
    "STATUS:NEEDS-ACTION",
    "SUMMARY:Task #1",
    "UID:DDDEEB7915FA61233B861457@example.com",
    ...ALARM,
    "END:VTODO",
  ),
  "abcd5.ics": vcalendar(
    "BEGIN:VTODO",
    "DTSTAMP:20060205T235300Z",
    "DUE;VALUE=DATE:20060106",
    "LAST-MODIFIED:20060205T235308Z",
    "SEQUENCE:1",
    "STATUS:NEEDS-ACTION",
    "SUMMARY:Task #2",
    "UID:E10BA47467C5C69BB74E8720@example.com",
    ...ALARM,
    "END:VTODO",
  ),
  "abcd6.ics": vcalendar(
    "BEGIN:VTODO",
    "COMPLETED:20051223T122322Z",
    "DTSTAMP:20060205T235400Z",
    "DUE;VALUE=DATE:20051225",
    "LAST-MODIFIED:20060205T235308Z",
    "SEQUENCE:1",
    "STATUS:COMPLETED",
    "SUMMARY:Task #3",
    "UID:E10BA47467C5C69BB74E8722@example.com",
    "END:VTODO",
  ),
  "abcd7.ics": vcalendar(
    "BEGIN:VTODO",
    "DTSTAMP:20060205T235600Z",
    "DUE;VALUE=DATE:20060101",
    "LAST-MODIFIED:20060205T235308Z",
    "SEQUENCE:1",
    "STATUS:CANCELLED",
    "SUMMARY:Task #4",
    "UID:E10BA47467C5C69BB74E8725@example.com",
    "END:VTODO",
  ),
  "abcd8.ics": vcalendar(
    "BEGIN:VFREEBUSY",
    'ORGANIZER;CN="Bernard Desruisseaux":mailto:bernard@example.com',
    "UID:76ef34-54a3d2@example.com",
    "DTSTAMP:20050530T123421Z",
    "DTSTART:20060101T000000Z",
    "DTEND:20060108T000000Z",
    "FREEBUSY:20050531T230000Z/20050601T010000Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z",
    "FREEBUSY:20060103T100000Z/20060103T120000Z",
    "FREEBUSY:20060104T100000Z/20060104T120000Z",
    "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060105T100000Z/20060105T120000Z",
    "FREEBUSY:20060106T100000Z/20060106T120000Z",
    "END:VFREEBUSY",
  ),
};

/** An object's lines as text. */
export function textOfLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
