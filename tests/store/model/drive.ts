/**
 * Drives a service as the model's operations say, and sees what is there.
 *
 * @module
 */

import {
  makeTrees,
  planTrees,
  treeIds,
} from "../../../src/service/account_trees.ts";
import type { Store } from "../../../src/store/view.ts";
import type { ModelLevel, ModelUser } from "./access.ts";
import type { Ace } from "../../../src/service/ace.ts";
import type { Conditions } from "../../../src/service/conditions.ts";
import type {
  CollectionResource,
  Reader,
  Service,
  Session,
} from "../../../src/service/types.ts";
import type { Engine } from "../../../src/store/engine.ts";
import { loginKey, userKey } from "../../../src/store/keys.ts";
import type { UserRecord } from "../../../src/store/records.ts";
import { createStore } from "../../../src/store/store.ts";
import { at, ics } from "../../service/fixture.ts";
import type { Answered } from "./judge.ts";
import { type ModelColl, type ModelOp, newColl } from "./sequential.ts";

/** Trees that the model knows. */
export const ROOTS = ["files/me", "calendars/me"] as const;

/** What a new account has, as the model sees it. */
export function firstState(root: typeof ROOTS[number]): ModelColl {
  const coll = newColl();
  if (root === "calendars/me") {
    coll.members.set("home", newColl());
    coll.members.set("tasks", newColl());
  }
  return coll;
}

/** Makes the store's two accounts; their sessions are valid as long as the accounts do not change. */
export async function prepare(
  engine: Engine,
  now: () => number,
): Promise<
  { session: Session; sessions: Record<ModelUser, Session>; epoch: string }
> {
  const store = await createStore({ engine, now });
  const me = await addUser(store, "me");
  const you = await addUser(store, "you");
  await store.close();
  return { session: me, sessions: { me, you }, epoch: store.epoch };
}

async function addUser(store: Store, login: ModelUser): Promise<Session> {
  const plan = planTrees();
  const user: UserRecord = {
    id: `user-${login}`,
    login,
    displayName: login,
    emails: [],
    password: "",
    trees: plan.trees,
    created: 0,
  };
  const { stamp } = await store.write({
    trees: treeIds(plan.trees),
    run(tx) {
      tx.set(userKey(user.id), user);
      tx.set(loginKey(user.login), { user: user.id });
      makeTrees(tx, plan, { user: user.id, now: 0 });
    },
  });
  return { user, stamp: stamp ?? "" };
}

/** Does an operation, and says what was answered as the model does. */
export async function perform(
  service: Service,
  session: Session,
  op: ModelOp,
): Promise<NonNullable<Answered["answer"]>> {
  switch (op.type) {
    case "put": {
      const bytes = op.uid === undefined
        ? new TextEncoder().encode(op.text)
        : ics(op.uid, { summary: op.text });
      const conditions = {
        ...conditionsOf(op),
        ...(op.ifMatch === undefined ? {} : { ifMatch: [op.ifMatch] }),
        ...(op.ifNone === true ? { ifNoneMatch: "*" as const } : {}),
      };
      const input = { bytes, type: null, conditions };
      const put = await service.put(session, at(op.path), input);
      return put.ok
        ? { ok: true, created: put.value.created, etag: put.value.etag }
        : { ok: false, problem: put.problem.name };
    }
    case "remove":
      return plain(
        await service.remove(session, at(op.path), conditionsOf(op)),
      );
    case "make": {
      const kind = op.path.startsWith("calendars/") ? "calendar" : "folder";
      const conditions = conditionsOf(op);
      const collection = { kind, props: [], conditions } as const;
      return plain(await service.make(session, at(op.path), collection));
    }
    case "patch": {
      const change = { ns: "x:", local: op.prop, value: op.value };
      return plain(
        await service.patch(
          session,
          at(op.path),
          [change],
          conditionsOf(op),
        ),
      );
    }
    case "acl": {
      const input = { aces: acesOf(op.level), conditions: conditionsOf(op) };
      return plain(await service.setAcl(session, at(op.path), input));
    }
    case "lock": {
      const { exclusive, depth, seconds } = op;
      const conditions = conditionsOf(op);
      const owner = "";
      const request = { exclusive, depth, seconds, owner, conditions };
      const locked = await service.lock(session, at(op.path), request);
      return locked.ok
        ? { ok: true, created: locked.value.created }
        : { ok: false, problem: locked.problem.name };
    }
    case "refresh": {
      const { seconds } = op;
      const conditions = conditionsOf(op);
      return plain(
        await service.refresh(session, at(op.path), { seconds, conditions }),
      );
    }
    case "unlock": {
      const { token } = op;
      const conditions = conditionsOf(op);
      return plain(
        await service.unlock(session, at(op.path), { token, conditions }),
      );
    }
    default: {
      const { overwrite, depth } = op;
      const transferred = await service[op.type](
        session,
        at(op.path),
        at(op.to),
        { overwrite, depth, conditions: conditionsOf(op) },
      );
      return transferred.ok
        ? { ok: true, created: transferred.value.created }
        : { ok: false, problem: transferred.problem.name };
    }
  }
}

/** What an ACL says about the other account. */
function acesOf(level: ModelLevel): Ace[] {
  const path = { type: "principal", set: "users", name: "you" } as const;
  const principal = { type: "principal", path } as const;
  const all = ["dav:read", "dav:write"] as const;
  switch (level) {
    case "none":
      return [];
    case "read":
      return [{ principal, deny: false, privileges: ["dav:read"] }];
    case "write":
      return [{ principal, deny: false, privileges: all }];
    case "deny":
      return [{ principal, deny: true, privileges: all }];
  }
}

/** The `If` header of an operation. */
function conditionsOf({ lists }: ModelOp): Conditions {
  if (lists === undefined) return {};
  return {
    lists: lists.map(({ on, conditions }) => ({ on: at(on), conditions })),
  };
}

function plain(
  outcome: { ok: true } | { ok: false; problem: { name: string } },
): { ok: boolean; problem?: string } {
  return outcome.ok
    ? { ok: true }
    : { ok: false, problem: outcome.problem.name };
}

/** A whole tree at once. */
export function observe(
  service: Service,
  session: Session,
  root: string,
): Promise<ModelColl> {
  return service.read(session, (reader) => {
    const resource = reader.resolve(at(root));
    if (resource === undefined || !("ref" in resource)) {
      throw new Error(`${root} is missing`);
    }
    return observeColl(reader, resource);
  });
}

function propsAt(
  reader: Reader,
  resource: Parameters<Reader["props"]>[0],
): Map<string, string> {
  const props = new Map<string, string>();
  for (const { ns, local, value } of reader.props(resource).values()) {
    if (ns === "x:") props.set(local, value);
  }
  return props;
}

function observeColl(reader: Reader, coll: CollectionResource): ModelColl {
  const seen: ModelColl = {
    type: "coll",
    props: propsAt(reader, coll),
    members: new Map(),
  };
  const children = reader.children(coll);
  reader.needBodies(children.filter((child) => "entry" in child));
  for (const child of children) {
    if ("entry" in child) {
      const text = new TextDecoder().decode(reader.body(child));
      seen.members.set(child.name, {
        type: "object",
        text: /SUMMARY:(.*)\r/.exec(text)?.[1] ?? text,
        uid: child.entry.facts.uid,
        etag: reader.etag(child),
        props: propsAt(reader, child),
      });
    } else if ("ref" in child) {
      seen.members.set(child.row.name, observeColl(reader, child));
    }
  }
  return seen;
}
