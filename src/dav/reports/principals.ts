/**
 * The reports about principals (RFC 3744 sections 9.2 to 9.5): searching them,
 * what can be searched, who one is, and who is named in an ACL.
 *
 * @module
 */

import { principalIds } from "../../service/memberships.ts";
import type { Reader, Resource, ResourceKind } from "../../service/types.ts";
import {
  childElements,
  element,
  findChild,
  isElement,
  NS,
  textOf,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { parseXml } from "../../xml/parse.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { evaluate, parsePropRequest } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { pathOfHref } from "../own_href.ts";
import { formatHref, hrefBelow } from "../paths.ts";
import {
  EVERYWHERE,
  isObject,
  isPrincipal,
  OBJECTS,
} from "../properties/values.ts";
import { requireDepthZero } from "./depth.ts";
import {
  matchesPrincipal,
  parseSearch,
  SEARCH_PROPERTY_SET,
} from "./principal_search.ts";
import type { PrincipalSearch } from "./principal_search.ts";
import { valueElement } from "./property_value.ts";

/** Collections, principals among them. */
const CONTAINERS: readonly ResourceKind[] = EVERYWHERE.filter((kind) =>
  !(OBJECTS as readonly ResourceKind[]).includes(kind)
);

/** Resources that one report may walk through. */
const MAX_WALK = 20_000;

/** Characters of dead properties that it may read. */
const MAX_DEAD = 4 * 1024 * 1024;

/** The rows. */
export const PRINCIPAL_REPORTS: readonly Report[] = [
  {
    name: [NS.dav, "principal-property-search"],
    on: EVERYWHERE,
    run: (context, body) => {
      const search = parseSearch(body);
      return answer(
        context,
        body,
        (reader, resource) =>
          searchRoots(reader, resource, search)
            .flatMap((root) => principalsIn(reader, root))
            .filter((one) =>
              matchesPrincipal(one, search, { reader, context })
            ),
      );
    },
  },
  {
    name: [NS.dav, "principal-match"],
    on: CONTAINERS,
    run: (context, body) => {
      const property = parseMatch(body);
      return answer(
        context,
        body,
        (reader, resource) =>
          property === undefined
            ? principalsIn(reader, resource).filter(matcherOfSelf(reader))
            : matching(reader, context, { resource, property }),
      );
    },
  },
  {
    name: [NS.dav, "acl-principal-prop-set"],
    on: EVERYWHERE,
    run: (context, body) =>
      answer(
        context,
        body,
        (reader, resource) => aclPrincipals(reader, context, resource),
      ),
  },
  SEARCH_PROPERTY_SET,
];

/**
 * Runs a report that is about some resources (RFC 3744: Depth 0 or none): one
 * response for each, with the properties that are asked for.
 */
async function answer(
  context: DavContext,
  body: XmlElement,
  list: (reader: Reader, resource: Resource) => readonly Resource[],
): Promise<Response> {
  requireDepthZero(context);
  const request = parseProps(body);
  const entries = await context.service.read(context.session, (reader) => {
    const { target, config } = context;
    const asked = { path: target.path, privilege: "dav:read" } as const;
    const resource = requireResource(reader, asked, config);
    return list(reader, resource).map((one) =>
      responseOf(one, request, { reader, context })
    );
  });
  return multistatus(entries, { headers: answerHeaders(context) });
}

/** Elements of the bodies that are no properties. */
const NO_PROPERTIES: ReadonlySet<string> = new Set([
  "property-search",
  "apply-to-principal-collection-set",
  "self",
  "principal-property",
]);

/** `prop`; properties that stand beside it are taken as if they were inside (a listed leniency). */
function parseProps(body: XmlElement): PropRequest | undefined {
  const prop = findChild(body, NS.dav, "prop");
  if (prop === undefined) return undefined;
  const beside = childElements(body).filter((one) =>
    one !== prop && !(one.ns === NS.dav && NO_PROPERTIES.has(one.name))
  );
  const names = { ...prop, children: [...prop.children, ...beside] };
  return parsePropRequest(element(NS.dav, "propfind", names));
}

/** What lies below the target is spelt as the request spells it, all else canonically. */
function responseOf(
  resource: Resource,
  request: PropRequest | undefined,
  { reader, context }: { reader: Reader; context: DavContext },
): ResponseEntry {
  const { target, config } = context;
  const collection = !isObject(resource);
  const href = isPrincipal(resource)
    ? formatHref(resource.path, config.basePath, true)
    : hrefBelow(target, config.basePath, { path: resource.path, collection });
  if (request === undefined) return { href, status: 200 };
  const options = { reader, context, bodies: false };
  return { href, propstats: evaluate(request, resource, options) };
}

/** Where a search looks: below the target, or in the collections of principals that it names. */
function searchRoots(
  reader: Reader,
  resource: Resource,
  { everywhere }: PrincipalSearch,
): Resource[] {
  if (!everywhere) return [resource];
  // what DAV:principal-collection-set says, on all resources
  return (["users", "groups"] as const).flatMap((set) =>
    reader.resolve({ type: "principals", set }) ?? []
  );
}

/** The principals at or below a resource that the session may see. */
function principalsIn(reader: Reader, resource: Resource): Resource[] {
  switch (resource.kind) {
    case "principal":
    case "group":
      return [resource];
    case "root":
    case "principals": {
      const below = reader.children(resource);
      if (below.length > MAX_WALK) throw tooMany();
      return below.flatMap((one) => principalsIn(reader, one));
    }
    default:
      return [];
  }
}

/** Tells the principals that match who asks: the user, and all groups that they belong to (RFC 3744 section 5.5.1). */
function matcherOfSelf(reader: Reader): (resource: Resource) => boolean {
  const { session, view } = reader;
  const ids = session === null
    ? new Set<string>()
    : principalIds(view, session.user.id);
  return (resource) => {
    const id = idOf(resource);
    return id !== undefined && ids.has(id);
  };
}

function idOf(resource: Resource): string | undefined {
  if (resource.kind === "principal") return resource.user.id;
  return resource.kind === "group" ? resource.group.id : undefined;
}

/** RFC 3744 section 9.3: `self`, or the property that names a principal. */
function parseMatch(body: XmlElement): XmlElement | undefined {
  const self = findChild(body, NS.dav, "self");
  const outer = findChild(body, NS.dav, "principal-property");
  const [property, second] = outer === undefined ? [] : childElements(outer);
  const valid = self === undefined
    ? property !== undefined && second === undefined
    : outer === undefined;
  if (valid) return property;
  throw new DavError(
    "bad-request",
    "Cannot read principal-match: expected self, or principal-property with one property",
  );
}

/** Members at any depth whose property names the current user, or a group that they belong to. */
function matching(
  reader: Reader,
  context: DavContext,
  { resource, property }: { resource: Resource; property: XmlElement },
): Resource[] {
  const found: Resource[] = [];
  const isSelf = matcherOfSelf(reader);
  const rest = [...reader.children(resource)];
  let seen = 0;
  let characters = 0;
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    if (++seen > MAX_WALK) throw tooMany();
    const value = valueElement(property, one, { reader, context });
    characters += value?.raw?.length ?? 0;
    if (characters > MAX_DEAD) throw tooMany();
    const hrefs = value === undefined ? [] : hrefsIn(withChildren(value));
    const names = hrefs.some((href) => {
      const principal = resolveHref(reader, context, href);
      return principal !== undefined && isSelf(principal);
    });
    if (names) found.push(one);
    rest.push(...reader.children(one));
  }
  return found;
}

