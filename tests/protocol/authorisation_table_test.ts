/**
 * Every method and report on every kind of resource, for everybody, with each
 * privilege, at each place where an ACL can give it: the statuses are those
 * that an oracle computes from RFC 3744 Appendix B.
 */

import assert from "node:assert/strict";
import { openAdminSession } from "../../src/service/admin_session.ts";
import type { Ace } from "../../src/service/ace.ts";
import type { Privilege } from "../../src/service/privileges.ts";
import { at } from "../service/fixture.ts";
import {
  grantedTo,
  type Placement,
  type PrivilegeName,
  PRIVILEGES,
  refusalOf,
  type Role,
  ROLES,
  standingOf,
} from "./authorisation/oracle.ts";
import {
  addressOf,
  type Kind,
  KINDS,
  OPEN,
  type Row,
  ROWS,
} from "./authorisation/requests.ts";
import {
  card,
  createTestServer,
  event,
  put,
  type TestServer,
} from "./harness.ts";

const PLACEMENTS: readonly Placement[] = ["home", "parent", "target"];

function privilegeOf(name: PrivilegeName): Privilege {
  return name === "read-free-busy" ? `caldav:${name}` : `dav:${name}`;
}

function ace(principal: Ace["principal"], names: Iterable<PrivilegeName>): Ace {
  const privileges = [...names].map(privilegeOf);
  return { principal, deny: false, privileges };
}

function principal(set: "users" | "groups", name: string): Ace["principal"] {
  return { type: "principal", path: { type: "principal", set, name } };
}

async function createScene(): Promise<TestServer> {
  const server = await createTestServer();
  for (
    const login of ["manager", "writer", "reader", "busy", "member", "stranger"]
  ) {
    await server.addUser({ login });
  }
  await server.addGroup({ name: "inner" }, "member");
  await server.addGroup({ name: "outer" }, "group:inner");
  await put(server, KINDS["calendar-object"].path, event("a"));
  await put(server, KINDS["addressbook-object"].path, card("a"));
  assert.equal((await server.dav("MKCOL", KINDS.folder.path)).status, 201);
  await put(server, KINDS.file.path, "text");
  assert.equal((await server.dav("MKCOL", OPEN)).status, 201);
  await put(server, `${OPEN}source.txt`, event("a"));
  await setAces(server, OPEN.split("/").filter(Boolean).join("/"), [
    ace({ type: "authenticated" }, ["read", "bind", "unbind"]),
  ]);
  return server;
}

/** The path that an ACL is set on, undefined where there is no such place. */
function placeOf(kind: Kind, placement: Placement): string | undefined {
  const { path, depth } = KINDS[kind];
  const names = path.split("/").filter((name) => name !== "");
  if (placement === "target") return names.join("/");
  if (depth === 0 || (placement === "parent" && depth < 2)) return undefined;
  return names.slice(0, placement === "home" ? 2 : -1).join("/");
}

async function setAces(
  server: TestServer,
  place: string,
  aces: readonly Ace[],
): Promise<void> {
  const session = await openAdminSession(server.store, "me");
  assert.ok(session !== undefined);
  const input = { aces, conditions: {} };
  const done = await server.service.setAcl(session, at(place), input);
  assert.ok(done.ok, JSON.stringify(done));
}

function acesFor(privilege: PrivilegeName): Ace[] {
  const roles = ["manager", "writer", "reader", "busy"] as const;
  const nobody = grantedTo("nobody", privilege);
  return [
    ...roles.map((role) =>
      ace(principal("users", role), grantedTo(role, privilege))
    ),
    ace(principal("groups", "outer"), [privilege]),
    ...nobody.size === 0 ? [] : [ace({ type: "unauthenticated" }, [privilege])],
  ];
}

function ask(server: TestServer, role: Role, kind: Kind, row: Row) {
  const user = role === "owner" ? "me" : role === "nobody" ? null : role;
  const { method, body } = row;
  const { path, headers } = addressOf(row, kind);
  return server.dav(method, path, {
    user,
    headers,
    body: typeof body === "function" ? body(kind) : body,
  });
}

Deno.test("every cell of the authorisation table is as RFC 3744 Appendix B has it", async () => {
  await using server = await createScene();
  let cells = 0;
  const wrong: string[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const rows = ROWS.filter(({ on }) => on.includes(kind));
    for (const placement of PLACEMENTS) {
      const place = placeOf(kind, placement);
      if (place === undefined) continue;
      for (const [index, privilege] of PRIVILEGES.entries()) {
        await setAces(server, place, acesFor(privilege));
        // What the others have does not go by the privilege: once is enough.
        const roles = ROLES.filter((role) =>
          index === 0 || role === "member" || role === "nobody"
        );
        for (const role of roles) {
          for (const row of rows) {
            const granted = grantedTo(role, privilege);
            const standing = standingOf(granted, {
              placement,
              depth: KINDS[kind].depth,
            });
            const right = refusalOf(role, row.need, standing) ?? row.allowed;
            const answer = await ask(server, role, kind, row);
            cells++;
            if (answer.status === right) continue;
            wrong.push(
              `${row.name} on ${kind} by ${role} with ${privilege} at ${placement}: ${answer.status}, not ${right}`,
            );
          }
        }
      }
      await setAces(server, place, []);
    }
  }
  assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${cells}`);
  Deno.stdout.writeSync(
    new TextEncoder().encode(`cells of the authorisation table: ${cells}\n`),
  );
  assert.ok(cells > 5_000, String(cells));
});
