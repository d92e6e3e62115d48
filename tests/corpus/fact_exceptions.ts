/**
 * Facts of the corpus that do not hold, each with the reason in short; the
 * proofs are in `docs/recurrence-facts.md`.
 *
 * @module
 */

const COUNTED =
  "DTSTART does not match the rule, which RFC 5545 section 3.8.5.3 leaves undefined: five facts count it in COUNT, fourteen others do not, and we do not";
const MONTH =
  "BYMONTHDAY without BYMONTH: the source keeps to DTSTART's month, RFC 5545 section 3.3.10 expands all twelve";

/** Reason by the fact's id. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  "icaljs-059": MONTH,
  "thunderbird-016": MONTH,
  "icaljs-096": COUNTED,
  "icaljs-097": COUNTED,
  "sabre-022": COUNTED,
  "sabre-055": COUNTED,
  "sabre-060": COUNTED,
  "kde-063": "EXRULE is no property of RFC 5545 (appendix A.3 removed it)",
  "kde-118": "the source cuts RDATEs with a time to dates, we keep the time",
  "rfc5545-33": "the known erratum: UNTIL in UTC lies before the last listed",
};
