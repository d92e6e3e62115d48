/**
 * Live properties that Apple and Calendar Server brought and everybody uses.
 *
 * @module
 */

import { element, NS } from "../../xml/names.ts";
import type { Property } from "../context.ts";
import { protectedRow, textRow } from "./values.ts";

/** The rows. */
export const APPLE_PROPERTIES: readonly Property[] = [
  // C27: any form of colour, with or without symbolic-color; the new one replaces the old one
  textRow([NS.ical, "calendar-color"], { on: ["calendar"] }),
  textRow([NS.ical, "calendar-order"], { on: ["calendar"] }),
  // C9: what macOS asks the principal for
  protectedRow(
    [NS.cs, "email-address-set"],
    ["principal"],
    ({ resource }) =>
      resource.kind === "principal"
        ? resource.user.emails.map((email) =>
          element(NS.cs, "email-address", email)
        )
        : undefined,
  ),
];
