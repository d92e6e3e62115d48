/**
 * Objects that show whether bytes survive: CRLF, folded lines, trailing
 * blanks, letters and emoji beyond ASCII, properties that nobody knows.
 */

/** An event with that UID and summary. */
export function sampleEvent(uid: string, summary: string): string {
  return lines([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Interop//EN",
    'X-WR-CALNAME;X-ODD="a;b:c":Grüße ',
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20261120T080000Z",
    "DTSTART;TZID=Europe/Berlin:20261203T100000",
    "DTEND;TZID=Europe/Berlin:20261203T113000",
    `SUMMARY:${summary}`,
    "DESCRIPTION:Ein langer Satz\\, der gefaltet ist\\; mit Umlauten äöü und 🎉\r\n" +
    "  am Anfang der zweiten Zeile\\nund einem & < > darin",
    "LOCATION:Gasthof „Zur Post“",
    "X-KALENDS-ODD;X-P=1:trailing blanks stay  ",
    "END:VEVENT",
    "END:VCALENDAR",
  ]);
}

/** A to-do with that UID and summary. */
export function sampleTodo(uid: string, summary: string): string {
  return lines([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Interop//EN",
    "BEGIN:VTODO",
    `UID:${uid}`,
    "DTSTAMP:20261120T080000Z",
    "DUE:20261204T160000Z",
    `SUMMARY:${summary}`,
    "STATUS:NEEDS-ACTION",
    "END:VTODO",
    "END:VCALENDAR",
  ]);
}

/** A journal entry with that UID and summary. */
export function sampleJournal(uid: string, summary: string): string {
  return lines([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Interop//EN",
    "BEGIN:VJOURNAL",
    `UID:${uid}`,
    "DTSTAMP:20261120T080000Z",
    "DTSTART;VALUE=DATE:20261201",
    `SUMMARY:${summary}`,
    "END:VJOURNAL",
    "END:VCALENDAR",
  ]);
}

/** A vCard 3.0 with that UID and name. */
export function sampleCard(uid: string, name: string): string {
  return lines([
    "BEGIN:VCARD",
    "VERSION:3.0",
    `UID:${uid}`,
    `FN:${name}`,
    `N:${name};;;;`,
    "item1.EMAIL;type=INTERNET:someone@example.org",
    "item1.X-ABLabel:_$!<Other>!$_",
    "NOTE:Größe & Maß\\, 🎂",
    "END:VCARD",
  ]);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\r\n`).join("");
}
