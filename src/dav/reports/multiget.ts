/**
 * calendar-multiget (RFC 4791 section 7.9) and addressbook-multiget (RFC 6352
 * section 8.7). Depth means nothing to them (C48).
 *
 * @module
 */

import type { ResourcePath } from "../../service/problems.ts";
import type {
  ObjectResource,
  Reader,
  ResourceKind,
} from "../../service/types.ts";
import { childElements, isElement, NS, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { parsePropRequest, prepareBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { encodeSegment, namesOf, parseHref } from "../paths.ts";
import { isObject } from "../properties/values.ts";
import { checkAnswerSize } from "./bounds.ts";
import { checkDataRequest } from "./data_request.ts";
import { objectEntry } from "./object_entry.ts";

/** What one of the two reports gives. */
interface Multiget {
  readonly kind: ResourceKind;
  readonly request: PropRequest;
  /** As sent. */
  readonly hrefs: readonly string[];
}

/** The rows. */
export const MULTIGET_REPORTS: readonly Report[] = [
  {
    name: [NS.caldav, "calendar-multiget"],
    on: ["calendar-home", "calendar", "calendar-object"],
    run: (context, body) => run(context, body, "calendar-object"),
  },
  {
    name: [NS.carddav, "addressbook-multiget"],
    on: ["addressbook-home", "addressbook", "addressbook-object"],
    run: (context, body) => run(context, body, "addressbook-object"),
  },
];

async function run(
  context: DavContext,
  body: XmlElement,
  kind: ResourceKind,
): Promise<Response> {
  const hrefs = childElements(body)
    .filter((child) => isElement(child, NS.dav, "href")).map(textOf);
  if (hrefs.length === 0) {
    throw new DavError(
      "bad-request",
      `Cannot read ${body.name}: it names no href`,
    );
  }
  const request = parsePropRequest(body);
  checkDataRequest(request);
  const entries = await context.service.read(
    context.session,
    (reader) => listEntries(reader, context, { kind, request, hrefs }),
  );
  return multistatus(entries, { headers: answerHeaders(context) });
}

/** One of the hrefs: where it leads below the request's target, null where it does not. */
interface Wanted {
  readonly sent: string;
  readonly path: ResourcePath | null;
}

function listEntries(
  reader: Reader,
  context: DavContext,
  { kind, request, hrefs }: Multiget,
): ResponseEntry[] {
  const { target, config } = context;
  const asked = requireResource(
    reader,
    { path: target.path, privilege: "dav:read" },
    config,
  );
  const wanted = unique(hrefs, asked.path, config.basePath);
  const known = wanted.flatMap(({ path }) => path === null ? [] : [path]);
  const plain = reader.resolveAll(known);
  const found = new Map<string, ObjectResource>();
  for (const [n, resource] of plain.entries()) {
    const path = known[n];
    if (
      path !== undefined && resource?.kind === kind && isObject(resource) &&
      reader.privileges(resource).has("dav:read")
    ) found.set(keyOf(path), resource);
  }
  const resources = [...found.values()];
  checkAnswerSize(request, resources, config);
  prepareBodies(request, resources, reader);
  return wanted.map(({ sent, path }) => {
    const resource = path === null ? undefined : found.get(keyOf(path));
    return resource === undefined
      ? { href: sent, status: 404 }
      : objectEntry(request, resource, { reader, context });
  });
}

/** Each resource and each unknown href once, in the order they were asked for. */
function unique(
  hrefs: readonly string[],
  asked: ResourcePath,
  basePath: string,
): Wanted[] {
  const byKey = new Map<string, Wanted>();
  for (const href of hrefs) {
    const sent = href.trim();
    const parsed = parseHref(sent, basePath);
    const named = parsed.ok ? parsed.value.target?.path ?? null : null;
    const path = named !== null && isWithin(named, asked) ? named : null;
    const key = path === null ? ` ${sent}` : keyOf(path);
    if (!byKey.has(key)) byKey.set(key, { sent, path });
  }
  return [...byKey.values()];
}

/** The hrefs are of the target itself or of what lies below it. */
function isWithin(path: ResourcePath, asked: ResourcePath): boolean {
  const names = namesOf(path);
  return namesOf(asked).every((name, n) => names[n] === name);
}

function keyOf(path: ResourcePath): string {
  return namesOf(path).map(encodeSegment).join("/");
}
