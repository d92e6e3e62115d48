/**
 * The one error of the protocol, and how it becomes an answer.
 *
 * @module
 */

import type { Problem } from "../service/problems.ts";
import type { Privilege } from "../service/privileges.ts";
import { element, NS } from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import { XmlError } from "../xml/parse.ts";
import { carriable, writeDocument } from "../xml/write.ts";
import { CONDITIONS } from "./conditions.ts";
import type { ConditionKey } from "./conditions.ts";
import type { DavConfig } from "./context.ts";
import { formatHref, isCollectionPath } from "./paths.ts";
import { privilegeElement } from "./privileges.ts";

/** What a refusal says beside its name. */
export interface DavErrorOptions extends ErrorOptions {
  /** The resources it is about: `DAV:href` inside the condition. */
  readonly hrefs?: readonly string[];
  /** The privilege that `need-privileges` names. */
  readonly privilege?: Privilege;
  /** Headers of the answer: Allow, Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Elements inside the condition: the filters that `supported-filter` names. */
  readonly details?: readonly XmlElement[];
}

/** Thrown in `dav` and `http` for an expected refusal; everything else that is thrown is a bug. */
export class DavError extends Error {
  /** The class's name, for logs. */
  override readonly name = "DavError";
  /** The row of `CONDITIONS`. */
  readonly condition: ConditionKey;
  /** HTTP status, from the table. */
  readonly status: number;
  /** The resources it is about. */
  readonly hrefs: readonly string[];
  /** The privilege that is missing. */
  readonly privilege: Privilege | undefined;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Elements inside the condition. */
  readonly details: readonly XmlElement[];

  /** Makes one; `message` is a sentence for people. */
  constructor(
    condition: ConditionKey,
    message: string,
    options: DavErrorOptions = {},
  ) {
    super(message, options);
    this.condition = condition;
    this.status = CONDITIONS[condition].status;
    this.hrefs = options.hrefs ?? [];
    this.privilege = options.privilege;
    this.headers = options.headers ?? {};
    this.details = options.details ?? [];
  }
}

/** The error for what the service refused. */
export function problemError(
  problem: Problem,
  config: Pick<DavConfig, "basePath">,
): DavError {
  const { path, privilege } = problem;
  const collection = problem.collection ??
    (path !== undefined && isCollectionPath(path));
  return new DavError(problem.name, problem.message, {
    ...(privilege && { privilege }),
    ...(path && { hrefs: [formatHref(path, config.basePath, collection)] }),
  });
}

/** The error for a body that is no XML for us; gives anything else back as it is. */
export function xmlError(error: unknown): unknown {
  if (!(error instanceof XmlError)) return error;
  const { message } = error;
  const options = { cause: error };
  switch (error.fault) {
    case "entity":
      return new DavError("dav:no-external-entities", message, options);
    case "limit":
      return new DavError("too-large", message, options);
    case "charset":
      return new DavError("unsupported-media-type", message, options);
    case "malformed":
    case "doctype":
      return new DavError("bad-request", message, options);
  }
}

/** Conditions whose definition has the href as their content. */
const WITH_HREF: ReadonlySet<ConditionKey> = new Set<ConditionKey>([
  "caldav:no-uid-conflict",
  "carddav:no-uid-conflict",
  "dav:lock-token-submitted",
  "dav:no-conflicting-lock",
]);

/** The condition's element (RFC 4918 section 16), undefined where it has none. */
export function conditionElement(error: DavError): XmlElement | undefined {
  const name = CONDITIONS[error.condition].element;
  if (name === null) return undefined;
  const hrefs = error.hrefs.map((href) => element(NS.dav, "href", href));
  if (error.condition === "dav:need-privileges") {
    const { privilege } = error;
    const resources = privilege === undefined
      ? []
      : hrefs.map((href) =>
        element(
          NS.dav,
          "resource",
          href,
          element(NS.dav, "privilege", privilegeElement(privilege)),
        )
      );
    return element(...name, ...resources);
  }
  const inner = WITH_HREF.has(error.condition) ? hrefs : error.details;
  return element(...name, ...inner);
}

/** `DAV:error` with the condition, undefined where there is none: an empty one means something else to Thunderbird. */
export function errorElement(error: DavError): XmlElement | undefined {
  const condition = conditionElement(error);
  return condition && element(NS.dav, "error", condition);
}

/**
 * The answer of a refusal: XML with the condition and the sentence for people,
 * or that sentence as plain text.
 */
export function errorResponse(error: DavError): Response {
  const headers = new Headers(error.headers);
  if (error.status === 304) return new Response(null, { status: 304, headers });
  const condition = conditionElement(error);
  if (condition === undefined) {
    headers.set("content-type", "text/plain; charset=utf-8");
    return new Response(`${error.message}\n`, {
      status: error.status,
      headers,
    });
  }
  headers.set("content-type", "application/xml; charset=utf-8");
  const message = element(
    "urn:kalends:ns",
    "message",
    carriable(error.message),
  );
  return new Response(
    writeDocument(element(NS.dav, "error", condition, message)),
    { status: error.status, headers },
  );
}
