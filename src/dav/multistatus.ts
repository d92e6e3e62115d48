/**
 * Answers with status 207 (RFC 4918 section 13).
 *
 * @module
 */

import { element, NS } from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import { closeDocument, openDocument, writePart } from "../xml/write.ts";
import { formatStatus } from "./conditions.ts";

/** Properties that share a status. */
export interface Propstat {
  /** HTTP status. */
  readonly status: number;
  /** The property elements: with value where the status is 200, else empty. */
  readonly props: readonly XmlElement[];
  /** A `DAV:error` element. */
  readonly error?: XmlElement | undefined;
}

/** One `DAV:response`: of properties, or with a status for the whole resource. */
export type ResponseEntry =
  | { readonly href: string; readonly propstats: readonly Propstat[] }
  | {
    readonly href: string;
    readonly status: number;
    /** A `DAV:error` element. */
    readonly error?: XmlElement | undefined;
    /** A sentence for people. */
    readonly description?: string;
  };

/** The rest of the answer. */
export interface MultistatusOptions {
  /** Headers beside the content type. */
  readonly headers?: HeadersInit;
  /** Elements behind the responses: `DAV:sync-token`. */
  readonly trailing?: readonly XmlElement[];
  /** Name of the root where it is not `DAV:multistatus`: `mkcol-response`. */
  readonly root?: readonly [ns: string, local: string];
  /** 207 when absent. */
  readonly status?: number;
}

/** The content type of all XML answers. */
export const XML_TYPE = "application/xml; charset=utf-8";

/** Characters gathered before they are handed to the stream. */
const CHUNK = 65_536;

/** Makes the answer; the entries are written as the client takes them. */
export function multistatus(
  entries: Iterable<ResponseEntry>,
  options: MultistatusOptions = {},
): Response {
  const headers = new Headers(options.headers);
  headers.set("content-type", XML_TYPE);
  const root = element(...options.root ?? [NS.dav, "multistatus"]);
  const parts = writeParts(root, entries, options.trailing ?? []);
  return new Response(streamOf(parts), {
    status: options.status ?? 207,
    headers,
  });
}

function* writeParts(
  root: XmlElement,
  entries: Iterable<ResponseEntry>,
  trailing: readonly XmlElement[],
): Generator<string> {
  yield openDocument(root);
  for (const entry of entries) yield writePart(responseElement(entry));
  for (const one of trailing) yield writePart(one);
  yield closeDocument(root);
}

/** Short answers become one piece, so that they have a length. */
function streamOf(parts: Generator<string>): BodyInit {
  const [first, done] = gather(parts);
  if (done) return first;
  const encoder = new TextEncoder();
  let next: string | undefined = first;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (next !== undefined) {
        controller.enqueue(encoder.encode(next));
        next = undefined;
        return;
      }
      const [text, end] = gather(parts);
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (end) controller.close();
    },
    cancel() {
      parts.return(undefined);
    },
  });
}

function gather(parts: Generator<string>): [text: string, done: boolean] {
  let text = "";
  while (text.length < CHUNK) {
    const { value, done } = parts.next();
    if (done) return [text, true];
    text += value;
  }
  return [text, false];
}

/** One entry as an element. */
export function responseElement(entry: ResponseEntry): XmlElement {
  const href = element(NS.dav, "href", entry.href);
  if ("propstats" in entry) {
    return element(
      NS.dav,
      "response",
      href,
      ...entry.propstats.map(propstatElement),
    );
  }
  return element(
    NS.dav,
    "response",
    href,
    element(NS.dav, "status", formatStatus(entry.status)),
    ...entry.error ? [entry.error] : [],
    ...entry.description === undefined
      ? []
      : [element(NS.dav, "responsedescription", entry.description)],
  );
}

/** One propstat as an element. */
export function propstatElement(propstat: Propstat): XmlElement {
  return element(
    NS.dav,
    "propstat",
    element(NS.dav, "prop", ...propstat.props),
    element(NS.dav, "status", formatStatus(propstat.status)),
    ...propstat.error ? [propstat.error] : [],
  );
}
