/**
 * What each kind of collection holds and where it may be: one table for PUT,
 * MKCOL, COPY and MOVE.
 *
 * @module
 */

import {
  DEFAULT_COMPONENTS,
  SUPPORTED_COMPONENTS,
} from "../calendar/component_names.ts";
import { CLASS_FACTS_VERSION, FACTS_VERSION } from "../calendar/facts.ts";
import { checkCalendarObject } from "../calendar/validate.ts";
import {
  ADDRESS_FACTS_VERSION,
  checkAddressObject,
} from "../contacts/validate.ts";
import type { CollKind, CollRecord, ObjectFacts } from "../store/records.ts";
import type { Outcome, ProblemName, Space } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import type { ObjectResource } from "./types.ts";

/** What a kind of objects must keep to. */
export interface ObjectRules {
  /** The kind of resource. */
  readonly kind: ObjectResource["kind"];
  /** Content type as answered to GET; null: as sent. */
  readonly type: string | null;
  /** Media types that a PUT may name; null: any. */
  readonly accepts: readonly string[] | null;
  /** Refusal of another media type. */
  readonly unsupported: ProblemName;
  /** Refusal of a UID that is taken. */
  readonly uidConflict: ProblemName;
  /** Refusal of too many bytes. */
  readonly tooLarge: ProblemName;
  /** Version of the facts that are computed today. */
  readonly factsVersion: number;
  /** Version of the facts that tell the class of an object first; 0 where objects have none. */
  readonly classSince: number;
  /** Computes the facts of valid bytes. */
  readonly check: (bytes: Uint8Array) => Outcome<ObjectFacts>;
}

/** Names that say nothing about the type: what tools send that know none. */
const UNKNOWN_TYPES = ["application/octet-stream"];

/** Characters that a UID may have: it is part of the facts, which are one row. */
const UID_LENGTH = 4096;

/** Refuses a UID that no row has room for. */
function checkLength(
  facts: ObjectFacts,
  refusal: ProblemName,
): Outcome<ObjectFacts> {
  if ((facts.uid ?? "").length <= UID_LENGTH) return succeed(facts);
  return refuse(refusal, `A UID has at most ${UID_LENGTH} characters`);
}

/** Version of the facts of plain files. */
const FILE_FACTS = 1;

const OBJECT_RULES: Readonly<Record<ObjectResource["kind"], ObjectRules>> = {
  "calendar-object": {
    kind: "calendar-object",
    type: "text/calendar; charset=utf-8",
    accepts: ["text/calendar", ...UNKNOWN_TYPES],
    unsupported: "caldav:supported-calendar-data",
    uidConflict: "caldav:no-uid-conflict",
    tooLarge: "caldav:max-resource-size",
    factsVersion: FACTS_VERSION,
    classSince: CLASS_FACTS_VERSION,
    check(bytes) {
      const checked = checkCalendarObject(bytes);
      if (checked.ok) {
        return checkLength(
          checked.facts,
          "caldav:valid-calendar-object-resource",
        );
      }
      return refuse(`caldav:${checked.problem.name}`, checked.problem.message);
    },
  },
  "addressbook-object": {
    kind: "addressbook-object",
    type: "text/vcard; charset=utf-8",
    // RFC 2425 and older programs: the names before text/vcard was registered
    accepts: [
      "text/vcard",
      "text/x-vcard",
      "text/directory",
      ...UNKNOWN_TYPES,
    ],
    unsupported: "carddav:supported-address-data",
    uidConflict: "carddav:no-uid-conflict",
    tooLarge: "carddav:max-resource-size",
    factsVersion: ADDRESS_FACTS_VERSION,
    classSince: 0,
    check(bytes) {
      const checked = checkAddressObject(bytes);
      if (checked.ok) {
        return checkLength(checked.facts, "carddav:valid-address-data");
      }
      return refuse(`carddav:${checked.problem.name}`, checked.problem.message);
    },
  },
  file: {
    kind: "file",
    type: null,
    accepts: null,
    unsupported: "unsupported-media-type",
    uidConflict: "conflict",
    tooLarge: "too-large",
    factsVersion: FILE_FACTS,
    classSince: 0,
    check: () => succeed({ version: FILE_FACTS }),
  },
};

