import assert from "node:assert/strict";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { matchesFilter } from "../../../src/calendar/filter.ts";
import { parseCalendar } from "../../../src/calendar/parse.ts";
import { UTC } from "../../../src/calendar/zones/zones.ts";
import { compareWithReviewed, type Refusal } from "../../refused.ts";
import { corpusFiles, corpusFolder } from "../../corpus.ts";

const files = corpusFiles(".ics");

function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

Deno.test("checkCalendarObject() takes the corpus but for the reviewed refusals", () => {
  const refused: Refusal[] = [];
  for (const { path, bytes } of files) {
    const checked = checkCalendarObject(bytes);
    if (!checked.ok) refused.push({ file: path, problem: checked.problem });
  }
  const accepted = files.length - refused.length;
  report(`corpus .ics read: ${files.length}, accepted: ${accepted}`);
  if (corpusFolder() === undefined) return report("no corpus: nothing checked");
  compareWithReviewed(refused, ".ics");
  assert.ok(accepted >= 470, `only ${accepted} were accepted`);
});

Deno.test("facts of the corpus cover what the filter finds", () => {
  for (const { path, bytes } of files) {
    const checked = checkCalendarObject(bytes);
    const parsed = parseCalendar(bytes);
    if (!checked.ok || !parsed.ok) continue;
    const { component = "", span } = checked.facts;
    for (let year = 1990; year < 2040; year += 5) {
      const timeRange = {
        start: Date.UTC(year, 0, 1),
        end: Date.UTC(year + 1, 0, 1),
      };
      const matches = matchesFilter(parsed.calendar, {
        name: "VCALENDAR",
        components: [{ name: component, timeRange }],
      }, { zone: UTC });
      if (!matches || span === undefined) continue;
      assert.ok(
        span.first <= timeRange.end &&
          (span.last === null || span.last >= timeRange.start),
        `${path} happens in ${year} but its span does not`,
      );
    }
  }
});
