/**
 * What there is in the leak test, and who may read it: computed from RFC 3744
 * sections 5 and 6 alone, without the server.
 *
 * @module
 */

/** Who asks; null for nobody. */
export type Asker = "owner" | "ann" | "ben" | "cas" | null;

/** Whom an ACE is about. */
export type Who = "ann" | "ben" | "cas" | "team" | "inner" | "everyone" | "all";

/** What an ACE grants or denies. */
export type Right = "read" | "write" | "free-busy";

/** One ACE. */
export interface WorldAce {
  readonly who: Who;
  readonly deny: boolean;
  readonly rights: readonly Right[];
  readonly mode: "hide" | "busy" | "show";
}

/** A collection. */
export interface WorldColl {
  /** URL in the owner's tree. */
  readonly path: string;
  readonly kind: "home" | "calendar" | "addressbook" | "folder";
  readonly parent: WorldColl | null;
  aces: readonly WorldAce[];
  readonly objects: Map<string, WorldObject>;
}

/** An object, and all that must not be told of it. */
export interface WorldObject {
  readonly name: string;
  readonly uid: string | null;
  /** A word that is in its bytes and nowhere else. */
  readonly marker: string;
  readonly access: "PUBLIC" | "PRIVATE" | "CONFIDENTIAL";
  aces: readonly WorldAce[];
  /** Without quotes. */
  etag: string;
}

/** Members of the two groups; `inner` is a member of `team`. */
export interface WorldGroups {
  team: ReadonlySet<string>;
  inner: ReadonlySet<string>;
}

/** What somebody may do with something. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  readonly freeBusy: boolean;
  /** True where only the times are shown. */
  readonly masked: boolean;
}

function counts(who: Who, asker: Asker, groups: WorldGroups): boolean {
  if (who === "all") return true;
  if (asker === null) return false;
  switch (who) {
    case "everyone":
      return true;
    case "team":
      return groups.team.has(asker) || groups.inner.has(asker);
    case "inner":
      return groups.inner.has(asker);
    default:
      return who === asker;
  }
}

/** The smallest rights that an ACE is about. */
const ATOMS: Readonly<Record<Right, readonly string[]>> = {
  read: ["look", "busy"],
  write: ["change"],
  "free-busy": ["busy"],
};

const MODES = ["hide", "busy", "show"] as const;

/** ACEs of one resource after the other, from the inside. */
type Levels = readonly (readonly WorldAce[])[];

/** What ACEs give: each atom by the first ACE that names it, the mode by the first resource that lets read. */
function evaluate(
  levels: Levels,
): { readonly granted: ReadonlySet<string>; readonly mode: number } {
  const granted = new Set<string>();
  const denied = new Set<string>();
  for (const ace of levels.flat()) {
    for (const atom of ace.rights.flatMap((right) => ATOMS[right])) {
      if (ace.deny && !granted.has(atom)) denied.add(atom);
      if (!ace.deny && !denied.has(atom)) granted.add(atom);
    }
  }
  const [nearest = []] = levels
    .map((aces) =>
      aces.filter((ace) => !ace.deny && ace.rights.includes("read"))
    )
    .filter((aces) => aces.length > 0);
  const mode = Math.max(0, ...nearest.map((ace) => MODES.indexOf(ace.mode)));
  return { granted, mode };
}

function chain(coll: WorldColl): Levels {
  const above = coll.parent === null ? [] : chain(coll.parent);
  return [coll.aces, ...above];
}

/** What somebody may do with a collection, or with an object in it. */
export function rightsOn(
  asker: Asker,
  groups: WorldGroups,
  place: { readonly coll: WorldColl; readonly object?: WorldObject },
): Rights {
  if (asker === "owner") {
    return { read: true, write: true, freeBusy: true, masked: false };
  }
  const { coll, object } = place;
  const levels = [object?.aces ?? [], ...chain(coll)]
    .map((aces) => aces.filter(({ who }) => counts(who, asker, groups)));
  const { granted, mode } = evaluate(levels);
  const write = asker !== null && granted.has("change");
  const freeBusy = granted.has("busy");
  const read = granted.has("look") && freeBusy;
  const secret = object !== undefined && object.access !== "PUBLIC" && !write;
  return {
    read: read && !(secret && mode === 0),
    write,
    freeBusy,
    masked: read && secret && mode === 1,
  };
}

/** Words that an answer to somebody must not hold at this moment. */
export function secretsFrom(
  asker: Asker,
  groups: WorldGroups,
  colls: readonly WorldColl[],
): string[] {
  return colls.flatMap((coll) =>
    [...coll.objects.values()].flatMap((object) => {
      const { read, masked } = rightsOn(asker, groups, { coll, object });
      const { name, uid, marker, etag } = object;
      if (!read) return [name, marker, etag, ...uid === null ? [] : [uid]];
      return masked ? [marker, etag] : [];
    })
  );
}
