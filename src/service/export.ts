/**
 * Takes a calendar or address book out as a sync client would: page by page,
 * until nothing has changed since, so that what comes out is one version of it
 * however long that takes (RFC 6578).
 *
 * @module
 */

import type { CollKind, PropRecord } from "../store/records.ts";
import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import type { TreePath } from "./resolve.ts";
import type { ObjectResource, Reader, Service, Session } from "./types.ts";

/** An object as it is now. */
export interface ExportedObject {
  /** Its name. */
  readonly name: string;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its settable properties. */
  readonly props: readonly PropRecord[];
}

/** Takes what is exported; the last word on each name counts. */
export interface ExportSink {
  /** An object that is there. */
  readonly write: (object: ExportedObject) => Promise<void>;
  /** A name at which nothing is any more. */
  readonly remove: (name: string) => Promise<void>;
  /** Told how many objects were taken out of how many. */
  readonly progress?: (done: number, total: number) => void;
}

/** The collection itself, as it was when the last object was taken out. */
export interface ExportedCollection {
  /** What it is. */
  readonly kind: CollKind;
  /** Component types that it takes; absent for address books. */
  readonly components?: readonly string[];
  /** Its settable properties. */
  readonly props: readonly PropRecord[];
}

/** Objects read at once. */
const PAGE = 100;

/** Tries of an export whose token is refused because access changed. */
const TRIES = 5;

/** Takes out all objects of a collection. */
export async function exportObjects(
  service: Service,
  session: Session,
  { path, sink, signal }: {
    readonly path: TreePath;
    readonly sink: ExportSink;
    readonly signal?: AbortSignal;
  },
): Promise<Outcome<ExportedCollection>> {
  let token: string | null = null;
  let done = 0;
  let tries = 0;
  while (signal?.aborted !== true) {
    const since: string | null = token;
    const read: Outcome<Page> = await service.read(
      session,
      (reader): Outcome<Page> => readPage(reader, path, since),
    );
    if (!read.ok) {
      if (read.problem.name !== "dav:valid-sync-token" || ++tries > TRIES) {
        return read;
      }
      token = null;
      continue;
    }
    const page: Page = read.value;
    for (const object of page.objects) await sink.write(object);
    for (const name of page.removed) await sink.remove(name);
    done += page.objects.length;
    sink.progress?.(Math.min(done, page.total), page.total);
    token = page.token;
    if (!page.truncated) return succeed(page.collection);
  }
  return refuse("conflict", "The export was stopped");
}

interface Page {
  readonly objects: readonly ExportedObject[];
  readonly removed: readonly string[];
  readonly token: string;
  readonly truncated: boolean;
  readonly total: number;
  readonly collection: ExportedCollection;
}

function readPage(
  reader: Reader,
  path: TreePath,
  token: string | null,
): Outcome<Page> {
  const found = reader.authorise(path, "dav:read");
  if (!found.ok) return found;
  const collection = found.value;
  if (collection.kind !== "calendar" && collection.kind !== "addressbook") {
    return refuse("forbidden", "Only calendars and address books are exported");
  }
  const synced = reader.sync(collection, token, PAGE);
  if (!synced.ok) return synced;
  const { changed, removed, truncated } = synced.value;
  const objects = changed.filter((each): each is ObjectResource =>
    "entry" in each
  );
  reader.needBodies(objects);
  const { components } = collection.row;
  return succeed({
    objects: objects.map((object) => ({
      name: object.name,
      bytes: reader.body(object),
      props: [...reader.props(object).values()],
    })),
    removed,
    token: synced.value.token,
    truncated,
    total: reader.view.map(collection.ref).size,
    collection: {
      kind: collection.kind,
      props: [...reader.props(collection).values()],
      ...(components === undefined ? {} : { components }),
    },
  });
}

/** Paths of all calendars and address books of an account, by name. */
export async function listExportable(
  service: Service,
  session: Session,
): Promise<readonly TreePath[]> {
  const user = session.user.login;
  return await service.read(session, (reader) => {
    const paths: TreePath[] = [];
    for (const space of ["calendars", "addressbooks"] as const) {
      const home = reader.resolve({ type: "tree", space, user, names: [] });
      if (home === undefined) continue;
      for (const child of reader.children(home)) {
        if (child.kind === "calendar" || child.kind === "addressbook") {
          paths.push(child.path);
        }
      }
    }
    return paths;
  });
}
