/**
 * What a handler of the protocol is given, and the shape of the rows in the
 * three tables: methods, properties and reports.
 *
 * @module
 */

import type { Conditions } from "../service/conditions.ts";
import type {
  PropChange,
  Reader,
  Resource,
  ResourceKind,
  Service,
  Session,
} from "../service/types.ts";
import type { Privilege } from "../service/privileges.ts";
import type { Outcome, ResourcePath } from "../service/problems.ts";
import type { XmlElement } from "../xml/names.ts";

/** A URL of ours, split into names (RFC 3986 section 2.4: split first, then decode). */
export interface RequestTarget {
  /** What it names; null where the layout has no such place (404). */
  readonly path: ResourcePath | null;
  /** The path as sent, without query and base path: hrefs of members repeat its spelling. */
  readonly raw: string;
  /** True where it ended in a slash. */
  readonly slash: boolean;
}

/** The request headers that WebDAV defines, parsed once. */
export interface DavHeaders {
  /** RFC 4918 section 10.2; null where absent. */
  readonly depth: "0" | "1" | "infinity" | null;
  /** RFC 4918 section 10.6. */
  readonly overwrite: boolean;
  /** RFC 4918 section 10.3; null where absent. */
  readonly destination: RequestTarget | null;
  /** RFC 9110 section 13.1. */
  readonly conditions: Conditions;
  /** RFC 7240 and 8144: `return=minimal` (also `Brief: t`). */
  readonly minimal: boolean;
  /** RFC 8144: `depth-noroot`. */
  readonly noRoot: boolean;
  /** RFC 7809 section 7.1: VTIMEZONEs of all zones that are named, or none of those that everybody knows; null where absent. */
  readonly zones: boolean | null;
}

/** Limits and switches of the protocol. */
export interface DavConfig {
  /** URL prefix, "" or beginning with a slash and without one at the end. */
  readonly basePath: string;
  /** Bytes of one object at most. */
  readonly maxResourceSize: number;
  /** Bytes of one XML body at most. */
  readonly maxXmlSize: number;
  /** Members that one sync-collection answer names at most. */
  readonly maxSyncMembers: number;
  /** IANA name of the zone of floating times where neither the request nor the calendar names one. */
  readonly timezone: string;
  /** Bytes of calendar and address data in one answer at most; 64 MiB when absent. */
  readonly maxAnswerBytes?: number;
  /** About how many characters the properties in one answer may take at most; 256 Mi when absent. */
  readonly maxAnswerLength?: number;
}

/** The three tables, handed down so that rows can advertise what the tables hold. */
export interface DavTables {
  /** All methods. */
  readonly methods: readonly Method[];
  /** All live properties. */
  readonly properties: readonly Property[];
  /** All reports. */
  readonly reports: readonly Report[];
}

/** One request on its way through the protocol. */
export interface DavContext {
  /** The request; its body is read through `body` and `xml` only. */
  readonly request: Request;
  /** What its URL names. */
  readonly target: RequestTarget & { readonly path: ResourcePath };
  /** Its headers. */
  readonly headers: DavHeaders;
  /** Who asks, null for nobody. */
  readonly session: Session | null;
  /** Where data lives and changes. */
  readonly service: Service;
  /** Limits and switches. */
  readonly config: DavConfig;
  /** The tables. */
  readonly tables: DavTables;
  /** The whole body; throws DavError when it is larger than `limit`, slow or cut short. */
  body(limit: number): Promise<Uint8Array>;
  /** The body as XML, undefined where it is empty; throws DavError 400 where it is not well-formed. */
  xml(): Promise<XmlElement | undefined>;
}

/** A method's handler. Throws DavError. */
export type Handler = (context: DavContext) => Promise<Response>;

/** Places a method may be used at: kinds of resources, and names where nothing is yet. */
export type MethodTarget = ResourceKind | "unmapped";

/** What a method needs (RFC 3744 Appendix B). */
export interface MethodPrivilege {
  /** On the target, where something is there. */
  readonly target: Privilege | null;
  /** On its parent, where nothing is there yet or the target needs none. */
  readonly parent: Privilege | null;
}

/** One row of the method table. */
export interface Method {
  /** As in the request line; case counts. */
  readonly name: string;
  /** Where it can be used: what `Allow` is computed from. */
  readonly on: readonly MethodTarget[];
  /** What body it takes. */
  readonly body: "none" | "xml" | "object";
  /**
   * Privilege on the target, or on its parent where nothing is there yet (RFC
   * 3744 Appendix B); "report" where the report's row names it, "lock" where it
   * counts whose lock it is.
   */
  readonly privilege: MethodPrivilege | "report" | "lock";
  /**
   * True where the handler has the conditional headers evaluated itself, in the
   * commit; elsewhere they are evaluated before it runs.
   */
  readonly conditional?: boolean;
  /** True where nobody needs an account to use it on what is open to everybody. */
  readonly anonymous?: boolean;
  /** Does the work. */
  readonly handler: Handler;
}

/** What a property's value is made from. */
export interface PropertyScope {
  /** The resource. */
  readonly resource: Resource;
  /** The state. */
  readonly reader: Reader;
  /** The request's context. */
  readonly context: DavContext;
  /** The element that asked for the property: parameters of calendar-data. */
  readonly requested: XmlElement | undefined;
}

/** Content of a property: text, elements, the whole element with its attributes, or undefined for 404. */
export type PropertyValue =
  | string
  | readonly XmlElement[]
  | XmlElement
  | undefined;

/** One row of the property table: the only place that names the property. */
export interface Property {
  /** Namespace and local name. */
  readonly name: readonly [ns: string, local: string];
  /** Kinds of resources that have it; elsewhere it is unknown. */
  readonly on: readonly ResourceKind[];
  /** Whether allprop gives it. */
  readonly allprop: boolean;
  /** `body`: reads the bytes of the object; evaluators fetch them all first. */
  readonly needs: "record" | "body";
  /** Its value. */
  readonly get: (scope: PropertyScope) => PropertyValue;
  /**
   * Checks a new value (undefined: removal) and gives what to store. Absent: protected.
   * `creating` is true in MKCALENDAR and extended MKCOL.
   */
  readonly set?: (
    element: XmlElement | undefined,
    resource: {
      readonly kind: ResourceKind;
      readonly creating: boolean;
      /** What an href in the value names, null where that is nothing of this server. */
      readonly pathOf: (href: string) => ResourcePath | null;
    },
  ) => Outcome<PropChange | readonly PropChange[]>;
}

/** One row of the report table. */
export interface Report {
  /** Namespace and local name of the body's root element. */
  readonly name: readonly [ns: string, local: string];
  /** Kinds of resources that answer it: what `supported-report-set` is computed from. */
  readonly on: readonly ResourceKind[];
  /** Privilege on the target; `dav:read` when absent. Without another one than that, who lacks it is told that nothing is there. */
  readonly privilege?: Privilege;
  /** Does the work. */
  readonly run: (context: DavContext, body: XmlElement) => Promise<Response>;
}
