/** A shared address book. */

import assert from "node:assert/strict";
import { readFolder } from "../people.ts";
import { sampleCard } from "../samples.ts";
import { OWN, type Sharing } from "./shared_calendar.ts";

/** In short what calendars do at length. */
export async function shareBooks(sharing: Sharing): Promise<void> {
  const { session: { steps, target }, olga, sven } = sharing;
  const name = `addressbooks/${olga.account.name}/contacts`;
  const own = `${olga.device.contacts}/contacts`;
  let folder = "";
  await steps.must("address book, read: appears with its cards", async () => {
    await Deno.writeTextFile(`${own}/a.vcf`, sampleCard("card-a", "Anna"));
    await olga.device.sync();
    await target.kalends("share", name, "sven", "read");
    const more = (await sven.update()).filter((one) => !OWN.includes(one));
    assert.equal(more.length, 1, more.join());
    folder = `${sven.device.contacts}/${more[0]?.split("/")[1]}`;
    assert.deepEqual(readFolder(folder), readFolder(own));
    await sven.device.metasync();
    assert.equal(
      await Deno.readTextFile(`${folder}/displayname`),
      `Contacts (${olga.account.name})`,
    );
  });
  await steps.check("address book, read: no write gets through", async () => {
    await Deno.writeTextFile(`${folder}/b.vcf`, sampleCard("card-b", "Bert"));
    const { stdout, stderr } = await sven.device.sync([1]);
    assert.match(`${stdout}${stderr}`, /403/);
    await olga.device.sync();
    assert.deepEqual([...readFolder(own).keys()], ["card-a"]);
  });
  await steps.check("address book, write: both write", async () => {
    await target.kalends("share", name, "sven", "write");
    await Deno.writeTextFile(`${own}/a.vcf`, sampleCard("card-a", "Anne"));
    await Deno.writeTextFile(`${own}/c.vcf`, sampleCard("card-c", "Cora"));
    await olga.device.sync();
    await sven.device.sync();
    await olga.device.sync();
    assert.deepEqual([...readFolder(own).keys()], [
      "card-a",
      "card-b",
      "card-c",
    ]);
    assert.deepEqual(readFolder(folder), readFolder(own));
    assert.match(readFolder(folder).get("card-a") ?? "", /FN:Anne/);
  });
  await steps.check("address book: ends like a calendar", async () => {
    await target.kalends("unshare", name, "sven");
    assert.deepEqual(await sven.update(), OWN);
    await olga.device.sync();
    assert.equal(readFolder(own).size, 3);
  });
}