/** One kind of collection. */
export interface CollectionRules {
  /** Objects that it holds, null: none. */
  readonly holds: ObjectResource["kind"] | null;
  /** Kinds of collections that it may be linked in; none for roots. */
  readonly within: readonly CollKind[];
  /** Refusal of another place. */
  readonly misplaced: ProblemName;
}

const COLLECTION_RULES: Readonly<Record<CollKind, CollectionRules>> = {
  "calendar-home": { holds: null, within: [], misplaced: "forbidden" },
  "addressbook-home": { holds: null, within: [], misplaced: "forbidden" },
  "files-root": { holds: "file", within: [], misplaced: "forbidden" },
  calendar: {
    holds: "calendar-object",
    within: ["calendar-home"],
    misplaced: "caldav:calendar-collection-location-ok",
  },
  addressbook: {
    holds: "addressbook-object",
    within: ["addressbook-home"],
    misplaced: "carddav:addressbook-collection-location-ok",
  },
  folder: {
    holds: "file",
    within: ["files-root", "folder"],
    misplaced: "forbidden",
  },
};

/** The rules of a kind of collection. */
export function collectionRules(kind: CollKind): CollectionRules {
  return COLLECTION_RULES[kind];
}

/** The rules of the objects that a collection holds, undefined where it holds none. */
export function heldRules(kind: CollKind): ObjectRules | undefined {
  const { holds } = COLLECTION_RULES[kind];
  return holds === null ? undefined : OBJECT_RULES[holds];
}

/**
 * The class of an object that is not for everybody who may read its
 * collection, undefined where it is; one that its facts are too old to tell
 * counts as PRIVATE.
 */
export function classOf(
  { kind, entry: { facts } }: Pick<ObjectResource, "kind" | "entry">,
): ObjectFacts["access"] {
  const isUnknown = facts.version < OBJECT_RULES[kind].classSince;
  return facts.access ?? (isUnknown ? "PRIVATE" : undefined);
}

/** The rules of the objects that a tree's URLs name, by the URL's first segment. */
export function spaceRules(space: Space): ObjectRules {
  return OBJECT_RULES[SPACE_OBJECTS[space]];
}

const SPACE_OBJECTS: Readonly<Record<Space, ObjectResource["kind"]>> = {
  calendars: "calendar-object",
  addressbooks: "addressbook-object",
  files: "file",
};

/** Whether collections of this kind can have collections as members. */
export function holdsCollections(kind: CollKind): boolean {
  return Object.values(COLLECTION_RULES).some((rules) =>
    rules.within.includes(kind)
  );
}

/** Component types of a new calendar, or a refusal of one that no calendar takes. */
export function newComponents(
  components: readonly string[] | undefined,
): Outcome<readonly string[]> {
  if (components === undefined) return succeed(DEFAULT_COMPONENTS);
  const unknown = components.find((name) =>
    !SUPPORTED_COMPONENTS.includes(name)
  );
  if (unknown === undefined && components.length > 0) {
    return succeed([...new Set(components)]);
  }
  return refuse(
    "caldav:supported-calendar-component",
    unknown === undefined
      ? "A calendar must take at least one component type"
      : `No calendar takes components of type ${unknown.slice(0, 40)}`,
  );
}

/** Refuses an object whose component type its calendar does not take. */
export function checkComponent(
  row: CollRecord,
  facts: ObjectFacts,
): Outcome<null> {
  const { components } = row;
  if (
    components === undefined || facts.component === undefined ||
    components.includes(facts.component)
  ) return succeed(null);
  return refuse(
    "caldav:supported-calendar-component",
    `This calendar takes ${components.join(", ")}, not ${facts.component}`,
  );
}

/** Whether a collection is the root that programs look for calendars or address books in. */
export function isHome({ kind }: { readonly kind: CollKind }): boolean {
  return kind === "calendar-home" || kind === "addressbook-home";
}
