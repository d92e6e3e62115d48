/** What tests of access control send, and how they read what comes back. */
import assert from "node:assert/strict";
import { childElements, findChild, NS, textOf } from "../../src/xml/names.ts";
import type { XmlElement } from "../../src/xml/names.ts";
import {
  type DavAnswer,
  memberAt,
  propfind,
  type TestServer,
} from "./harness.ts";

/** An ACE as a test writes it: whom it is about, what is granted (or, behind `-`, denied). */
export interface TestAce {
  /** An element of `DAV:` such as "all", or an href. */
  readonly who: string;
  /** Names of privileges; `c:` before those of CalDAV. */
  readonly grant?: readonly string[];
  /** Likewise. */
  readonly deny?: readonly string[];
}

/** The content of `DAV:principal` for such a text. */
function principalXml(who: string): string {
  if (who === "owner") return "<D:property><D:owner/></D:property>";
  return /^[a-z]+$/.test(who) ? `<D:${who}/>` : `<D:href>${who}</D:href>`;
}

function privilegesXml(action: string, names: readonly string[]): string {
  const inner = names.map((name) =>
    name.startsWith("c:")
      ? `<D:privilege><C:${name.slice(2)}/></D:privilege>`
      : `<D:privilege><D:${name}/></D:privilege>`
  );
  return `<D:${action}>${inner.join("")}</D:${action}>`;
}

/** An ACE as XML. */
export function aceXml({ who, grant, deny }: TestAce): string {
  return `<D:ace><D:principal>${principalXml(who)}</D:principal>${
    grant === undefined ? "" : privilegesXml("grant", grant)
  }${deny === undefined ? "" : privilegesXml("deny", deny)}</D:ace>`;
}

/** A body of ACL with this content. */
export function aclBody(content: string): string {
  return `<D:acl xmlns:D="DAV:" xmlns:C="${NS.caldav}" xmlns:X="urn:x-test">${content}</D:acl>`;
}

/** Sends ACL. */
export function setAcl(
  server: TestServer,
  path: string,
  aces: readonly TestAce[],
  { user = "me", headers = {} as Readonly<Record<string, string>> } = {},
): Promise<DavAnswer> {
  const body = aclBody(aces.map(aceXml).join(""));
  return server.dav("ACL", path, { user, headers, body });
}

/** Sends ACL and fails where it is refused. */
export async function grant(
  server: TestServer,
  path: string,
  ...aces: readonly TestAce[]
): Promise<void> {
  const answer = await setAcl(server, path, aces);
  assert.equal(answer.status, 200, answer.text);
}

/** One property of what is at a path; fails where it is not given. */
export async function propertyOf(
  server: TestServer,
  path: string,
  options: { readonly name: string; readonly user?: string },
): Promise<XmlElement> {
  const { name, user = "me" } = options;
  const answer = user === "me"
    ? await propfind(server, path, [`D:${name}`])
    : await server.dav("PROPFIND", path, {
      user,
      headers: { depth: "0" },
      body:
        `<D:propfind xmlns:D="DAV:"><D:prop><D:${name}/></D:prop></D:propfind>`,
    });
  const value = memberAt(answer, path).props[200]?.[`{DAV:}${name}`];
  assert.ok(value, `${name} of ${path} is not given: ${answer.text}`);
  return value;
}

/** The ACEs in `DAV:acl`, as short texts: `protected owner grant all`, `inherited from /x/ …`. */
export async function aclOf(
  server: TestServer,
  path: string,
  user = "me",
): Promise<string[]> {
  const acl = await propertyOf(server, path, { name: "acl", user });
  return childElements(acl).map((ace) => {
    const child = (name: string) => findChild(ace, NS.dav, name);
    const marks = child("protected") === undefined ? [] : ["protected"];
    const inherited = child("inherited");
    if (inherited !== undefined) {
      marks.push("inherited from", ...childElements(inherited).map(textOf));
    }
    const action = child("grant") ?? child("deny");
    assert.ok(action, "an ACE grants or denies");
    return [
      ...marks,
      ...whoIn(child("principal")),
      action.name,
      ...childElements(action).flatMap(childElements).map((one) => one.name),
    ].join(" ");
  });
}

function whoIn(principal: XmlElement | undefined): string[] {
  return (principal === undefined ? [] : childElements(principal)).map((one) =>
    one.name === "href" ? textOf(one) : childElements(one)[0]?.name ?? one.name
  );
}

/** Names in `DAV:current-user-privilege-set`. */
export async function privilegesOf(
  server: TestServer,
  path: string,
  user = "me",
): Promise<string[]> {
  const set = await propertyOf(server, path, {
    name: "current-user-privilege-set",
    user,
  });
  return childElements(set).flatMap(childElements).map((one) => one.name);
}
