/**
 * PROPPATCH (RFC 4918 section 9.2).
 *
 * @module
 */

import { isElement, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext } from "../context.ts";
import { draftChanges, parseInstructions, uniqueNames } from "../draft.ts";
import type { Instruction } from "../draft.ts";
import { DavError, problemError } from "../errors.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { Propstat } from "../multistatus.ts";
import { selfHref } from "../paths.ts";

/** Handles PROPPATCH: all instructions are done, or none. */
export async function proppatch(context: DavContext): Promise<Response> {
  const { service, session, config, target, headers } = context;
  const instructions = parsePropertyUpdate(await context.xml());
  const kind = await service.read(
    session,
    (reader) =>
      requireResource(
        reader,
        { path: target.path, privilege: "dav:write-properties" },
        config,
      ).kind,
  );
  const draft = draftChanges(instructions, { kind, creating: false }, context);
  const collection = !kind.endsWith("-object") && kind !== "file";
  const href = selfHref(target, config.basePath, collection);
  const answer = (propstats: readonly Propstat[]) =>
    multistatus([{ href, propstats }], { headers: answerHeaders(context) });
  if (!draft.ok) return answer(draft.propstats);

  const patched = await service.patch(
    session,
    target.path,
    draft.changes,
    headers.conditions,
  );
  if (!patched.ok) throw problemError(patched.problem, config);
  if (headers.minimal) {
    // RFC 8144 section 2.2
    return new Response(null, { headers: answerHeaders(context) });
  }
  const props = uniqueNames(instructions).map(({ element }) => element);
  return answer([{ status: 200, props }]);
}

function parsePropertyUpdate(body: XmlElement | undefined): Instruction[] {
  if (body === undefined || !isElement(body, NS.dav, "propertyupdate")) {
    throw new DavError(
      "bad-request",
      "Cannot read the body: expected DAV:propertyupdate",
    );
  }
  const instructions = parseInstructions(body, { remove: true });
  if (instructions.length === 0) {
    throw new DavError(
      "bad-request",
      "Cannot read propertyupdate: it names no property",
    );
  }
  return instructions;
}
