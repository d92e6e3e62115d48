/**
 * Whether a method can be used at a place, and whether the session may: decided
 * in one place, before any handler runs.
 *
 * @module
 */

import type {
  DavConfig,
  DavTables,
  Method,
  MethodPrivilege,
  RequestTarget,
} from "../dav/context.ts";
import { DavError, problemError } from "../dav/errors.ts";
import { formatAllow } from "../dav/features.ts";
import { parentPath, selfHref } from "../dav/paths.ts";
import type { Problem, ResourcePath } from "../service/problems.ts";
import type { Conditions } from "../service/conditions.ts";
import type { Privilege } from "../service/privileges.ts";
import type { Reader, Resource } from "../service/types.ts";

/** A request as far as the decision needs it. */
export interface DispatchQuestion {
  /** What its URL names. */
  readonly target: RequestTarget & { readonly path: ResourcePath };
  /** Row of its method; undefined where the table has none. */
  readonly method: Method | undefined;
  /** Its conditional headers. */
  readonly conditions: Conditions;
  /** The tables. */
  readonly tables: DavTables;
  /** Limits and switches. */
  readonly config: Pick<DavConfig, "basePath">;
}

/** What a request may go on with. */
export interface DispatchAnswer {
  /** What is there; undefined where nothing is. */
  readonly resource: Resource | undefined;
  /** The refusal, null where the handler may run. */
  readonly error: DavError | null;
}

/** Decides on one version of the store; pure, as it may be run again. */
export function decideDispatch(
  reader: Reader,
  question: DispatchQuestion,
): DispatchAnswer {
  const resource = reader.resolve(question.target.path);
  return { resource, error: refusal(reader, { ...question, resource }) };
}

/** Whether somebody without an account may use a method: only on what `DAV:all` or `DAV:unauthenticated` is granted. */
export function isOpen(
  reader: Reader,
  method: Method,
  path: ResourcePath,
): boolean {
  if (method.anonymous !== true) return false;
  const resource = reader.resolve(path);
  if (resource === undefined) return false;
  const held = reader.privileges(resource);
  const { privilege } = method;
  if (typeof privilege === "string") return isKnown(reader, resource);
  return privilege.target !== null && held.has(privilege.target);
}

type Case = DispatchQuestion & { readonly resource: Resource | undefined };

function refusal(reader: Reader, asked: Case): DavError | null {
  const error = refusalAt(reader, asked);
  const { resource } = asked;
  const isSeen = resource === undefined ||
    reader.privileges(resource).has("dav:read");
  if (error === null || isSeen) return error;
  // What somebody may not see answers them like what is not there.
  return refusalAt(reader, { ...asked, resource: undefined }) ?? error;
}

/** Whether somebody may know of a resource: when somebody is busy tells of a calendar, not of what is in it. */
function isKnown(reader: Reader, resource: Resource): boolean {
  const held = reader.privileges(resource);
  const isBusyTime = "entry" in resource && held.has("caldav:read-free-busy");
  return held.size > (isBusyTime ? 1 : 0);
}

function refusalAt(reader: Reader, asked: Case): DavError | null {
  const { method, resource, target } = asked;
  if (method?.privilege === "report") {
    return refusalOfAny(reader, resource) ?? failedCondition(reader, asked);
  }
  if (method === undefined || !isUsable(method, asked)) {
    const seen = reader.authorise(target.path, "dav:read");
    if (!seen.ok) return lacking(seen.problem, asked, "dav:read");
    return new DavError(
      "method-not-allowed",
      `This method cannot be used on a ${seen.value.kind}`,
      { headers: { allow: formatAllow(asked.tables, seen.value.kind) } },
    );
  }
  const denied = deniedPrivilege(reader, method, asked);
  if (denied !== null) return denied;
  return method.conditional === true ? null : failedCondition(reader, asked);
}

function failedCondition(
  reader: Reader,
  { conditions, resource }: Case,
): DavError | null {
  return reader.meets(conditions, resource) === "go"
    ? null
    : new DavError("precondition-failed", "A conditional header failed");
}

/**
 * Which privilege a report needs is known once its body is: who has none at
 * all is told that nothing is there (RFC 4791 section 7.10), before the body is
 * looked at.
 */
function refusalOfAny(
  reader: Reader,
  resource: Resource | undefined,
): DavError | null {
  return resource !== undefined && isKnown(reader, resource)
    ? null
    : new DavError("not-found", "There is nothing at this URL");
}

/**
 * Methods that make something new are let through to what is there already:
 * their handlers know which refusal each of them needs.
 */
function isUsable(method: Method, { resource, target }: Case): boolean {
  if (method.on.includes(resource?.kind ?? "unmapped")) return true;
  const makes = method.on.every((kind) => kind === "unmapped");
  return makes && resource !== undefined && parentPath(target.path) !== null;
}

/** The privilege column of the table (RFC 3744 Appendix B). */
function deniedPrivilege(
  reader: Reader,
  method: Method,
  asked: Case,
): DavError | null {
  const { privilege } = method;
  if (typeof privilege !== "string") {
    return deniedByTable(reader, privilege, asked);
  }
  const { resource, target } = asked;
  if (resource !== undefined && isKnown(reader, resource)) return null;
  const seen = reader.authorise(target.path, "dav:read");
  return seen.ok ? null : lacking(seen.problem, asked, "dav:read");
}

function deniedByTable(
  reader: Reader,
  privilege: MethodPrivilege,
  asked: Case,
): DavError | null {
  const { resource, target } = asked;
  if (resource !== undefined && privilege.target !== null) {
    const allowed = reader.authorise(target.path, privilege.target);
    if (allowed.ok) return null;
    // What could be made there, were nothing there, is not said to be missing.
    const { problem } = allowed;
    const isHidden = problem.name === "not-found" && privilege.parent !== null;
    return lacking(
      isHidden ? { ...problem, name: "dav:need-privileges" } : problem,
      asked,
      privilege.target,
    );
  }
  const parent = parentPath(target.path);
  if (privilege.parent === null || parent === null) {
    const seen = reader.authorise(target.path, "dav:read");
    return seen.ok ? null : lacking(seen.problem, asked, "dav:read");
  }
  const allowed = reader.authorise(parent, privilege.parent);
  if (allowed.ok) return null;
  if (allowed.problem.name === "not-found" && resource === undefined) {
    return new DavError(
      "missing-parent",
      "There is no collection at the parent of this URL",
    );
  }
  return lacking(allowed.problem, asked, privilege.parent);
}

/**
 * The refusal of what a session may not do. It is the same whether something
 * is there or not, as the session may not be allowed to know: it names the URL
 * as sent and the privilege that stands first in the method's row.
 */
function lacking(problem: Problem, asked: Case, wanted: Privilege): DavError {
  const { config, method, target } = asked;
  if (problem.name !== "dav:need-privileges") {
    return problemError(problem, config);
  }
  const row = typeof method?.privilege === "string"
    ? undefined
    : method?.privilege;
  const privilege = row?.target ?? row?.parent ?? wanted;
  return new DavError(
    "dav:need-privileges",
    `This needs the privilege ${privilege}`,
    {
      hrefs: [selfHref(target, config.basePath, target.slash)],
      privilege,
    },
  );
}
