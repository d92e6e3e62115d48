/**
 * The tree of privileges and their names in XML (RFC 3744 section 3, RFC 4791
 * section 6.1.1).
 *
 * @module
 */

import type { Privilege } from "../service/types.ts";
import { element, NS } from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";

/** One privilege and what it holds. */
export interface PrivilegeNode {
  /** Its name with prefix. */
  readonly name: Privilege;
  /** What `DAV:supported-privilege-set` says about it. */
  readonly description: string;
  /** True where no ACE can name it. */
  readonly abstract: boolean;
  /** The privileges that it aggregates. */
  readonly parts: readonly PrivilegeNode[];
}

function node(
  name: Privilege,
  description: string,
  ...parts: PrivilegeNode[]
): PrivilegeNode {
  return { name, description, abstract: false, parts };
}

/** All privileges, under the one that holds them all. */
export const PRIVILEGES: PrivilegeNode = node(
  "dav:all",
  "Everything",
  node(
    "dav:read",
    "Read content and properties",
    node("caldav:read-free-busy", "See when somebody is busy"),
  ),
  node(
    "dav:write",
    "Change everything but access",
    node("dav:write-properties", "Change properties"),
    node("dav:write-content", "Change content"),
    node("dav:bind", "Add members"),
    node("dav:unbind", "Remove members"),
  ),
  node("dav:unlock", "Remove locks of others"),
  node("dav:read-acl", "See who has access"),
  node(
    "dav:read-current-user-privilege-set",
    "See what oneself may do",
  ),
  node("dav:write-acl", "Change who has access"),
);

/** The element that stands for a privilege inside `DAV:privilege`. */
export function privilegeElement(privilege: Privilege): XmlElement {
  const colon = privilege.indexOf(":");
  const ns = privilege.slice(0, colon) === "caldav" ? NS.caldav : NS.dav;
  return element(ns, privilege.slice(colon + 1));
}
