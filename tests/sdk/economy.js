// What the vendor's own client spends to see everybody, and to write what has to be written: pages of a
// hundred, each contact by itself, then one request a write. `cargo xtask bench economy` counts the
// requests at the sandbox; its argument is a file that says whom to update and whom to make.

import { readFileSync } from "node:fs";

process.env.NO_PROXY = "127.0.0.1";
process.env.no_proxy = "127.0.0.1";

const { default: sdk } = await import("@gohighlevel/api-client");
const { HighLevel } = sdk;

const { BASE_URL, TOKEN, LOCATION_ID } = process.env;
HighLevel.BASE_URL = BASE_URL;
const ghl = new HighLevel({ privateIntegrationToken: TOKEN, logLevel: "none" });
const writes = JSON.parse(readFileSync(process.argv[2], "utf8"));

const ids = [];
let after = {};
for (;;) {
  const page = await ghl.contacts.getContacts({ locationId: LOCATION_ID, limit: 100, ...after });
  ids.push(...page.contacts.map(({ id }) => id));
  const { startAfterId, startAfter } = page.meta ?? {};
  if (page.contacts.length < 100) break;
  after = { startAfterId, startAfter };
}
for (const contactId of ids) await ghl.contacts.getContact({ contactId });
for (const contactId of writes.update) await ghl.contacts.updateContact({ contactId }, { city: "Seen" });
for (const lastName of writes.create)
  await ghl.contacts.createContact({ locationId: LOCATION_ID, firstName: "Lead", lastName });
console.log(JSON.stringify({ people: ids.length }));
