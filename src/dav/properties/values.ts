/**
 * What the property rows are built from: kinds of resources, elements, and
 * the stored form of settable values.
 *
 * @module
 */

import { refuse, succeed } from "../../service/problems.ts";
import type { Outcome, ResourcePath } from "../../service/problems.ts";
import type {
  CollectionResource,
  GroupResource,
  ObjectResource,
  PrincipalResource,
  PropChange,
  Resource,
  ResourceKind,
} from "../../service/types.ts";
import type { UserRecord } from "../../store/records.ts";
import { decodeUtf8 } from "../../text/text_value.ts";
import { childElements, clarkName, element, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { parseXml } from "../../xml/parse.ts";
import { carriable, writeElement } from "../../xml/write.ts";
import type { Property, PropertyScope, PropertyValue } from "../context.ts";
import { formatHref } from "../paths.ts";

/** Resources that only the layout of URLs makes. */
export const VIRTUAL = ["root", "principals", "space"] as const;

/** Objects. */
export const OBJECTS = [
  "calendar-object",
  "addressbook-object",
  "file",
] as const;

/** Collections that the store holds. */
export const COLLECTIONS = [
  "calendar-home",
  "addressbook-home",
  "files-root",
  "calendar",
  "addressbook",
  "folder",
] as const;

/** Users and groups. */
export const PRINCIPALS = ["principal", "group"] as const;

/** Everything. */
export const EVERYWHERE: readonly ResourceKind[] = [
  ...VIRTUAL,
  ...PRINCIPALS,
  ...COLLECTIONS,
  ...OBJECTS,
];

/** Everything that was made at some time. */
export const DATED: readonly ResourceKind[] = [
  ...PRINCIPALS,
  ...COLLECTIONS,
  ...OBJECTS,
];

/** What can be locked and has ACLs: all that is stored. */
export const STORED: readonly ResourceKind[] = [...COLLECTIONS, ...OBJECTS];

/** True for a collection that the store holds. */
export function isCollection(
  resource: Resource,
): resource is CollectionResource {
  return "ref" in resource;
}

/** True for an object. */
export function isObject(resource: Resource): resource is ObjectResource {
  return "entry" in resource;
}

/** A `DAV:href` element with the canonical href of a collection. */
export function hrefElement(
  path: ResourcePath,
  scope: PropertyScope,
): XmlElement {
  return element(
    NS.dav,
    "href",
    formatHref(path, scope.context.config.basePath, true),
  );
}

/** True for a user or a group. */
export function isPrincipal(
  resource: Resource,
): resource is PrincipalResource | GroupResource {
  return resource.kind === "principal" || resource.kind === "group";
}

/** The path of a user's principal. */
export function principalPath(user: UserRecord): ResourcePath {
  return { type: "principal", set: "users", name: user.login };
}

/**
 * The stored form of a settable live property: its text; where the element has
 * attributes (`xml:lang`, Apple's `symbolic-color`) the whole element as XML,
 * so that they come back (RFC 4918 section 4.4). Text that begins with `<` is
 * stored as XML too, so that the two can be told apart.
 */
export function formatStored(sent: XmlElement): string {
  const text = carriable(sent.children.join(""));
  if ((sent.attributes ?? []).length === 0 && !text.startsWith("<")) {
    return text;
  }
  return writeElement({ ...sent, children: [text] });
}

/** The text in a stored form. */
export function storedText(value: string): string {
  if (!value.startsWith("<")) return value;
  return parseXml(value).children.join("");
}

/** The value of a settable live property as it was set, undefined where it was not. */
export function storedValue(
  scope: PropertyScope,
  name: readonly [ns: string, local: string],
): PropertyValue {
  const value = scope.reader.props(scope.resource).get(clarkName(...name))
    ?.value;
  return value?.startsWith("<") ? parseXml(value) : value;
}

/** A row whose value is text that clients set and remove. */
export function textRow(
  name: readonly [ns: string, local: string],
  options: {
    readonly on: readonly ResourceKind[];
    readonly allprop?: boolean;
    /** Looks at the text before it is stored. */
    readonly check?: (text: string) => Outcome<null>;
    /** The value where nothing was set. */
    readonly fallback?: (scope: PropertyScope) => PropertyValue;
  },
): Property {
  const { on, allprop = false, check, fallback } = options;
  return {
    name,
    on,
    allprop,
    needs: "record",
    get: (scope) => storedValue(scope, name) ?? fallback?.(scope),
    set: (sent) => setText(name, sent, check),
  };
}

function setText(
  [ns, local]: readonly [ns: string, local: string],
  sent: XmlElement | undefined,
  check: ((text: string) => Outcome<null>) | undefined,
): Outcome<PropChange> {
  if (sent === undefined) return succeed({ ns, local, value: null });
  if (childElements(sent).length > 0) {
    return refuse("conflict", `Cannot set ${local}: expected text`);
  }
  const checked = check?.(sent.children.join("")) ?? succeed(null);
  if (!checked.ok) return checked;
  return succeed({ ns, local, value: formatStored(sent) });
}

/**
 * The characters of a stored body; a byte order mark is one of them. Folds
 * inside a character are closed: XML has no half characters.
 */
export function decodeBody(bytes: Uint8Array): string {
  const read = decodeUtf8(bytes);
  if (read.ok) return read.text;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A protected row. */
export function protectedRow(
  name: readonly [ns: string, local: string],
  on: readonly ResourceKind[],
  get: (scope: PropertyScope) => PropertyValue,
): Property {
  return { name, on, allprop: false, needs: "record", get };
}
