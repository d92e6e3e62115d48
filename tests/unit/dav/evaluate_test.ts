import assert from "node:assert/strict";
import { requireResource } from "../../../src/dav/authorise.ts";
import type { DavContext } from "../../../src/dav/context.ts";
import { DavError } from "../../../src/dav/errors.ts";
import {
  evaluate,
  needsBodies,
  parsePropRequest,
} from "../../../src/dav/evaluate.ts";
import type { EvaluateOptions } from "../../../src/dav/evaluate.ts";
import { lacking } from "../../../src/service/authorise.ts";
import { refuse } from "../../../src/service/problems.ts";
import type { Privilege } from "../../../src/service/privileges.ts";
import type { Reader, Resource } from "../../../src/service/types.ts";
import { parseXml } from "../../../src/xml/parse.ts";
import type { XmlElement } from "../../../src/xml/names.ts";

const ROOT: Resource = { kind: "root", path: { type: "root" } };

/** A reader of a session with some privileges and no properties. */
function options(...privileges: Privilege[]): EvaluateOptions {
  const reader = {
    session: null,
    props: () => new Map(),
    privileges: () => new Set(privileges),
  } as unknown as Reader;
  const context = {
    headers: { minimal: false },
    config: { basePath: "/dav" },
    tables: { methods: [], properties: [], reports: [] },
  } as unknown as DavContext;
  return { reader, context, bodies: false };
}

function ask(inner: string): ReturnType<typeof parsePropRequest> {
  return parsePropRequest(
    parseXml(`<propfind xmlns="DAV:">${inner}</propfind>`),
  );
}

function names(propstats: ReturnType<typeof evaluate>): [number, string[]][] {
  return propstats.map((
    { status, props },
  ) => [status, props.map((one: XmlElement) => one.name)]);
}

Deno.test("evaluate() answers 403 need-privileges for a property that one may not read", () => {
  const request = ask(
    "<prop><acl/><displayname/><none/><current-user-privilege-set/></prop>",
  );
  const propstats = evaluate(request, ROOT, options("dav:read"));
  assert.deepEqual(names(propstats), [
    [200, ["displayname"]],
    [404, ["none"]],
    [403, ["acl"]],
    [403, ["current-user-privilege-set"]],
  ]);
  assert.match(
    JSON.stringify(propstats[2]?.error),
    /need-privileges.*"\/dav\/".*read-acl/,
  );
});

Deno.test("evaluate() gives the names of properties that one may not read", () => {
  const found = names(evaluate(ask("<propname/>"), ROOT, options("dav:read")));
  assert.equal(found.length, 1);
  assert.ok(found[0]?.[1].includes("acl"));
});

Deno.test("evaluate() says who nobody is", () => {
  const [propstat] = evaluate(
    ask("<prop><current-user-principal/></prop>"),
    ROOT,
    options(),
  );
  assert.match(JSON.stringify(propstat?.props), /unauthenticated/);
});

Deno.test("evaluate() does not take a bug for a refusal", () => {
  const broken = {
    ...options(),
    reader: {
      props: () => {
        throw new TypeError("bug");
      },
    } as unknown as Reader,
  };
  assert.throws(
    () => evaluate(ask("<prop><none/></prop>"), ROOT, broken),
    TypeError,
  );
});

Deno.test("needsBodies() is true for calendar-data and address-data only", () => {
  assert.equal(
    needsBodies(
      ask(
        '<prop><calendar-data xmlns="urn:ietf:params:xml:ns:caldav"/></prop>',
      ),
    ),
    true,
  );
  assert.equal(
    needsBodies(ask("<prop><getetag/><calendar-data/></prop>")),
    false,
  );
  assert.equal(needsBodies(ask("<allprop/>")), false);
});

Deno.test("requireResource() names the privilege and the resource, or what else was refused", () => {
  const thrown = (refusal: ReturnType<typeof refuse>): DavError => {
    const reader = { authorise: () => refusal } as unknown as Reader;
    try {
      requireResource(reader, {
        path: { type: "root" },
        privilege: "dav:read",
      }, { basePath: "/dav" });
    } catch (error) {
      if (error instanceof DavError) return error;
    }
    assert.fail("no refusal");
  };
  const home = {
    type: "tree",
    space: "files",
    user: "me",
    names: [],
  } as const;
  const denied = thrown(lacking("dav:read-acl", home));
  assert.equal(denied.condition, "dav:need-privileges");
  assert.equal(denied.privilege, "dav:read-acl");
  assert.deepEqual(denied.hrefs, ["/dav/files/me/"]);
  assert.equal(thrown(refuse("not-found", "No")).condition, "not-found");
});
