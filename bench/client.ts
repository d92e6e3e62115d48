/**
 * Sends requests of the bench and takes their time.
 *
 * @module
 */

import { childElements, findChild, NS, textOf } from "../src/xml/names.ts";
import type { XmlElement } from "../src/xml/names.ts";
import { parseXml } from "../src/xml/parse.ts";

/** An answer, read to its end. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** ETag header, null where there is none. */
  readonly etag: string | null;
  /** Body. */
  readonly text: string;
  /** Milliseconds from the request to the last byte. */
  readonly ms: number;
}

/** A request. */
export interface Ask {
  /** Method. */
  readonly method: string;
  /** Whole URL. */
  readonly url: string;
  /** Headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body. */
  readonly body?: string;
}

/** Sends requests to one server as one user. */
export interface BenchClient {
  /** Sends a request and reads its answer. */
  send(ask: Ask): Promise<Answer>;
  /** Closes its connections. */
  close(): void;
}

/** A client with Basic credentials. */
export function createBenchClient(
  { user, password }: { readonly user: string; readonly password: string },
): BenchClient {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 16 });
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  const authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  return {
    async send({ method, url, headers = {}, body }) {
      const begun = performance.now();
      const init: RequestInit & { readonly client: Deno.HttpClient } = {
        client,
        method,
        headers: { authorization, ...headers },
        redirect: "manual",
        ...(body === undefined ? {} : { body }),
      };
      const response = await fetch(url, init);
      const text = await response.text();
      const ms = performance.now() - begun;
      const etag = response.headers.get("etag");
      return { status: response.status, etag, text, ms };
    },
    close: () => client.close(),
  };
}

/** One `DAV:response` of a multistatus. */
export interface Member {
  /** Its href, decoded. */
  readonly href: string;
  /** Status of its own, as with members that are gone. */
  readonly status: number | undefined;
  /** Properties found, by local name; elements in them as XML elements. */
  readonly props: ReadonlyMap<string, XmlElement>;
}

/** A multistatus; throws where it is none. */
export function readMultistatus(
  text: string,
): { readonly members: readonly Member[]; readonly token: string } {
  const root = parseXml(text, { depth: 64, elements: 2 ** 24, attributes: 64 });
  const members = childElements(root)
    .filter(({ name }) => name === "response").map(readMember);
  const token = findChild(root, NS.dav, "sync-token");
  return { members, token: token === undefined ? "" : textOf(token).trim() };
}

function readMember(response: XmlElement): Member {
  const props = new Map<string, XmlElement>();
  for (const stat of childElements(response)) {
    if (stat.name !== "propstat" || statusOf(stat) !== 200) continue;
    const prop = findChild(stat, NS.dav, "prop");
    for (const each of prop === undefined ? [] : childElements(prop)) {
      props.set(each.name, each);
    }
  }
  const href = findChild(response, NS.dav, "href");
  return {
    href: decodeURIComponent(href === undefined ? "" : textOf(href).trim()),
    status: statusOf(response),
    props,
  };
}

function statusOf(element: XmlElement): number | undefined {
  const status = findChild(element, NS.dav, "status");
  if (status === undefined) return undefined;
  return Number(/ (\d{3})/.exec(textOf(status))?.[1] ?? 0);
}
