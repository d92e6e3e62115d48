/**
 * The XML of locks (RFC 4918 section 14), and the headers that go with it.
 *
 * @module
 */

import type { ActiveLock, LockRequest } from "../service/lock_types.ts";
import { langOf, withLang } from "../xml/lang.ts";
import {
  childElements,
  element,
  findChild,
  isElement,
  NS,
} from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import { writeElement } from "../xml/write.ts";
import type { DavConfig } from "./context.ts";
import { DavError } from "./errors.ts";
import { formatHref } from "./paths.ts";

/** Seconds that a lock lasts when its request says nothing. */
export const DEFAULT_LOCK_SECONDS = 600;

/** `DAV:activelock` (section 14.1). */
export function activeLockElement(
  lock: ActiveLock,
  config: Pick<DavConfig, "basePath">,
): XmlElement {
  const { token, root, collection, depth, exclusive, owner, seconds } = lock;
  const href = formatHref(root, config.basePath, collection);
  return dav(
    "activelock",
    dav("locktype", dav("write")),
    dav("lockscope", dav(exclusive ? "exclusive" : "shared")),
    dav("depth", String(depth)),
    ...owner === "" ? [] : [{ ...dav("owner"), raw: owner }],
    dav("timeout", `Second-${seconds}`),
    dav("locktoken", dav("href", token)),
    dav("lockroot", dav("href", href)),
  );
}

/** The content of `DAV:supportedlock` (section 15.10): write locks of both scopes. */
export const SUPPORTED_LOCKS: readonly XmlElement[] = ["exclusive", "shared"]
  .map((scope) =>
    dav(
      "lockentry",
      dav("lockscope", dav(scope)),
      dav("locktype", dav("write")),
    )
  );

function dav(name: string, ...children: (XmlElement | string)[]): XmlElement {
  return element(NS.dav, name, ...children);
}

/**
 * Reads a `DAV:lockinfo` body (section 14.11).
 *
 * @throws {DavError} `bad-request` where it asks for no write lock of one scope.
 */
export function parseLockInfo(
  body: XmlElement,
): Pick<LockRequest, "exclusive" | "owner"> {
  if (!isElement(body, NS.dav, "lockinfo")) {
    throw new DavError(
      "bad-request",
      `Cannot read the body: expected DAV:lockinfo, got ${
        body.name.slice(0, 40)
      }`,
    );
  }
  const scope = onlyChild(body, "lockscope", ["exclusive", "shared"]);
  onlyChild(body, "locktype", ["write"]);
  const owner = findChild(body, NS.dav, "owner");
  return {
    exclusive: scope === "exclusive",
    // Kept as a dead property is (section 14.17).
    owner: owner === undefined ? "" : writeElement(
      withLang(owner, langOf(body)),
    ),
  };
}

/** The one element of a choice that stands in a child of the body. */
function onlyChild(
  body: XmlElement,
  name: string,
  choice: readonly string[],
): string {
  const parent = findChild(body, NS.dav, name);
  const [first, ...more] = parent === undefined ? [] : childElements(parent)
    .filter((child) => child.ns === NS.dav && choice.includes(child.name));
  if (first === undefined || more.length > 0) {
    throw new DavError(
      "bad-request",
      `Cannot read lockinfo: expected one of ${choice.join(", ")} in ${name}`,
    );
  }
  return first.name;
}

/**
 * Seconds that a Timeout header asks for (section 10.7): the first of its
 * wishes that is understood. The server is free to grant another time, so what
 * cannot be read counts as absent.
 *
 * @returns `Infinity` for "Infinite", 600 where nothing is understood.
 */
export function parseTimeout(value: string | null): number {
  for (const wish of (value ?? "").split(",")) {
    const match = /^\s*(?:(infinite)|second-(\d+))\s*$/i.exec(wish);
    if (match?.[1] !== undefined) return Infinity;
    if (match?.[2] !== undefined) return Number(match[2]);
  }
  return DEFAULT_LOCK_SECONDS;
}

/**
 * The token in a Lock-Token header (section 10.5). Some programs leave the
 * brackets out.
 *
 * @returns undefined for what is no token.
 */
export function parseLockToken(value: string | null): string | undefined {
  const token = /^<?([^<>\s]+)>?$/.exec((value ?? "").trim())?.[1];
  return token;
}
