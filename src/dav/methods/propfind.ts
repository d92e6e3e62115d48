/**
 * PROPFIND (RFC 4918 section 9.1).
 *
 * @module
 */

import type { Reader } from "../../service/types.ts";
import { isElement, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext } from "../context.ts";
import { DavError } from "../errors.ts";
import { evaluate, parsePropRequest } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { evaluateMember } from "../evaluate_member.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { memberHref, namesOf, selfHref } from "../paths.ts";

/** Handles PROPFIND. */
export async function propfind(context: DavContext): Promise<Response> {
  const request = parsePropfind(await context.xml());
  const { service, session } = context;
  const noRoot = context.headers.noRoot && context.headers.depth === "1";
  const entries = await service.read(
    session,
    (reader) => listEntries(reader, { context, request, noRoot }),
  );
  return multistatus(entries, {
    headers: answerHeaders(context, { noRootApplied: noRoot }),
  });
}

/** No body is allprop (RFC 4918 section 9.1). */
function parsePropfind(body: XmlElement | undefined): PropRequest {
  if (body === undefined) return { type: "allprop", include: [] };
  if (!isElement(body, NS.dav, "propfind")) {
    throw new DavError(
      "bad-request",
      `Cannot read the body: expected DAV:propfind, got ${
        body.name.slice(0, 40)
      }`,
    );
  }
  return parsePropRequest(body);
}

interface Listing {
  readonly context: DavContext;
  readonly request: PropRequest;
  readonly noRoot: boolean;
}

function listEntries(
  reader: Reader,
  { context, request, noRoot }: Listing,
): ResponseEntry[] {
  const { target, config } = context;
  const resource = requireResource(
    reader,
    { path: target.path, privilege: "dav:read" },
    config,
  );
  const collection = !("entry" in resource);
  const { depth } = context.headers;
  // No header means infinity too, which only a resource without members can be asked for.
  if (collection && depth !== "0" && depth !== "1") {
    throw new DavError(
      "dav:propfind-finite-depth",
      "PROPFIND on a collection needs Depth 0 or 1",
    );
  }
  const options = { reader, context, bodies: false };
  const entries: ResponseEntry[] = [];
  if (!noRoot) {
    entries.push({
      href: selfHref(target, config.basePath, collection),
      propstats: evaluate(request, resource, options),
    });
  }
  if (!collection || depth !== "1") return entries;
  for (const member of reader.children(resource)) {
    entries.push({
      href: memberHref(target, config.basePath, {
        name: namesOf(member.path).at(-1) ?? "",
        collection: !("entry" in member),
      }),
      propstats: evaluateMember(request, member, options),
    });
  }
  return entries;
}
