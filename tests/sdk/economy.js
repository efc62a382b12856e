// What the vendor's own client spends to see everybody: pages of a hundred, then each contact by
// itself. `cargo xtask bench economy` counts the requests at the sandbox.

process.env.NO_PROXY = "127.0.0.1";
process.env.no_proxy = "127.0.0.1";

const { default: sdk } = await import("@gohighlevel/api-client");
const { HighLevel } = sdk;

const { BASE_URL, TOKEN, LOCATION_ID } = process.env;
HighLevel.BASE_URL = BASE_URL;
const ghl = new HighLevel({ privateIntegrationToken: TOKEN, logLevel: "none" });

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
console.log(JSON.stringify({ people: ids.length }));
