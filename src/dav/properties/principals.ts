/**
 * Live properties of principals (RFC 3744 section 4).
 *
 * @module
 */

import { refuse, succeed } from "../../service/problems.ts";
import type { Outcome, ResourcePath } from "../../service/problems.ts";
import type { PropChange } from "../../service/types.ts";
import {
  childElements,
  element,
  isElement,
  NS,
  textOf,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import {
  hrefElement,
  isPrincipal,
  PRINCIPALS,
  protectedRow,
} from "./values.ts";

const GROUP_MEMBER_SET = [NS.dav, "group-member-set"] as const;

/** The rows. None of them is given by allprop. */
export const PRINCIPAL_PROPERTIES: readonly Property[] = [
  // RFC 3744 section 4.1
  protectedRow(
    [NS.dav, "alternate-URI-set"],
    PRINCIPALS,
    ({ resource }) =>
      resource.kind === "principal"
        ? resource.user.emails.map((email) =>
          element(NS.dav, "href", `mailto:${email}`)
        )
        : [],
  ),
  // RFC 3744 section 4.2
  protectedRow(
    [NS.dav, "principal-URL"],
    PRINCIPALS,
    (scope) => [hrefElement(scope.resource.path, scope)],
  ),
  // RFC 3744 section 4.3: a group's owner sets it, a user has none
  {
    ...protectedRow(
      GROUP_MEMBER_SET,
      PRINCIPALS,
      (scope) =>
        scope.resource.kind === "group"
          ? scope.reader.groupMembers(scope.resource)
            .map(({ path }) => hrefElement(path, scope))
          : [],
    ),
    set: (sent, resource) =>
      resource.kind === "group" && sent !== undefined
        ? readMembers(sent, resource.pathOf)
        : refuse(
          "dav:cannot-modify-protected-property",
          "The members are set on groups only, to none by an empty element",
        ),
  },
  // RFC 3744 section 4.4
  protectedRow(
    [NS.dav, "group-membership"],
    PRINCIPALS,
    (scope) =>
      isPrincipal(scope.resource)
        ? scope.reader.memberships(scope.resource)
          .map(({ path }) => hrefElement(path, scope))
        : undefined,
  ),
];

/** The principals that a new value names; whether they are there is for the service to say. */
function readMembers(
  sent: XmlElement,
  pathOf: (href: string) => ResourcePath | null,
): Outcome<PropChange> {
  const principals: ResourcePath[] = [];
  for (const child of childElements(sent)) {
    if (!isElement(child, NS.dav, "href")) {
      return refuse("conflict", "Cannot set group-member-set: expected hrefs");
    }
    const path = pathOf(textOf(child));
    if (path?.type !== "principal") {
      return refuse(
        "dav:recognized-principal",
        "Not all members are principals of this server",
      );
    }
    principals.push(path);
  }
  const [ns, local] = GROUP_MEMBER_SET;
  return succeed({ ns, local, value: "", principals });
}
