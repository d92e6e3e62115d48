/**
 * ACEs as the protocol names them (RFC 3744 section 5.5); `store/records.ts`
 * has them as they are kept.
 *
 * @module
 */

import type { PrivateMode } from "../store/records.ts";
import type { ResourcePath } from "./problems.ts";
import type { Privilege } from "./privileges.ts";

/** Whom an ACE is about, as the protocol names it (RFC 3744 section 5.5.1). */
export type AcePrincipal =
  | { readonly type: "all" | "authenticated" | "unauthenticated" | "owner" }
  | { readonly type: "principal"; readonly path: ResourcePath };

/** One access control element (RFC 3744 section 5.5). */
export interface Ace {
  /** Whom it is about. */
  readonly principal: AcePrincipal;
  /** True where it denies, else it grants. */
  readonly deny: boolean;
  /** Privileges, aggregates as they were sent; at least one. */
  readonly privileges: readonly Privilege[];
  /** True where nobody can change it. */
  readonly protected?: boolean;
  /** The collection that it comes from, where that is not the resource itself. */
  readonly inherited?: ResourcePath;
  /** What those it grants reading to, and no writing, are shown of PRIVATE and CONFIDENTIAL objects; absent: "hide" (or, when set, what was set before for the same principal). */
  readonly private?: PrivateMode;
}
