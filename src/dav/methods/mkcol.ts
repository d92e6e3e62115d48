/**
 * MKCOL (RFC 4918 section 9.3), extended MKCOL (RFC 5689) and MKCALENDAR (RFC
 * 4791 section 5.3.1): one way to make a collection, with a body or without.
 *
 * @module
 */

import {
  childElements,
  clarkName,
  element,
  isElement,
  NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { NewCollection, PropChange } from "../../service/types.ts";
import type { Problem } from "../../service/problems.ts";
import type { DavContext } from "../context.ts";
import { draftChanges, parseInstructions, uniqueNames } from "../draft.ts";
import type { Instruction } from "../draft.ts";
import { DavError, errorElement, problemError } from "../errors.ts";
import { formatAllow } from "../features.ts";
import { propstatElement, XML_TYPE } from "../multistatus.ts";
import type { Propstat } from "../multistatus.ts";
import { COMPONENT_SET } from "../properties/caldav.ts";
import { writeDocument } from "../../xml/write.ts";

type Kind = NewCollection["kind"];

/** What the body of a request asks for. */
interface Creation {
  readonly kind: Kind;
  /** Name of the root of a refusal; null without a body. */
  readonly response: readonly [ns: string, local: string] | null;
  readonly instructions: readonly Instruction[];
}

/** RFC 5689 section 3.3, RFC 4791 section 4.2, RFC 6352 section 5.2: collection and at most one more. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["{DAV:}collection", "folder"],
  [[`{${NS.caldav}}calendar`, "{DAV:}collection"].sort().join(" "), "calendar"],
  [
    [`{${NS.carddav}}addressbook`, "{DAV:}collection"].sort().join(" "),
    "addressbook",
  ],
]);

/** Handles MKCOL, with and without a body. */
export async function mkcol(context: DavContext): Promise<Response> {
  const body = await context.xml();
  if (body === undefined) {
    return make(context, { kind: "folder", response: null, instructions: [] });
  }
  requireRoot(body, [NS.dav, "mkcol"]);
  return make(context, {
    kind: "folder",
    response: [NS.dav, "mkcol-response"],
    instructions: parseInstructions(body, { remove: false }),
  });
}

/** Handles MKCALENDAR. */
export async function mkcalendar(context: DavContext): Promise<Response> {
  const body = await context.xml();
  const response = [NS.caldav, "mkcalendar-response"] as const;
  if (body === undefined) {
    return make(context, { kind: "calendar", response, instructions: [] });
  }
  requireRoot(body, [NS.caldav, "mkcalendar"]);
  return make(context, {
    kind: "calendar",
    response,
    instructions: parseInstructions(body, { remove: false }),
  });
}

/** A body of another kind is one that nobody here understands (RFC 4918 section 9.3.1). */
function requireRoot(
  body: XmlElement,
  [ns, local]: readonly [ns: string, local: string],
): void {
  if (isElement(body, ns, local)) return;
  throw new DavError(
    "unsupported-media-type",
    `Cannot read the body: expected ${local}, got ${body.name.slice(0, 40)}`,
  );
}

async function make(
  context: DavContext,
  creation: Creation,
): Promise<Response> {
  const { service, session, target } = context;
  const typed = typeOf(creation);
  const draft = typed === null ? null : draftChanges(
    creation.instructions.filter((one) => !isResourceType(one)),
    { kind: typed, creating: true },
    context,
  );
  const failure = failed(creation, draft);
  if (failure !== undefined || typed === null || !draft?.ok) {
    return refusal(creation, failure ?? []);
  }
  const made = await service.make(
    session,
    target.path,
    {
      ...newCollection(typed, draft.changes),
      conditions: context.headers.conditions,
    },
  );
  if (!made.ok) {
    throw await makeError(made.problem, { context, creation, kind: typed });
  }
  return new Response(null, {
    status: 201,
    // RFC 4791 section 5.3.1
    headers: { "cache-control": "no-cache" },
  });
}

function isResourceType({ name: [ns, local] }: Instruction): boolean {
  return ns === NS.dav && local === "resourcetype";
}

/** The kind that the body's resourcetype asks for; null where no collection is of that type. */
function typeOf({ kind, instructions }: Creation): Kind | null {
  let type: Kind | null = kind;
  for (const { value } of instructions.filter(isResourceType)) {
    const names = value === undefined ? [] : childElements(value)
      .map((child) => clarkName(child.ns, child.name));
    const named = KINDS.get([...new Set(names)].sort().join(" ")) ?? null;
    // MKCALENDAR makes calendars only.
    type = kind === "calendar" && named !== "calendar" ? null : named;
  }
  return type;
}

/** The propstats of a refusal, undefined where nothing is wrong. */
function failed(
  { instructions }: Creation,
  draft: ReturnType<typeof draftChanges> | null,
): readonly Propstat[] | undefined {
  const names = uniqueNames(instructions);
  const isType = (one: XmlElement) => isElement(one, NS.dav, "resourcetype");
  if (draft === null) {
    const error = new DavError(
      "dav:valid-resourcetype",
      "There is no such type of collection here",
    );
    const others = names.map((one) => one.element).filter((one) =>
      !isType(one)
    );
    return [
      {
        status: error.status,
        props: [element(NS.dav, "resourcetype")],
        error: errorElement(error),
      },
      ...others.length === 0 ? [] : [{ status: 424, props: others }],
    ];
  }
  if (draft.ok) return undefined;
  const type = names.map((one) => one.element).filter(isType);
  return withDependents(draft.propstats, type);
}

/** Adds properties that failed only because others did. */
function withDependents(
  propstats: readonly Propstat[],
  more: readonly XmlElement[],
): readonly Propstat[] {
  if (more.length === 0) return propstats;
  const own = propstats.filter((one) => one.status !== 424);
  const dependents = propstats.filter((one) => one.status === 424)
    .flatMap((one) => one.props);
  return [...own, { status: 424, props: [...more, ...dependents] }];
}

/** RFC 5689 section 3.5: the status is that of the first property that failed. */
function refusal(
  creation: Creation,
  propstats: readonly Propstat[],
): Response {
  const root = element(
    ...creation.response ?? [NS.dav, "mkcol-response"] as const,
    ...propstats.map(propstatElement),
  );
  return new Response(writeDocument(root), {
    status: propstats[0]?.status ?? 403,
    headers: { "content-type": XML_TYPE, "cache-control": "no-cache" },
  });
}

/** What the collection has of its own is taken out of its properties. */
function newCollection(
  kind: Kind,
  changes: readonly PropChange[],
): NewCollection {
  const [ns, local] = COMPONENT_SET;
  const isComponents = (one: PropChange) =>
    one.ns === ns && one.local === local;
  const components = changes.findLast(isComponents)?.value?.split(",")
    .filter((name) => name !== "");
  const props = changes.filter((one) => !isComponents(one));
  return kind === "calendar" && components !== undefined
    ? { kind, components, props }
    : { kind, props };
}

/** What the service refused, in the words of the method. */
async function makeError(
  problem: Problem,
  { context, creation, kind }: {
    context: DavContext;
    creation: Creation;
    kind: Kind;
  },
): Promise<DavError> {
  const { message } = problem;
  if (problem.name === "already-exists") {
    if (creation.response !== null) {
      return new DavError("dav:resource-must-be-null", message);
    }
    return new DavError("already-exists", message, {
      headers: { allow: await allowedHere(context) },
    });
  }
  // Plain collections are for files only: say that the type is what is wrong.
  if (problem.name === "forbidden" && kind === "folder") {
    return new DavError(
      "dav:valid-resourcetype",
      `${message}: use MKCALENDAR, or MKCOL with a resourcetype`,
    );
  }
  return problemError(problem, context.config);
}

async function allowedHere(context: DavContext): Promise<string> {
  const { service, session, target, tables } = context;
  const kind = await service.read(
    session,
    (reader) => reader.resolve(target.path)?.kind,
  );
  return formatAllow(tables, kind ?? "unmapped");
}
