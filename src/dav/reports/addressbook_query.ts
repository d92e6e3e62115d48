/**
 * addressbook-query (RFC 6352 section 8.6).
 *
 * @module
 */

import { matchesCard } from "../../contacts/filter.ts";
import type { CardFilter } from "../../contacts/filter.ts";
import { parseVcard } from "../../contacts/vcard.ts";
import type { ObjectResource, Reader } from "../../service/types.ts";
import { NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError, errorElement } from "../errors.ts";
import { parsePropRequest, prepareBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { selfHref } from "../paths.ts";
import { isObject } from "../properties/values.ts";
import { answerScope } from "../work.ts";
import { parseCardFilter } from "./addressbook_filter.ts";
import { countFitting } from "./bounds.ts";
import { checkDataRequest } from "./data_request.ts";
import { parseLimit } from "./limit.ts";
import { objectEntry } from "./object_entry.ts";
import { collectionsInScope } from "./scope.ts";

/** What a client wants to know. */
interface CardQuery {
  readonly request: PropRequest;
  readonly filter: CardFilter;
  /** Cards that are answered at most. */
  readonly limit: number;
}

/** The row. Depth 0 and no Depth on an address book mean 1, as for calendars. */
export const ADDRESSBOOK_QUERY: Report = {
  name: [NS.carddav, "addressbook-query"],
  on: ["addressbook-home", "addressbook", "addressbook-object"],
  run,
};

async function run(context: DavContext, body: XmlElement): Promise<Response> {
  const query: CardQuery = {
    request: parsePropRequest(body),
    filter: parseCardFilter(body),
    limit: parseLimit(body, { ns: NS.carddav, least: 0 }),
  };
  checkDataRequest(query.request);
  const entries = await context.service.read(
    context.session,
    (reader) => listEntries(reader, context, query),
  );
  return multistatus(entries, { headers: answerHeaders(context) });
}

function listEntries(
  reader: Reader,
  context: DavContext,
  { request, filter, limit }: CardQuery,
): ResponseEntry[] {
  const { target, config } = context;
  const resource = requireResource(
    reader,
    { path: target.path, privilege: "dav:read" },
    config,
  );
  const objects = isObject(resource)
    ? [resource]
    : collectionsInScope(reader, resource, context.headers)
      .flatMap((book) => reader.children(book).filter(isObject));
  const matching = select(reader, objects, filter);
  const wanted = matching.slice(0, limit);
  const given = wanted.slice(0, countFitting(request, wanted, config));
  prepareBodies(request, given, reader);
  const entries = given.map((object) =>
    objectEntry(request, object, { reader, context })
  );
  if (given.length < matching.length) {
    entries.push(
      cut(context, { given: given.length, isObject: isObject(resource) }),
    );
  }
  return entries;
}

function select(
  reader: Reader,
  objects: readonly ObjectResource[],
  filter: CardFilter,
): readonly ObjectResource[] {
  if (filter.properties.length === 0) return objects;
  const { work } = answerScope(reader);
  work.look(objects);
  reader.needBodies(objects);
  return objects.filter((object) =>
    work.of({ object, what: "match" }, (budget) => {
      const parsed = parseVcard(reader.body(object));
      return parsed.ok && matchesCard(parsed.card, filter, budget);
    })
  );
}

/** RFC 6352 section 8.6.2: there is more than is answered. */
function cut(
  { target, config }: DavContext,
  { given, isObject }: { given: number; isObject: boolean },
): ResponseEntry {
  const error = new DavError(
    "dav:number-of-matches-within-limits",
    `Only ${given} of the matching cards are given`,
  );
  return {
    href: selfHref(target, config.basePath, !isObject),
    status: error.status,
    error: errorElement(error),
    description: error.message,
  };
}
