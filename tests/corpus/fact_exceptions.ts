/**
 * Facts of the corpus that do not hold, each with the reason in short; the
 * proofs are in `docs/recurrence-facts.md`.
 *
 * @module
 */

/** Reason of the facts that would hold if COUNT were greater by one. */
export const COUNTED =
  "DTSTART, which its rule does not give, is left out of COUNT: RFC 5545 section 3.3.10 says that it always counts as the first occurrence, and RFC 8984 section 4.3.3.1 that it does so even if it would not match";
const MONTH =
  "BYMONTHDAY without BYMONTH: the source keeps to DTSTART's month, RFC 5545 section 3.3.10 expands all twelve";

/** Reason by the fact's id. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  "icaljs-059": MONTH,
  "thunderbird-016": MONTH,
  "icaljs-012": COUNTED,
  "icaljs-018": COUNTED,
  "icaljs-020": COUNTED,
  "icaljs-052": COUNTED,
  "icaljs-053": COUNTED,
  "icaljs-054": COUNTED,
  "icaljs-055": COUNTED,
  "icaljs-090": COUNTED,
  "icaljs-092": COUNTED,
  "icaljs-098": COUNTED,
  "icaljs-102": COUNTED,
  "icaljs-105": COUNTED,
  "icaljs-106": COUNTED,
  "icaljs-107": COUNTED,
  "kde-014": COUNTED,
  "kde-051": COUNTED,
  "thunderbird-002": COUNTED,
  "thunderbird-020": COUNTED,
  "thunderbird-021": COUNTED,
  "thunderbird-023": COUNTED,
  "thunderbird-024": COUNTED,
  "thunderbird-025": COUNTED,
  "thunderbird-026": COUNTED,
  "kde-118": "the source cuts RDATEs with a time to dates, we keep the time",
  "rfc5545-33": "the known erratum: UNTIL in UTC lies before the last listed",
};
