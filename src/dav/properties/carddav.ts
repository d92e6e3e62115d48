/**
 * Live properties of RFC 6352, and address-data.
 *
 * @module
 */

import { COLLATIONS } from "../../text/collation.ts";
import { element, NS } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import { addressDataOf } from "./address_data.ts";
import { hrefElement, protectedRow, textRow } from "./values.ts";

/** The media type and versions of address data that are stored and given (RFC 6352 section 6.2.2). */
export const ADDRESS_TYPE = {
  type: "text/vcard",
  versions: ["3.0", "4.0"],
} as const;

/** The rows. None of them is given by allprop. */
export const CARDDAV_PROPERTIES: readonly Property[] = [
  // RFC 6352 section 7.1.1; exactly one href (C8)
  protectedRow(
    [NS.carddav, "addressbook-home-set"],
    ["principal"],
    (scope) =>
      scope.resource.kind === "principal"
        ? [
          hrefElement({
            type: "tree",
            space: "addressbooks",
            user: scope.resource.user.login,
            names: [],
          }, scope),
        ]
        : undefined,
  ),
  // RFC 6352 section 6.2.1
  textRow([NS.carddav, "addressbook-description"], { on: ["addressbook"] }),
  // RFC 6352 section 6.2.2
  protectedRow(
    [NS.carddav, "supported-address-data"],
    ["addressbook"],
    () =>
      ADDRESS_TYPE.versions.map((version) => ({
        ...element(NS.carddav, "address-data-type"),
        attributes: [
          { ns: "", name: "content-type", value: ADDRESS_TYPE.type },
          { ns: "", name: "version", value: version },
        ],
      })),
  ),
  // RFC 6352 section 6.2.3
  protectedRow(
    [NS.carddav, "max-resource-size"],
    ["addressbook"],
    ({ context }) => String(context.config.maxResourceSize),
  ),
  // RFC 6352 section 8.3.1
  protectedRow(
    [NS.carddav, "supported-collation-set"],
    ["addressbook-home", "addressbook", "addressbook-object"],
    () =>
      COLLATIONS.map((name) =>
        element(NS.carddav, "supported-collation", name)
      ),
  ),
  // RFC 6352 section 10.4: no property, but asked for like one in reports
  {
    ...protectedRow(
      [NS.carddav, "address-data"],
      ["addressbook-object"],
      addressDataOf,
    ),
    needs: "body",
  },
];
