/**
 * What answers have to be.
 *
 * @module
 */

import { textOf } from "../src/xml/names.ts";
import type { XmlElement } from "../src/xml/names.ts";
import type { Member } from "./client.ts";
import { readMultistatus } from "./client.ts";
import type { BenchEvent, Span } from "./objects.ts";
import type { Ground, Step } from "./questions.ts";
import { report, sync } from "./questions.ts";

/** Checks a multistatus; what is thrown is what is wrong. */
export function multistatus(
  judge: (members: readonly Member[], token: string) => string | undefined,
): Step["check"] {
  return ({ status, text }) => {
    if (status !== 207) return `status ${status}`;
    try {
      const { members, token } = readMultistatus(text);
      return judge(members, token);
    } catch (error) {
      return String(error);
    }
  };
}

/** The last segment of an href. */
export function nameOf(href: string): string {
  return href.slice(href.lastIndexOf("/") + 1);
}

/** The text of a property, "" where it is not there. */
export function textOfProp(member: Member, name: string): string {
  const found: XmlElement | undefined = member.props.get(name);
  return found === undefined ? "" : textOf(found);
}

/** Each event once, each with the ETag that is known, and nothing else. */
export function sameEtags(
  ground: Ground,
  expected: readonly BenchEvent[],
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    const found = new Map<string, string>();
    for (const member of members) {
      const name = nameOf(member.href);
      if (name !== "") found.set(name, textOfProp(member, "getetag").trim());
    }
    if (found.size !== expected.length) {
      return `${found.size} objects instead of ${expected.length}`;
    }
    for (const { name } of expected) {
      const etag = found.get(name);
      if (etag === undefined || etag === "") return `${name} has no ETag`;
      const known = ground.etags.get(name);
      if (known !== undefined && known !== etag) return `wrong ETag: ${name}`;
      ground.etags.set(name, etag);
    }
    return undefined;
  };
}

/** Each event with its data. */
export function hasData(
  expected: readonly BenchEvent[],
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    const data = new Map(
      members.map((member) => [
        nameOf(member.href),
        textOfProp(member, "calendar-data"),
      ]),
    );
    const wrong = expected.find(({ name, uid }) =>
      data.get(name)?.includes(`UID:${uid}`) !== true
    );
    return wrong === undefined ? undefined : `no data of ${wrong.name}`;
  };
}

/** The first fault that one of some judges finds. */
export function both(
  ...judges: ((members: readonly Member[]) => string | undefined)[]
): (members: readonly Member[]) => string | undefined {
  return (members) => {
    for (const judge of judges) {
      const wrong = judge(members);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** Asks for changes since a token, to the last of them. */
export function syncStep(
  ground: Ground,
  since: string,
  judge: (members: readonly Member[], token: string) => string | undefined,
): Step {
  const isCut = ({ status }: Member) => status === 507;
  return {
    ask: report(ground, sync(since), "0"),
    follow({ status, text }) {
      if (status !== 207) return undefined;
      const { members, token } = readMultistatus(text);
      return members.some(isCut) ? report(ground, sync(token), "0") : undefined;
    },
    check(answer, earlier) {
      const cut = earlier.flatMap(({ text }) => readMultistatus(text).members)
        .filter((member) => !isCut(member));
      return multistatus((members, token) =>
        judge([...cut, ...members], token)
      )(
        answer,
        [],
      );
    },
  };
}

/** Busy time of a VFREEBUSY. */
export function busySpans(text: string): Span[] {
  const unfolded = text.replace(/\r?\n[ \t]/g, "");
  const spans: Span[] = [];
  for (
    const [, values = ""] of unfolded.matchAll(/^FREEBUSY[^:\r\n]*:(.*)$/gm)
  ) {
    for (const value of values.trim().split(",")) {
      const [from = "", to = ""] = value.split("/");
      const start = instant(from);
      const length = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(to);
      const end = length === null
        ? instant(to)
        : start + Number(length[1] ?? 0) * 3_600_000 +
          Number(length[2] ?? 0) * 60_000 + Number(length[3] ?? 0) * 1000;
      spans.push({ start, end });
    }
  }
  return spans;
}

function instant(text: string): number {
  const iso = text.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  return Date.parse(iso);
}
