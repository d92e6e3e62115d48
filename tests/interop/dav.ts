/**
 * A few raw requests, to see with other eyes what a client has done, and to
 * play a second client. Independent of the server's own code on purpose.
 */

import { SaxesParser } from "saxes";
import type { Account } from "./context.ts";

/** An answer, read to its end. */
export interface Answer {
  /** Status code. */
  readonly status: number;
  /** Header fields. */
  readonly headers: Headers;
  /** Body. */
  readonly bytes: Uint8Array;
  /** Body as text. */
  readonly text: string;
}

/** One element of an XML answer. */
export interface Element {
  /** `{namespace}local`. */
  readonly name: string;
  /** Text directly inside. */
  text: string;
  /** Elements inside, in order. */
  readonly children: Element[];
}

/** Asks the server as one account. */
export interface Dav {
  /** Sends one request. */
  request(
    method: string,
    url: string,
    options?: {
      readonly body?: string | Uint8Array<ArrayBuffer>;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Answer>;
  /** PUT that must succeed; answers the ETag. */
  put(
    url: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** GET that must succeed. */
  get(url: string): Promise<Uint8Array>;
  /** Status of a GET. */
  status(url: string): Promise<number>;
  /** LOCK as somebody else, exclusively, that must succeed; gives what ends the lock. */
  lock(url: string): Promise<() => Promise<void>>;
  /** URLs of the members, by PROPFIND Depth 1, without the collection. */
  list(url: string): Promise<string[]>;
  /** Text of one property; undefined where it is not found. */
  property(url: string, name: string): Promise<string | undefined>;
  /** Bodies by URL path, by calendar-multiget or addressbook-multiget. */
  multiget(
    kind: "calendar" | "addressbook",
    url: string,
    hrefs: readonly string[],
  ): Promise<Map<string, string>>;
}

const DAV = "DAV:";

/** Body of a LOCK that asks for an exclusive write lock. */
const LOCK_BODY =
  `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>` +
  `<D:locktype><D:write/></D:locktype></D:lockinfo>`;
const NAMESPACES = {
  calendar: "urn:ietf:params:xml:ns:caldav",
  addressbook: "urn:ietf:params:xml:ns:carddav",
};

/** Makes the requests of one account; they throw for an unexpected status. */
export function createDav(account: Account): Dav {
  const authorization = `Basic ${
    new TextEncoder().encode(`${account.name}:${account.password}`).toBase64()
  }`;

  const request: Dav["request"] = async (method, url, options = {}) => {
    const init: RequestInit = {
      method,
      redirect: "manual",
      headers: { authorization, ...options.headers },
    };
    if (options.body !== undefined) init.body = options.body;
    const response = await fetch(url, init);
    const bytes = await response.bytes();
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text: new TextDecoder().decode(bytes),
    };
  };

  async function wanted(
    statuses: readonly number[],
    ...[method, url, options]: Parameters<Dav["request"]>
  ): Promise<Answer> {
    const answer = await request(method, url, options);
    if (statuses.includes(answer.status)) return answer;
    throw new Error(
      `${method} ${url}: expected ${statuses.join(" or ")}, got ` +
        `${answer.status}\n${answer.text.slice(0, 1000)}`,
    );
  }

  async function multistatus(
    method: string,
    url: string,
    options: { readonly depth: string; readonly body: string },
  ): Promise<Element[]> {
    const answer = await wanted([207], method, url, {
      body: options.body,
      headers: {
        depth: options.depth,
        "content-type": "application/xml; charset=utf-8",
      },
    });
    return childrenNamed(parseXml(answer.text), `{${DAV}}response`);
  }

  return {
    request,
    async put(url, body, headers = {}) {
      const type = url.endsWith(".vcf") ? "text/vcard" : "text/calendar";
      const answer = await wanted([201, 204], "PUT", url, {
        body,
        headers: { "content-type": `${type}; charset=utf-8`, ...headers },
      });
      return answer.headers.get("etag") ?? "";
    },
    async get(url) {
      return (await wanted([200], "GET", url)).bytes;
    },
    async status(url) {
      return (await request("GET", url)).status;
    },
    async lock(url) {
      const { headers } = await wanted([200], "LOCK", url, {
        body: LOCK_BODY,
        headers: { "content-type": "application/xml" },
      });
      const token = { "lock-token": headers.get("lock-token") ?? "" };
      return async () => {
        await wanted([204], "UNLOCK", url, { headers: token });
      };
    },
    async list(url) {
      const body =
        `<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>`;
      const responses = await multistatus("PROPFIND", url, {
        depth: "1",
        body,
      });
      const own = new URL(url).pathname;
      return responses
        .map((response) => hrefOf(response, url))
        .filter((href) => new URL(href).pathname !== own);
    },
    async property(url, name) {
      const [, namespace = "", local = ""] = /^\{(.*)\}(.*)$/.exec(name) ?? [];
      const body = `<propfind xmlns="DAV:"><prop><x:${local} xmlns:x="` +
        `${namespace}"/></prop></propfind>`;
      const [response] = await multistatus("PROPFIND", url, {
        depth: "0",
        body,
      });
      return response && goodProperty(response, name)?.text;
    },
    async multiget(kind, url, hrefs) {
      const namespace = NAMESPACES[kind];
      const data = kind === "calendar" ? "calendar-data" : "address-data";
      const list = hrefs.map((href) =>
        `<D:href>${escapeXml(new URL(href).pathname)}</D:href>`
      );
      const responses = await multistatus("REPORT", url, {
        depth: "1",
        body: `<C:${kind}-multiget xmlns:D="DAV:" xmlns:C="${namespace}">` +
          `<D:prop><D:getetag/><C:${data}/></D:prop>${list.join("")}` +
          `</C:${kind}-multiget>`,
      });
      const found = new Map<string, string>();
      for (const response of responses) {
        const body = goodProperty(response, `{${namespace}}${data}`);
        if (body) found.set(new URL(hrefOf(response, url)).pathname, body.text);
      }
      return found;
    },
  };
}

/** Reads an XML answer into its root element; throws where it is malformed. */
export function parseXml(text: string): Element {
  const top: Element = { name: "", text: "", children: [] };
  const open = [top];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw new Error(`not well-formed XML: ${error.message}`);
  });
  parser.on("opentag", (tag) => {
    const element: Element = {
      name: `{${tag.uri}}${tag.local}`,
      text: "",
      children: [],
    };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  function addText(chunk: string): void {
    const inside = open.at(-1);
    if (inside) inside.text += chunk;
  }
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  const [root] = top.children;
  if (!root) throw new Error("an XML answer without an element");
  return root;
}

/** The children of that name, in order. */
export function childrenNamed(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name);
}

function hrefOf(response: Element, base: string): string {
  const [href] = childrenNamed(response, `{${DAV}}href`);
  return new URL(href?.text.trim() ?? "", base).href;
}

function goodProperty(response: Element, name: string): Element | undefined {
  for (const propstat of childrenNamed(response, `{${DAV}}propstat`)) {
    const [status] = childrenNamed(propstat, `{${DAV}}status`);
    if (!status?.text.includes(" 200 ")) continue;
    for (const prop of childrenNamed(propstat, `{${DAV}}prop`)) {
      const [found] = childrenNamed(prop, name);
      if (found) return found;
    }
  }
  return undefined;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
