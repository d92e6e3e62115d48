/**
 * expand-property (RFC 3253 section 3.8): properties, and in place of the hrefs
 * in them the properties of the resources that they name.
 *
 * @module
 */

import type { Reader, Resource } from "../../service/types.ts";
import {
  attributeOf,
  childElements,
  clarkName,
  element,
  isElement,
  NS,
  textOf,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { checkNames, evaluate } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus, responseElement } from "../multistatus.ts";
import type { Propstat, ResponseEntry } from "../multistatus.ts";
import { pathOfHref } from "../own_href.ts";
import { formatHref, selfHref } from "../paths.ts";
import { EVERYWHERE, isObject } from "../properties/values.ts";

/** Responses in one answer: each level of nesting multiplies them. */
const MAX_RESPONSES = 1000;

/** A property, and what is wanted of the resources that it names. */
interface Wanted {
  readonly name: XmlElement;
  readonly inner: readonly Wanted[];
}

/** What an expansion goes on with. */
interface Expansion {
  readonly reader: Reader;
  readonly context: DavContext;
  /** Responses that may still be made. */
  readonly left: { responses: number };
}

/** The row. */
export const EXPAND_PROPERTY: Report = {
  name: [NS.dav, "expand-property"],
  on: EVERYWHERE,
  run: async (context, body) => {
    const wanted = parseProperties(body);
    const { target, config, service, session } = context;
    const entry = await service.read(session, (reader) => {
      const asked = { path: target.path, privilege: "dav:read" } as const;
      const resource = requireResource(reader, asked, config);
      const left = { responses: MAX_RESPONSES };
      return {
        href: selfHref(target, config.basePath, !isObject(resource)),
        propstats: expand(resource, wanted, { reader, context, left }),
      };
    });
    return multistatus([entry], { headers: answerHeaders(context) });
  },
};

/** `property` elements with their attributes; the depth of XML bounds the nesting. */
function parseProperties(parent: XmlElement): Wanted[] {
  return childElements(parent)
    .filter((one) => isElement(one, NS.dav, "property"))
    .map((one) => {
      const name = attributeOf(one, "name")?.trim() ?? "";
      if (name === "") {
        throw new DavError(
          "bad-request",
          "Cannot read expand-property: a property needs a name",
        );
      }
      const ns = attributeOf(one, "namespace")?.trim() ?? NS.dav;
      return { name: element(ns, name), inner: parseProperties(one) };
    });
}

function expand(
  resource: Resource,
  wanted: readonly Wanted[],
  expansion: Expansion,
): Propstat[] {
  if (--expansion.left.responses < 0) {
    throw new DavError(
      "dav:number-of-matches-within-limits",
      "The expansion names too many resources",
    );
  }
  checkNames(wanted);
  const { reader, context } = expansion;
  const names = [
    ...new Map(
      wanted.map(({ name }) => [clarkName(name.ns, name.name), name]),
    ).values(),
  ];
  const options = { reader, context, bodies: false };
  return evaluate({ type: "prop", names }, resource, options).map((propstat) =>
    propstat.status !== 200 ? propstat : {
      ...propstat,
      props: propstat.props.map((prop) => {
        const inner = wanted.filter((one) =>
          isElement(prop, one.name.ns, one.name.name)
        ).flatMap((one) => one.inner);
        return inner.length === 0 ? prop : replaceHrefs(prop, inner, expansion);
      }),
    }
  );
}

/** Every href in a value that names something here becomes a response. */
function replaceHrefs(
  value: XmlElement,
  inner: readonly Wanted[],
  expansion: Expansion,
): XmlElement {
  return {
    ...value,
    children: value.children.map((child) => {
      if (typeof child === "string") return child;
      if (!isElement(child, NS.dav, "href")) {
        return replaceHrefs(child, inner, expansion);
      }
      const entry = follow(textOf(child).trim(), inner, expansion);
      return entry === undefined ? child : responseElement(entry);
    }),
  };
}

/** The response in place of an href, undefined for mail addresses and what else names no resource here. */
function follow(
  href: string,
  inner: readonly Wanted[],
  expansion: Expansion,
): ResponseEntry | undefined {
  const { reader, context } = expansion;
  const { config } = context;
  const path = pathOfHref(href, context);
  if (path === null) return undefined;
  const found = reader.authorise(path, "dav:read");
  if (!found.ok) {
    return { href, status: found.problem.name === "not-found" ? 404 : 403 };
  }
  const resource = found.value;
  return {
    href: formatHref(resource.path, config.basePath, !isObject(resource)),
    propstats: expand(resource, inner, expansion),
  };
}