/** A dead property is XML text until somebody looks into it. */
function withChildren(value: XmlElement): XmlElement {
  return value.raw === undefined ? value : parseXml(value.raw);
}

function tooMany(): DavError {
  return new DavError(
    "dav:number-of-matches-within-limits",
    "There is too much below this resource",
  );
}

/** The principals that an ACL names, each once (RFC 3744 section 9.2). */
function aclPrincipals(
  reader: Reader,
  context: DavContext,
  resource: Resource,
): Resource[] {
  const { path } = resource;
  requireResource(reader, { path, privilege: "dav:read-acl" }, context.config);
  const acl = valueElement(element(NS.dav, "acl"), resource, {
    reader,
    context,
  });
  const named = (acl === undefined ? [] : childElements(acl))
    .flatMap((ace) => findChild(ace, NS.dav, "principal") ?? [])
    .flatMap((principal) =>
      principalHrefs(principal, resource, {
        reader,
        context,
      })
    );
  const found = new Map<string, Resource>();
  for (const href of named) {
    const principal = resolveHref(reader, context, href);
    const id = principal && idOf(principal);
    if (id === undefined || principal === undefined) continue;
    const isReadable = reader.privileges(principal).has("dav:read");
    if (isReadable) found.set(id, principal);
  }
  return [...found.values()];
}

/** A principal by its URL, or by a property of the resource that has its URL. */
function principalHrefs(
  principal: XmlElement,
  resource: Resource,
  scope: { reader: Reader; context: DavContext },
): string[] {
  const property = findChild(principal, NS.dav, "property");
  const [name] = property === undefined ? [] : childElements(property);
  if (name === undefined) return hrefsIn(principal);
  const value = valueElement(name, resource, scope);
  return value === undefined ? [] : hrefsIn(value);
}

function hrefsIn(value: XmlElement): string[] {
  return childElements(value).filter((one) => isElement(one, NS.dav, "href"))
    .map((one) => textOf(one).trim());
}

/** What an href of ours names, undefined for others. */
function resolveHref(
  reader: Reader,
  context: DavContext,
  href: string,
): Resource | undefined {
  const path = pathOfHref(href, context);
  return path === null ? undefined : reader.resolve(path);
}
