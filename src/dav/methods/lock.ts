/**
 * LOCK and UNLOCK (RFC 4918 sections 9.10 and 9.11).
 *
 * @module
 */

import type { Problem } from "../../service/problems.ts";
import type { ActiveLock } from "../../service/lock_types.ts";
import { element, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { writeDocument } from "../../xml/write.ts";
import type { DavContext } from "../context.ts";
import { DavError, problemError } from "../errors.ts";
import {
  activeLockElement,
  parseLockInfo,
  parseLockToken,
  parseTimeout,
} from "../lock_elements.ts";
import { memberRefusal } from "../member_refusal.ts";
import { XML_TYPE } from "../multistatus.ts";

/** Handles LOCK: a new lock where there is a body, else a longer life for one that is held. */
export async function lock(context: DavContext): Promise<Response> {
  const { headers, request, service, session, target } = context;
  const body = await context.xml();
  const seconds = parseTimeout(request.headers.get("timeout"));
  const { conditions } = headers;
  if (body === undefined) {
    const renewed = await service.refresh(session, target.path, {
      seconds,
      conditions,
    });
    if (!renewed.ok) throw problemError(renewed.problem, context.config);
    return lockResponse(context, renewed.value, { status: 200 });
  }
  const info = parseLockInfo(body);
  if (headers.depth === "1") {
    throw new DavError("bad-request", "A lock has Depth 0 or infinity");
  }
  await refuseSlash(context);
  const granted = await service.lock(session, target.path, {
    ...info,
    depth: headers.depth === "0" ? 0 : "infinity",
    seconds,
    conditions,
  });
  if (!granted.ok) return lockRefusal(context, granted.problem);
  const { created, lock } = granted.value;
  return lockResponse(context, lock, {
    status: created ? 201 : 200,
    headers: { "lock-token": `<${lock.token}>` },
  });
}

/** What LOCK would make is no collection (RFC 4918 section 7.3). */
async function refuseSlash(context: DavContext): Promise<void> {
  const { service, session, target } = context;
  if (!target.slash) return;
  const there = await service.read(
    session,
    (reader) => reader.resolve(target.path) !== undefined,
  );
  if (there) return;
  throw new DavError(
    "conflict",
    "A URL with a slash at its end names a collection: LOCK cannot make one",
  );
}

/**
 * A lock that something below is in the way of is refused by a multistatus
 * that names it (RFC 4918 section 9.10.3).
 */
function lockRefusal(context: DavContext, problem: Problem): Response {
  const refused = memberRefusal(context, problem, { dependent: true });
  if (refused === null) throw problemError(problem, context.config);
  return refused;
}

function lockResponse(
  { config }: DavContext,
  lock: ActiveLock,
  init: ResponseInit,
): Response {
  const discovery = element(
    NS.dav,
    "lockdiscovery",
    activeLockElement(lock, config),
  );
  const root: XmlElement = element(NS.dav, "prop", discovery);
  const response = new Response(writeDocument(root), init);
  response.headers.set("content-type", XML_TYPE);
  response.headers.set("cache-control", "no-store");
  return response;
}

/** Handles UNLOCK. */
export async function unlock(context: DavContext): Promise<Response> {
  const { config, headers, request, service, session, target } = context;
  const token = parseLockToken(request.headers.get("lock-token"));
  if (token === undefined) {
    throw new DavError("bad-request", "UNLOCK needs a Lock-Token header");
  }
  const ended = await service.unlock(session, target.path, {
    token,
    conditions: headers.conditions,
  });
  if (!ended.ok) throw problemError(ended.problem, config);
  return new Response(null, {
    status: 204,
    headers: { "cache-control": "no-store" },
  });
}
