/** A fixture with groups, and short forms of what tests do with ACLs. */

import { createGroups, type Groups } from "../../src/service/groups.ts";
import { parsePrincipalName } from "../../src/service/principal_names.ts";
import type { Outcome, ResourcePath } from "../../src/service/problems.ts";
import type { Ace, AcePrincipal } from "../../src/service/ace.ts";
import type { Privilege } from "../../src/service/privileges.ts";
import type { Session } from "../../src/service/types.ts";
import { at, createFixture, type Fixture, value } from "./fixture.ts";

/** A fixture with the groups "team", which "you" belongs to, and "staff", which "team" does. */
export interface AclFixture extends Fixture {
  /** The groups. */
  readonly groups: Groups;
  /** Sets the ACEs of what is at a path, as "me" unless told otherwise. */
  setAcl(
    path: string,
    aces: readonly Ace[],
    session?: Session | null,
  ): Promise<Outcome<null>>;
  /** What a session may do at a path, sorted. */
  privileges(path: string, session: Session | null): Promise<Privilege[]>;
}

/** The principal of `you` or `group:team`, or a pseudo-principal behind `*`. */
export function who(text: string): AcePrincipal {
  if (text.startsWith("*")) {
    return { type: text.slice(1) as "all" };
  }
  return { type: "principal", path: principal(text) };
}

/** The path of `you` or `group:team`. */
export function principal(
  text: string,
): ResourcePath & { readonly type: "principal" } {
  const { type, name } = parsePrincipalName(text);
  const set = type === "group" ? "groups" as const : "users" as const;
  return { type: "principal", set, name };
}

/** An ACE that grants. */
export function allow(text: string, ...privileges: Privilege[]): Ace {
  return { principal: who(text), deny: false, privileges };
}

/** An ACE that denies. */
export function deny(text: string, ...privileges: Privilege[]): Ace {
  return { principal: who(text), deny: true, privileges };
}

/** Makes the fixture. */
export async function createAclFixture(): Promise<AclFixture> {
  const it = await createFixture();
  const groups = createGroups({ store: it.store, clock: () => 0 });
  for (const [name, member] of [["team", "you"], ["staff", "group:team"]]) {
    value(await groups.addGroup({ name: name ?? "" }));
    value(
      await groups.setMembers(name ?? "", [parsePrincipalName(member ?? "")]),
    );
  }
  return {
    ...it,
    groups,
    setAcl: (path, aces, session = it.me) =>
      it.service.setAcl(session, at(path), { aces, conditions: {} }),
    privileges: (path, session) =>
      it.service.read(session, (reader) => {
        const resource = reader.resolve(at(path));
        return resource === undefined
          ? []
          : [...reader.privileges(resource)].sort();
      }),
  };
}
