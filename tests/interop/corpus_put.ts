/**
 * Puts the corpus into collections: one for each source; a file whose UID is
 * taken there goes into a second one, and so on.
 */

import type { Session } from "./context.ts";
import type { CorpusFile } from "./corpus_files.ts";
import { type Answer, childrenNamed, type Dav, parseXml } from "./dav.ts";

/** One collection on the server. */
export interface Place {
  /** Last segment of its URL. */
  readonly name: string;
  /** Its URL, with a slash at its end. */
  readonly url: string;
  /** Which multiget it understands. */
  readonly kind: "calendar" | "addressbook";
  /** What its members' names end in. */
  readonly suffix: ".ics" | ".vcf";
}

/** A file that the server took. */
export interface Placed {
  /** The file. */
  readonly file: CorpusFile;
  /** Where it lies. */
  readonly place: Place;
  /** URL of the object. */
  readonly url: string;
}

/** A file that the server refused. */
export interface Refusal {
  /** The file. */
  readonly file: CorpusFile;
  /** Status code. */
  readonly status: number;
  /** Local name of the condition element; empty where the answer has none. */
  readonly condition: string;
}

/** What went in and what did not. */
export interface Places {
  /** Puts the files; throws only where no collection could be made. */
  putAll(files: readonly CorpusFile[]): Promise<void>;
  /** Those that went in. */
  readonly placed: readonly Placed[];
  /** Those that were refused. */
  readonly refused: readonly Refusal[];
}

const CALDAV = "urn:ietf:params:xml:ns:caldav";
/** A calendar made without saying so takes no free-busy times. */
const COMPONENTS = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"];
/** More collections than that for one source: the server must be at fault. */
const MOST_PLACES = 40;

/** Makes the collections in the home of the session's account. */
export function createPlaces(dav: Dav, session: Session): Places {
  const placed: Placed[] = [];
  const refused: Refusal[] = [];
  const made = new Map<string, Place>();

  async function place(file: CorpusFile, number: number): Promise<Place> {
    const isCalendar = file.suffix === ".ics";
    const name = number === 1 ? file.source : `${file.source}-${number}`;
    const user = session.account.name;
    const home = isCalendar
      ? session.target.calendars(user)
      : session.target.addressbooks(user);
    const url = `${home}${encodeURIComponent(name)}/`;
    const known = made.get(url);
    if (known) return known;
    const answer = isCalendar
      ? await dav.request("MKCALENDAR", url, {
        body: `<C:mkcalendar xmlns="DAV:" xmlns:C="${CALDAV}"><set><prop>` +
          `<C:supported-calendar-component-set>` +
          COMPONENTS.map((name) => `<C:comp name="${name}"/>`).join("") +
          `</C:supported-calendar-component-set></prop></set></C:mkcalendar>`,
        headers: { "content-type": "application/xml; charset=utf-8" },
      })
      : await dav.request("MKCOL", url, {
        body: `<mkcol xmlns="DAV:"><set><prop><resourcetype><collection/>` +
          `<addressbook xmlns="urn:ietf:params:xml:ns:carddav"/>` +
          `</resourcetype></prop></set></mkcol>`,
        headers: { "content-type": "application/xml; charset=utf-8" },
      });
    if (answer.status !== 201) {
      throw new Error(`making ${url}: ${answer.status}\n${answer.text}`);
    }
    const fresh: Place = {
      ...{ name, url, suffix: file.suffix },
      kind: isCalendar ? "calendar" : "addressbook",
    };
    made.set(url, fresh);
    return fresh;
  }

  async function put(file: CorpusFile): Promise<void> {
    const type = file.suffix === ".ics" ? "text/calendar" : "text/vcard";
    for (let number = 1; number <= MOST_PLACES; number++) {
      const into = await place(file, number);
      const url = `${into.url}${memberName(file)}`;
      const answer = await dav.request("PUT", url, {
        body: file.bytes,
        headers: { "content-type": type, "if-none-match": "*" },
      });
      if (answer.status === 201) {
        placed.push({ file, place: into, url });
        return;
      }
      const condition = conditionOf(answer);
      if (condition === "no-uid-conflict") continue;
      refused.push({ file, status: answer.status, condition });
      return;
    }
    refused.push({ file, status: 403, condition: "no-uid-conflict" });
  }

  return {
    placed,
    refused,
    async putAll(files) {
      for (const file of files) await put(file);
    },
  };
}

function memberName(file: CorpusFile): string {
  // The whole path, so that equal file names of one source stay apart.
  const [, , ...rest] = file.path.split("/");
  return encodeURIComponent(rest.join("_").slice(-200));
}

function conditionOf(answer: Answer): string {
  try {
    const root = parseXml(answer.text);
    if (root.name !== "{DAV:}error") return "";
    // The one that says why; a description for people may stand beside it.
    const [condition] = root.children.filter((child) =>
      !childrenNamed(root, "{DAV:}responsedescription").includes(child)
    );
    return condition?.name.replace(/^.*}/, "") ?? "";
  } catch {
    return "";
  }
}
