/**
 * A calendar or address book as one file: what GET on its URL answers.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { joinCalendars } from "../calendar/files/join.ts";
import { zoneDataTag } from "../calendar/zones/listed_zones.ts";
import { joinVcards } from "../contacts/join.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
  Resource,
} from "../service/types.ts";
import { clarkName, NS } from "../xml/names.ts";
import type { DavConfig } from "./context.ts";
import { DavError } from "./errors.ts";
import { storedText } from "./properties/values.ts";

/** True for collections that GET answers as one file. */
export function hasWholeFile(
  resource: Resource,
): resource is CollectionResource {
  return resource.kind === "calendar" || resource.kind === "addressbook";
}

/** Media type of the file. */
export function wholeFileType(collection: CollectionResource): string {
  return collection.kind === "calendar"
    ? "text/calendar; charset=utf-8"
    : "text/vcard; charset=utf-8";
}

/** Strong entity tag of the file: it changes with any object, with the name that the file shows, and with its time zones. */
export function wholeFileEtag(
  reader: Reader,
  collection: CollectionResource,
  zones: boolean | null,
): string {
  const name = shownName(reader, collection) ?? "";
  const made = collection.kind === "calendar"
    ? zoneDataTag(`file ${zones ?? true}`)
    : "";
  const digest = createHash("sha256").update(`${made} ${name}`).digest("hex");
  return `"${reader.ctag(collection)}-${digest.slice(0, 8)}"`;
}

/** The objects that go into the file. */
export function wholeFileObjects(
  reader: Reader,
  collection: CollectionResource,
): readonly ObjectResource[] {
  return reader.children(collection).filter((each): each is ObjectResource =>
    "entry" in each
  );
}

/** Bytes of objects in one file: they are all in memory at once. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Refuses a file that is too large before a body is read.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits`.
 */
export function checkWholeFile(
  objects: readonly ObjectResource[],
  config: Pick<DavConfig, "maxAnswerBytes">,
): void {
  const bytes = objects.reduce((sum, { entry }) => sum + entry.size, 0);
  if (bytes <= (config.maxAnswerBytes ?? MAX_BYTES)) return;
  throw new DavError(
    "dav:number-of-matches-within-limits",
    "This is too much for one file: fetch the objects one by one",
  );
}

/** The file. */
export function writeWholeFile(
  reader: Reader,
  collection: CollectionResource,
  { objects, zones }: {
    readonly objects: readonly ObjectResource[];
    readonly zones: boolean | null;
  },
): string {
  reader.needBodies(objects);
  const bodies = objects.map((object) => reader.body(object));
  if (collection.kind !== "calendar") return joinVcards(bodies);
  const name = shownName(reader, collection);
  return joinCalendars(bodies, {
    ...name !== undefined && { name },
    zones: zones ?? true,
  });
}

function shownName(
  reader: Reader,
  collection: CollectionResource,
): string | undefined {
  if (collection.kind !== "calendar") return undefined;
  const name = reader.props(collection).get(clarkName(NS.dav, "displayname"))
    ?.value;
  return name === undefined ? undefined : storedText(name);
}
