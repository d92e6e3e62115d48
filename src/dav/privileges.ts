/**
 * Privileges as XML (RFC 3744 section 5.3); `service/privileges.ts` has the
 * tree.
 *
 * @module
 */

import { isPrivilege } from "../service/privileges.ts";
import type { Privilege } from "../service/privileges.ts";
import { element, NS } from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";

/** The element that stands for a privilege inside `DAV:privilege`. */
export function privilegeElement(privilege: Privilege): XmlElement {
  const colon = privilege.indexOf(":");
  const ns = privilege.slice(0, colon) === "caldav" ? NS.caldav : NS.dav;
  return element(ns, privilege.slice(colon + 1));
}

/** The privilege that such an element stands for, undefined for one that no resource has. */
export function readPrivilege(sent: XmlElement): Privilege | undefined {
  const prefix = sent.ns === NS.dav
    ? "dav"
    : sent.ns === NS.caldav
    ? "caldav"
    : undefined;
  const name = `${prefix}:${sent.name}`;
  return isPrivilege(name) ? name : undefined;
}
