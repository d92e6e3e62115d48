/**
 * An ACL as the protocol shows it (RFC 3744 section 5.5): the protected ACE,
 * those of the resource itself, then what it inherits, with ids turned into
 * names.
 *
 * @module
 */

import type { AceSubject } from "../store/records.ts";
import type { View } from "../store/view.ts";
import { objectAces, readChain, type StoredAce } from "./acl.ts";
import { collectionPath } from "./places.ts";
import { principalById } from "./principals.ts";
import type { ResourcePath } from "./problems.ts";
import type { Ace, AcePrincipal } from "./ace.ts";
import { READING } from "./privileges.ts";
import type {
  CollectionResource,
  GroupResource,
  ObjectResource,
  Resource,
} from "./types.ts";

/** On what is nobody's, and on principals. */
const COMMON: Ace = {
  principal: { type: "authenticated" },
  deny: false,
  privileges: READING,
  protected: true,
};

/** On all that is stored: an owner can't be locked out. */
const OWNER: Ace = {
  principal: { type: "owner" },
  deny: false,
  privileges: ["dav:all"],
  protected: true,
};

/** The ACEs of a resource in the order of their evaluation. */
export function readAcl(view: View, resource: Resource): readonly Ace[] {
  switch (resource.kind) {
    case "root":
    case "principals":
    case "space":
      return [COMMON];
    case "principal":
      return [ofPrincipal(resource.path), COMMON];
    case "group":
      return [...ofGroup(view, resource), COMMON];
    default:
      return [OWNER, ...readStored(view, resource)];
  }
}

/** What a principal may do with what is theirs among principals. */
function ofPrincipal(path: ResourcePath): Ace {
  return {
    principal: { type: "principal", path },
    deny: false,
    privileges: [...READING, "dav:write-properties"],
    protected: true,
  };
}

function ofGroup(view: View, { group }: GroupResource): Ace[] {
  if (group.owner === null) return [];
  const owner = principalById(view, { id: group.owner, type: "user" });
  return owner === undefined ? [] : [ofPrincipal(owner.path)];
}

function readStored(
  view: View,
  resource: CollectionResource | ObjectResource,
): Ace[] {
  const isObject = "entry" in resource;
  const { ref } = isObject ? resource.parent : resource;
  const own = isObject ? objectAces(view, resource) : [];
  const around = readChain(view, ref).map((stored) => ({
    stored,
    inherited: isObject || stored.coll !== ref.id,
  }));
  return [...own.map((stored) => ({ stored, inherited: false })), ...around]
    .flatMap(({ stored, inherited }) => {
      const principal = subjectOf(view, stored.who);
      if (principal === undefined) return [];
      const ace = aceOf(stored, principal);
      if (!inherited) return [ace];
      const from = { id: stored.coll, tree: ref.tree };
      return [{ ...ace, inherited: collectionPath(view, from) }];
    });
}

function aceOf(
  { deny, privileges, private: mode }: StoredAce,
  principal: AcePrincipal,
): Ace {
  const ace = { principal, deny, privileges };
  return mode === undefined ? ace : { ...ace, private: mode };
}

/** Whom a row names, undefined where they are gone. */
function subjectOf(view: View, who: AceSubject): AcePrincipal | undefined {
  if (who.type !== "user" && who.type !== "group") return { type: who.type };
  const principal = principalById(view, { id: who.id, type: who.type });
  return principal && { type: "principal", path: principal.path };
}
