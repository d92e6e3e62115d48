/**
 * Live properties of RFC 3744 and RFC 5397, the parts that are read.
 *
 * @module
 */

import type { Privilege } from "../../service/types.ts";
import { element, NS, XML_NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property, PropertyScope } from "../context.ts";
import { DavError } from "../errors.ts";
import { formatHref } from "../paths.ts";
import { privilegeElement, PRIVILEGES } from "../privileges.ts";
import type { PrivilegeNode } from "../privileges.ts";
import {
  EVERYWHERE,
  hrefElement,
  OWNED,
  ownerOf,
  principalPath,
  protectedRow,
  reservedRow,
} from "./values.ts";

/** The rows. None of them is given by allprop (RFC 3744 sections 4 and 5). */
export const ACL_PROPERTIES: readonly Property[] = [
  // RFC 5397 section 3, C3
  protectedRow(
    [NS.dav, "current-user-principal"],
    EVERYWHERE,
    (scope) => {
      const user = scope.reader.session?.user;
      return user === undefined
        ? [element(NS.dav, "unauthenticated")]
        : [hrefElement(principalPath(user), scope)];
    },
  ),
  // RFC 3744 section 4.1
  protectedRow([NS.dav, "alternate-URI-set"], ["principal"], () => []),
  // RFC 3744 section 4.2
  protectedRow([NS.dav, "principal-URL"], ["principal"], ownerHref),
  // RFC 3744 sections 4.3 and 4.4; groups come later
  protectedRow([NS.dav, "group-member-set"], ["principal"], () => []),
  protectedRow([NS.dav, "group-membership"], ["principal"], () => []),
  // RFC 3744 section 5.1
  protectedRow([NS.dav, "owner"], OWNED, ownerHref),
  // RFC 3744 section 5.2: no resource has a group
  reservedRow([NS.dav, "group"]),
  // RFC 3744 section 5.3
  protectedRow(
    [NS.dav, "supported-privilege-set"],
    EVERYWHERE,
    () => [supportedPrivilege(PRIVILEGES)],
  ),
  // RFC 3744 section 5.4, C24: aggregates and all that they hold
  protectedRow(
    [NS.dav, "current-user-privilege-set"],
    EVERYWHERE,
    (scope) => {
      const held = demand(scope, "dav:read-current-user-privilege-set");
      return flatten(PRIVILEGES).filter((one) => held.has(one))
        .map(privilege);
    },
  ),
  // RFC 3744 section 5.5
  protectedRow([NS.dav, "acl"], EVERYWHERE, (scope) => {
    demand(scope, "dav:read-acl");
    return [entry(scope)];
  }),
  // RFC 3744 section 5.6
  protectedRow([NS.dav, "acl-restrictions"], EVERYWHERE, () => [
    element(NS.dav, "grant-only"),
    element(NS.dav, "no-invert"),
  ]),
  // RFC 3744 section 5.7
  protectedRow([NS.dav, "inherited-acl-set"], EVERYWHERE, () => []),
  // RFC 3744 section 5.8
  protectedRow([NS.dav, "principal-collection-set"], EVERYWHERE, (scope) => [
    hrefElement({ type: "principals", set: "users" }, scope),
  ]),
];

function ownerHref(scope: PropertyScope): XmlElement[] | undefined {
  const owner = ownerOf(scope.resource);
  return owner && [hrefElement(principalPath(owner), scope)];
}

/** The privileges of who asks; refuses where the one that is needed is not among them. */
function demand(
  { reader, resource, context }: PropertyScope,
  needed: Privilege,
): ReadonlySet<Privilege> {
  const held = reader.privileges(resource);
  if (held.has(needed)) return held;
  throw new DavError("dav:need-privileges", `This needs ${needed}`, {
    privilege: needed,
    hrefs: [
      formatHref(
        resource.path,
        context.config.basePath,
        !("entry" in resource),
      ),
    ],
  });
}

function flatten(node: PrivilegeNode): Privilege[] {
  return [node.name, ...node.parts.flatMap(flatten)];
}

function privilege(name: Privilege): XmlElement {
  return element(NS.dav, "privilege", privilegeElement(name));
}

function supportedPrivilege(node: PrivilegeNode): XmlElement {
  return element(
    NS.dav,
    "supported-privilege",
    privilege(node.name),
    {
      ...element(NS.dav, "description", node.description),
      attributes: [{
        ns: XML_NS,
        name: "lang",
        value: "en",
      }],
    },
    ...node.parts.map(supportedPrivilege),
  );
}

/** The one ACE there is: the owner's, or on what nobody owns that of all who have signed in. */
function entry(scope: PropertyScope): XmlElement {
  const { resource, reader } = scope;
  const owner = ownerOf(resource);
  const who = owner === undefined
    ? element(NS.dav, "authenticated")
    : hrefElement(principalPath(owner), scope);
  return element(
    NS.dav,
    "ace",
    element(NS.dav, "principal", who),
    element(NS.dav, "grant", ...granted(reader.privileges(resource))),
    element(NS.dav, "protected"),
  );
}

/** `all` says everything; else what is held, without what an aggregate already says. */
function granted(held: ReadonlySet<Privilege>): XmlElement[] {
  const top = (node: PrivilegeNode): Privilege[] =>
    held.has(node.name) ? [node.name] : node.parts.flatMap(top);
  return top(PRIVILEGES).map(privilege);
}
