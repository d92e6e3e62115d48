/**
 * Whether a URL that somebody sends is one of this server, and what it names.
 *
 * @module
 */

import type { ResourcePath } from "../service/problems.ts";
import type { DavConfig } from "./context.ts";
import { parseHref } from "./paths.ts";

/** What hrefs are understood with. */
export interface HrefScope {
  /** The request that they came with. */
  readonly request: Request;
  /** Where the server is mounted. */
  readonly config: Pick<DavConfig, "basePath">;
}

/**
 * Whether an authority is that of the server. Behind a proxy the name that the
 * client used is known from Host, which a proxy may have replaced, or from
 * X-Forwarded-Host: believing it harms nobody, as the client writes both.
 */
export function isOwnAuthority(request: Request, authority: string): boolean {
  return [
    request.headers.get("host") ?? "",
    /^[^:]*:\/\/([^/?#]*)/.exec(request.url)?.[1] ?? "",
    ...(request.headers.get("x-forwarded-host") ?? "").split(","),
  ].some((own) => own.trim() !== "" && host(own) === host(authority));
}

/** Lower case, without user information and the ports that schemes have by default. */
function host(authority: string): string {
  return authority.trim().toLowerCase().replace(/^[^@]*@/, "").replace(
    /:(?:80|443)?$/,
    "",
  );
}

/** What an href names; null where it is nothing of this server, or no URL of its layout. */
export function pathOfHref(
  href: string,
  { request, config }: HrefScope,
): ResourcePath | null {
  const parsed = parseHref(href, config.basePath);
  if (!parsed.ok) return null;
  const { authority, target } = parsed.value;
  const isOwn = authority === null || isOwnAuthority(request, authority);
  return isOwn ? target?.path ?? null : null;
}
