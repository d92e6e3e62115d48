/**
 * Finds where components begin and end in iCalendar and vCard text without
 * reading their lines, so that one unreadable line costs one component and not
 * the whole file.
 *
 * @module
 */

/** A part of a text. */
export interface TextRange {
  /** Index of its first character. */
  readonly start: number;
  /** Index behind its last character. */
  readonly end: number;
}

/** A component with all that is in it, or text between components. */
export interface Segment extends TextRange {
  /** Upper-cased name of the component; "" for text that is in none, blank lines left out. */
  readonly name: string;
  /** Number of its first physical line in the whole text, from 1. */
  readonly line: number;
  /** Index behind its BEGIN line; its own `start` where it is no component. */
  readonly inner: number;
  /** Index of its END line; its own `end` where it has none. */
  readonly innerEnd: number;
}

/**
 * BEGIN and END at the start of a physical line, to the end of the line. Not
 * by "^", which is content with separators that are no line ends here, such as
 * U+2028.
 */
const MARK =
  /(?<![^\r\n\ufeff])(BEGIN|END)[ \t]*[:;][^\r\n]*(?:\r\n|\r|\n|$)/gi;

/** What `findSegments` may be told. */
export interface SegmentOptions {
  /** Number of the range's first line; 1 where absent. */
  readonly line?: number;
  /** Upper-cased names of components that never hold each other: the next one ends one that has no END. */
  readonly siblings?: ReadonlySet<string>;
}

/**
 * The outermost components in a range of a text, and what stands between them.
 * Linear for any text: every BEGIN counts one level down and every END one up,
 * whatever their names; but END:VCALENDAR ends all that is open in a VCALENDAR.
 */
export function findSegments(
  text: string,
  range: TextRange,
  { line = 1, siblings }: SegmentOptions = {},
): Segment[] {
  const out: Segment[] = [];
  const count = createLineCounter(text, range.start, line);
  const end = range.end;
  let at = text.charCodeAt(range.start) === 0xfeff
    ? range.start + 1
    : range.start;
  let depth = 0;
  let open = { name: "", start: at, inner: at };

  function addText(until: number): void {
    const rest = /\S/.exec(text.slice(at, until));
    if (rest === null) return;
    const start = at + rest.index;
    out.push({
      ...{ name: "", start, end: until, line: count(start) },
      ...{ inner: start, innerEnd: until },
    });
  }

  const marks = new RegExp(MARK);
  marks.lastIndex = at;
  for (
    let mark = marks.exec(text);
    mark !== null && mark.index < end;
    mark = marks.exec(text)
  ) {
    const [whole, word = ""] = mark;
    // a byte order mark is one at the start of the text only
    if (mark.index > 1 && text[mark.index - 1] === "\ufeff") continue;
    const next = Math.min(end, mark.index + whole.length);
    const name = whole.slice(whole.indexOf(":") + 1).trim().toUpperCase();
    if (word.toUpperCase() === "BEGIN") {
      if (
        depth > 0 && siblings?.has(open.name) === true && siblings.has(name)
      ) {
        const until = mark.index;
        out.push({
          ...{ ...open, end: until, innerEnd: until },
          line: count(open.start),
        });
        at = until;
        depth = 0;
      }
      if (depth === 0) {
        addText(mark.index);
        open = { name, start: mark.index, inner: next };
      }
      depth++;
    } else if (depth > 0) {
      depth = name === "VCALENDAR" && open.name === name ? 0 : depth - 1;
      if (depth > 0) continue;
      out.push({
        ...open,
        end: next,
        innerEnd: mark.index,
        line: count(open.start),
      });
      at = next;
    }
  }
  if (depth === 0) addText(end);
  else out.push({ ...open, end, innerEnd: end, line: count(open.start) });
  return out;
}

/** Counts lines up to places that are asked for in their order. */
function createLineCounter(
  text: string,
  from: number,
  first: number,
): (place: number) => number {
  const breaks = /\r\n|\r|\n/g;
  breaks.lastIndex = from;
  let line = first;
  let next = breaks.exec(text);
  return (place) => {
    while (next !== null && next.index < place) {
      line++;
      next = breaks.exec(text);
    }
    return line;
  };
}
