/**
 * Components on their way out, and the parts of them that somebody asks for
 * (RFC 4791 sections 9.6.1 to 9.6.4).
 *
 * @module
 */

import {
  chooseLines,
  type DataLine,
  keptLine,
  type PropertyChoice,
} from "../text/data_line.ts";
import type { Component } from "./parse.ts";

/** A component as an answer has it. */
export interface DraftComponent {
  /** Upper-cased name. */
  readonly name: string;
  /** The BEGIN line with its line end. */
  readonly begin: string;
  /** The END line with its line end. */
  readonly end: string;
  /** Its properties. */
  readonly lines: readonly DataLine[];
  /** Its inner components. */
  readonly components: readonly DraftComponent[];
}

/** `comp` in calendar-data: which parts of a component are wanted. */
export interface ComponentChoice {
  /** Upper-cased name. */
  readonly name: string;
  /** Its properties. */
  readonly properties: "all" | readonly PropertyChoice[];
  /** Its inner components. */
  readonly components: "all" | readonly ComponentChoice[];
}

/** A component with exactly the bytes that it has in a text. */
export function draftOf(text: string, component: Component): DraftComponent {
  const { name, begin, end } = component;
  return {
    name,
    begin: text.slice(begin.start, begin.end),
    end: text.slice(end.start, end.end),
    lines: component.properties.map((line) => keptLine(text, line)),
    components: component.components.map((inner) => draftOf(text, inner)),
  };
}

/** The parts of a component that are wanted. Where several choices name it, what one of them wants. */
export function chooseParts(
  draft: DraftComponent,
  choices: readonly ComponentChoice[],
): DraftComponent {
  const lines: PropertyChoice[] = [];
  const inner: ComponentChoice[] = [];
  let allLines = false;
  let allInner = false;
  for (const { properties, components } of choices) {
    if (properties === "all") allLines = true;
    else lines.push(...properties);
    if (components === "all") allInner = true;
    else inner.push(...components);
  }
  return {
    ...draft,
    lines: allLines ? draft.lines : chooseLines(draft.lines, lines),
    components: allInner
      ? draft.components
      : draft.components.flatMap((one) => chosen(one, inner)),
  };
}

function chosen(
  draft: DraftComponent,
  choices: readonly ComponentChoice[],
): DraftComponent[] {
  const own = choices.filter((choice) => choice.name === draft.name);
  return own.length === 0 ? [] : [chooseParts(draft, own)];
}

/** A component as text. */
export function writeDraft(draft: DraftComponent): string {
  const lines = draft.lines.map((line) => line.text).join("");
  const inner = draft.components.map(writeDraft).join("");
  return draft.begin + lines + inner + draft.end;
}
