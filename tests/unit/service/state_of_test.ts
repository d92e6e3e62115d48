import assert from "node:assert/strict";
import { allow, createAclFixture } from "../../service/acl_fixture.ts";
import { at, ics, value } from "../../service/fixture.ts";
import { sharedName } from "../../../src/service/names.ts";

Deno.test("stateOf() changes with a resource's tree, and with no other one", async () => {
  const it = await createAclFixture();
  value(await it.put("files/me/x", "1"));
  const state = () =>
    it.service.read(it.me, (reader) => {
      const file = reader.resolve(at("files/me/x"));
      return file && reader.state(file);
    });
  const first = await state();
  assert.ok(first !== undefined);
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  assert.equal(await state(), first);
  value(await it.put("files/me/y", "1"));
  assert.notEqual(await state(), first);
});

Deno.test("stateOf() counts the home that shows what is somebody else's, and gives none for homes", async () => {
  const it = await createAclFixture();
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  const id = await it.service.read(it.me, (reader) => {
    const found = reader.resolve(at("calendars/me/home"));
    return found !== undefined && "ref" in found ? found.ref.id : "";
  });
  const shared = `calendars/you/${sharedName(id)}`;
  const paths = [
    at("calendars/me/home/a.ics"),
    at(shared),
    at(`${shared}/a.ics`),
    at("calendars/you"),
    { type: "root" } as const,
  ];
  const states = () =>
    it.service.read(it.you, (reader) =>
      paths.map((path) => {
        const found = reader.resolve(path);
        assert.ok(found !== undefined, JSON.stringify(path));
        return reader.state(found);
      }));
  const before = await states();
  const made = { kind: "calendar", props: [] } as const;
  value(await it.service.make(it.you, at("calendars/you/mine"), made));
  const after = await states();
  assert.deepEqual(
    after.map((state, index) => state === before[index]),
    [true, false, false, true, true],
  );
  assert.deepEqual(before.slice(3), [undefined, undefined]);
});
