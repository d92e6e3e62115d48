/** The calendar that people share, and where each of them has it. */

import assert from "node:assert/strict";
import type { Session } from "../context.ts";
import type { Listed, Person } from "../people.ts";

/** What the parts of this session share. */
export interface Sharing {
  /** The session. */
  readonly session: Session;
  /** Who owns what is shared. */
  readonly olga: Person;
  /** With whom it is shared first. */
  readonly sven: Person;
  /** With whom it is shared later. */
  readonly tilda: Person;
  /** URL of the calendar in its owner's home. */
  readonly url: string;
  /** What the command line calls it. */
  readonly name: string;
}

/** UID of an event that all may know of. */
export const OPEN = "share-open";

/** UID of one that is private. */
export const PRIVATE = "share-private";

/** What everybody has of their own. */
export const OWN = ["calendars/home", "calendars/tasks", "contacts/contacts"];

/** The folder of the shared calendar on its owner's device. */
export function ownFolder({ olga }: Sharing): string {
  return `${olga.device.calendars}/home`;
}

/** The shared calendar as python-caldav lists it for somebody; undefined where it does not. */
export async function sharedWith(
  { hand }: Person,
): Promise<Listed | undefined> {
  const [found, ...more] = (await hand.calendars()).filter(({ path }) =>
    path.includes("/~")
  );
  assert.deepEqual(more, []);
  return found;
}

/** Likewise, where it must be there: its URL and the folder on the device. */
export async function placeOf(
  { session }: Sharing,
  person: Person,
): Promise<{ readonly url: string; readonly folder: string }> {
  const found = await sharedWith(person);
  assert.ok(found, "the shared calendar is not in the home");
  const name = found.path.split("/").at(-2) ?? "";
  return {
    url: new URL(found.path, session.target.root).href,
    folder: `${person.device.calendars}/${name}`,
  };
}
