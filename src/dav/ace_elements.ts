/**
 * The body of ACL: ACEs as they are sent (RFC 3744 section 5.5).
 *
 * @module
 */

import type { Ace, AcePrincipal } from "../service/ace.ts";
import type { Privilege } from "../service/privileges.ts";
import {
  childElements,
  findChild,
  isElement,
  NS,
  textOf,
} from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import { DavError } from "./errors.ts";
import { type HrefScope, pathOfHref } from "./own_href.ts";
import { readPrivilege } from "./privileges.ts";

/** What stands in `DAV:principal`: exactly one of these. */
const PRINCIPALS: ReadonlySet<string> = new Set([
  "href",
  "all",
  "authenticated",
  "unauthenticated",
  "property",
  "self",
]);

/**
 * Reads `DAV:acl`. Unknown elements are passed over (RFC 3744 section 10).
 *
 * @throws {DavError} `bad-request` for what is no ACL; conditions of RFC 3744 section 8.1.1 for ACEs that no resource takes.
 */
export function parseAcl(
  body: XmlElement | undefined,
  scope: HrefScope,
): readonly Ace[] {
  if (body === undefined || !isElement(body, NS.dav, "acl")) {
    throw malformed("expected DAV:acl");
  }
  return named(body, "ace").map((ace) => parseAce(ace, scope));
}

function parseAce(sent: XmlElement, scope: HrefScope): Ace {
  if (findChild(sent, NS.dav, "invert") !== undefined) {
    throw new DavError("dav:no-invert", "ACEs cannot be inverted");
  }
  for (const mark of ["protected", "inherited"]) {
    if (findChild(sent, NS.dav, mark) === undefined) continue;
    throw new DavError(
      "dav:no-ace-conflict",
      `An ACL request names neither protected nor inherited ACEs: leave out those with ${mark}`,
    );
  }
  const principal = only(sent, "principal");
  const grants = named(sent, "grant");
  const [action, second] = [...grants, ...named(sent, "deny")];
  if (action === undefined || second !== undefined) {
    throw malformed("an ace has one grant or one deny");
  }
  return {
    principal: parsePrincipal(principal, scope),
    deny: grants.length === 0,
    privileges: parsePrivileges(action),
  };
}

function parsePrincipal(sent: XmlElement, scope: HrefScope): AcePrincipal {
  const [choice, second] = childElements(sent).filter((one) =>
    one.ns === NS.dav && PRINCIPALS.has(one.name)
  );
  if (choice === undefined || second !== undefined) {
    throw malformed("a principal is one of href, all, property and so on");
  }
  switch (choice.name) {
    case "all":
    case "authenticated":
    case "unauthenticated":
      return { type: choice.name };
    case "href":
      return { type: "principal", path: principalPath(choice, scope) };
    case "property":
      return ownerProperty(choice);
    default:
      throw new DavError(
        "dav:allowed-principal",
        "DAV:self is for the ACLs of principals, which cannot be set",
      );
  }
}

function principalPath(href: XmlElement, scope: HrefScope) {
  const path = pathOfHref(textOf(href), scope);
  if (path !== null) return path;
  throw new DavError(
    "dav:recognized-principal",
    "A URL in the ACL is none of a principal of this server",
  );
}

/** `DAV:owner` is the one property that names a principal for all that is in it. */
function ownerProperty(sent: XmlElement): AcePrincipal {
  const [property, second] = childElements(sent);
  if (property === undefined || second !== undefined) {
    throw malformed("a property is one element");
  }
  if (isElement(property, NS.dav, "owner")) return { type: "owner" };
  throw new DavError(
    "dav:allowed-principal",
    "Of properties only DAV:owner can be a principal",
  );
}

/** At least one; each counts once. */
function parsePrivileges(sent: XmlElement): readonly Privilege[] {
  const privileges = new Set<Privilege>();
  for (const one of named(sent, "privilege")) {
    const [name, second] = childElements(one);
    if (name === undefined || second !== undefined) {
      throw malformed("a privilege is one element");
    }
    const privilege = readPrivilege(name);
    if (privilege === undefined) {
      throw new DavError(
        "dav:not-supported-privilege",
        `There is no privilege ${name.name.slice(0, 80)} here`,
      );
    }
    privileges.add(privilege);
  }
  if (privileges.size === 0) throw malformed("a grant or deny has privileges");
  return [...privileges];
}

function named(parent: XmlElement, name: string): XmlElement[] {
  return childElements(parent).filter((one) => isElement(one, NS.dav, name));
}

function only(parent: XmlElement, name: string): XmlElement {
  const [one, second] = named(parent, name);
  if (one !== undefined && second === undefined) return one;
  throw malformed(`an ${parent.name} has one ${name}`);
}

function malformed(what: string): DavError {
  return new DavError("bad-request", `Cannot read the ACL: ${what}`);
}
