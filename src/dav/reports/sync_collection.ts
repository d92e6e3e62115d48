/**
 * sync-collection (RFC 6578 section 3). Its scope is the sync-level; the Depth
 * header means nothing (C56: clients send 0, 1 or none).
 *
 * @module
 */

import type {
  CollectionResource,
  Reader,
  Resource,
  SyncPage,
} from "../../service/types.ts";
import { element, findChild, NS, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavConfig, DavContext, Report } from "../context.ts";
import { DavError, errorElement, problemError } from "../errors.ts";
import { parsePropRequest, prepareBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { evaluateMember } from "../evaluate_member.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { memberHref, namesOf, selfHref } from "../paths.ts";
import { COLLECTIONS, isCollection } from "../properties/values.ts";
import { countFitting } from "./bounds.ts";
import { checkDataRequest } from "./data_request.ts";
import { parseLimit } from "./limit.ts";

/** What a client wants to know. */
interface SyncQuery {
  readonly request: PropRequest;
  /** Null for everything. */
  readonly token: string | null;
  /** True for members at any depth. */
  readonly infinite: boolean;
  readonly limit: number;
}

/** The row. */
export const SYNC_COLLECTION: Report = {
  name: [NS.dav, "sync-collection"],
  on: COLLECTIONS,
  run,
};

async function run(context: DavContext, body: XmlElement): Promise<Response> {
  const query = parseQuery(body, context.config.maxSyncMembers);
  checkDataRequest(query.request);
  const { entries, token } = await context.service.read(
    context.session,
    (reader) => listEntries(reader, context, query),
  );
  return multistatus(entries, {
    headers: answerHeaders(context),
    trailing: [element(NS.dav, "sync-token", token)],
  });
}

/** RFC 6578 section 6.1; a missing token or level is that of a first request (C56). */
function parseQuery(body: XmlElement, maximum: number): SyncQuery {
  const token = findChild(body, NS.dav, "sync-token");
  const level = findChild(body, NS.dav, "sync-level");
  const wanted = level === undefined ? "1" : textOf(level).trim();
  if (wanted !== "1" && wanted !== "infinite") {
    throw new DavError(
      "bad-request",
      `Cannot read sync-level: expected "1" or "infinite", got ${
        JSON.stringify(wanted.slice(0, 40))
      }`,
    );
  }
  return {
    request: parsePropRequest(body),
    token: token === undefined ? null : textOf(token).trim() || null,
    infinite: wanted === "infinite",
    limit: Math.min(maximum, parseLimit(body, { ns: NS.dav, least: 1 })),
  };
}

function listEntries(
  reader: Reader,
  context: DavContext,
  query: SyncQuery,
): { entries: ResponseEntry[]; token: string } {
  const { target, config } = context;
  const collection = requireResource(
    reader,
    { path: target.path, privilege: "dav:read" },
    config,
  );
  if (!isCollection(collection)) {
    throw new DavError(
      "dav:supported-report",
      "sync-collection needs a collection",
    );
  }
  const page = readPage(reader, collection, { query, config });
  const { changed, introduced, token, truncated } = page;
  prepareBodies(query.request, changed, reader);
  const options = { reader, context, bodies: true };
  const entries = changed.map((member): ResponseEntry => {
    const href = hrefOf(context, member);
    if (query.infinite && introduced.has(nameOf(member))) {
      return untraversed(href);
    }
    return { href, propstats: evaluateMember(query.request, member, options) };
  });
  entries.push(...removedEntries(context, collection, page));
  if (truncated) entries.push(cut(context));
  return { entries, token };
}

/** A page with more data than one answer can hold is cut shorter. */
function readPage(
  reader: Reader,
  collection: CollectionResource,
  { query, config }: { query: SyncQuery; config: DavConfig },
): SyncPage {
  const page = reader.sync(collection, query.token, query.limit);
  if (!page.ok) throw problemError(page.problem, config);
  const { changed } = page.value;
  const fitting = countFitting(query.request, changed, config);
  if (fitting === changed.length) return page.value;
  const shorter = reader.sync(collection, query.token, fitting);
  if (!shorter.ok) throw problemError(shorter.problem, config);
  return shorter.value;
}

function hrefOf({ target, config }: DavContext, member: Resource): string {
  return memberHref(target, config.basePath, {
    name: nameOf(member),
    collection: isCollection(member),
  });
}

function nameOf(member: Resource): string {
  return namesOf(member.path).at(-1) ?? "";
}

function removedEntries(
  { target, config }: DavContext,
  parent: Resource,
  page: SyncPage,
): ResponseEntry[] {
  // The members of homes are collections; elsewhere most are objects.
  const collection = parent.kind.endsWith("-home");
  return page.removed.map((name) => ({
    href: memberHref(target, config.basePath, { name, collection }),
    status: 404,
  }));
}

/** RFC 6578 section 3.3: each child collection is to be asked by itself; said once, when it is first reported. */
function untraversed(href: string): ResponseEntry {
  const error = new DavError(
    "dav:sync-traversal-supported",
    "Ask the collection itself for its changes",
  );
  return { href, status: error.status, error: errorElement(error) };
}

/** RFC 6578 section 3.6. */
function cut({ target, config }: DavContext): ResponseEntry {
  const error = new DavError(
    "dav:number-of-matches-within-limits",
    "There is more behind the token",
  );
  return {
    href: selfHref(target, config.basePath, true),
    status: error.status,
    error: errorElement(error),
  };
}
