/**
 * Live properties of RFC 3744 section 5 and of RFC 5397.
 *
 * @module
 */

import {
  flattenPrivileges,
  type PrivilegeNode,
  PRIVILEGES,
} from "../../service/privileges.ts";
import { principalById } from "../../service/principals.ts";
import type { ResourcePath } from "../../service/problems.ts";
import type { Ace } from "../../service/ace.ts";
import type { Privilege } from "../../service/privileges.ts";
import { element, NS, XML_NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property, PropertyScope } from "../context.ts";
import { DavError } from "../errors.ts";
import { formatHref } from "../paths.ts";
import { privilegeElement } from "../privileges.ts";
import { PRINCIPAL_PROPERTIES } from "./principals.ts";
import {
  EVERYWHERE,
  hrefElement,
  principalPath,
  protectedRow,
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
  ...PRINCIPAL_PROPERTIES,
  // RFC 3744 section 5.1: empty where nobody is the owner
  protectedRow([NS.dav, "owner"], EVERYWHERE, (scope) => {
    const owner = ownerPath(scope);
    return owner === undefined ? [] : [hrefElement(owner, scope)];
  }),
  // RFC 3744 section 5.2: no resource has a group
  protectedRow([NS.dav, "group"], EVERYWHERE, () => []),
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
      return flattenPrivileges(PRIVILEGES).filter((one) => held.has(one))
        .map(privilege);
    },
  ),
  // RFC 3744 section 5.5
  protectedRow([NS.dav, "acl"], EVERYWHERE, (scope) => {
    demand(scope, "dav:read-acl");
    return scope.reader.acl(scope.resource).map((ace) =>
      aceElement(ace, scope)
    );
  }),
  // RFC 3744 section 5.6
  protectedRow([NS.dav, "acl-restrictions"], EVERYWHERE, () => [
    element(NS.dav, "no-invert"),
    element(NS.dav, "deny-before-grant"),
  ]),
  // RFC 3744 section 5.7: what is inherited stands in `acl`
  protectedRow([NS.dav, "inherited-acl-set"], EVERYWHERE, () => []),
  // RFC 3744 section 5.8
  protectedRow([NS.dav, "principal-collection-set"], EVERYWHERE, (scope) => [
    hrefElement({ type: "principals", set: "users" }, scope),
    hrefElement({ type: "principals", set: "groups" }, scope),
  ]),
];

/** Whose a resource is, undefined for virtual ones and for groups that are nobody's. */
function ownerPath(
  { resource, reader }: PropertyScope,
): ResourcePath | undefined {
  if (resource.kind === "principal") return resource.path;
  if (resource.kind === "group") {
    const id = resource.group.owner;
    return id === null
      ? undefined
      : principalById(reader.view, { id, type: "user" })?.path;
  }
  return "owner" in resource ? principalPath(resource.owner) : undefined;
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

function aceElement(ace: Ace, scope: PropertyScope): XmlElement {
  const { principal, deny, privileges } = ace;
  return element(
    NS.dav,
    "ace",
    element(NS.dav, "principal", principalElement(principal, scope)),
    element(NS.dav, deny ? "deny" : "grant", ...privileges.map(privilege)),
    ...ace.protected === true ? [element(NS.dav, "protected")] : [],
    ...ace.inherited === undefined ? [] : [
      element(NS.dav, "inherited", hrefElement(ace.inherited, scope)),
    ],
  );
}

function principalElement(
  principal: Ace["principal"],
  scope: PropertyScope,
): XmlElement {
  switch (principal.type) {
    case "principal":
      return hrefElement(principal.path, scope);
    case "owner":
      return element(NS.dav, "property", element(NS.dav, "owner"));
    default:
      return element(NS.dav, principal.type);
  }
}
