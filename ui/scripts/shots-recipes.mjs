// Each of the six recipes, as it is shipped, from what somebody does to what there is afterwards, in
// pictures of docs/RULES.md: `npm run shots:recipes`. Needs `npm run build` and
// target/debug/foxbridge-devserver.
import { LONG } from "./stage.mjs";
import { sample } from "./sample.mjs";

const { page, at, shoot, go, call, end, sync, people, operate, runUntil } = await sample();
const [reader, , , , meets, owes, rests] = people;

/**
 * @param {"highlevel" | "aimfox"} service
 * @param {string} operation
 */
const allow = (service, operation) =>
  call("permissions.set", {
    connection: sync[service],
    operation: `${service}.${operation}`,
    switch: "allowed",
  });

/**
 * Switches a recipe on as it is, lets something happen, and shoots the rule once that has been seen.
 * @param {string} id
 * @param {() => Promise<unknown>} happens
 * @param {"Done" | "Asks you"} becomes
 */
async function recipe(id, happens, becomes = "Done") {
  await go("#/rules");
  await at(`recipe-${id}`).click();
  await at("rule-switch").click();
  await page.getByText("On", { exact: true }).waitFor();
  const { hash } = new URL(page.url());
  const rule = decodeURIComponent(hash.split("/").at(-1) ?? "");
  await happens();
  await runUntil(async () => (await call("rules.firings", { rule, limit: 5 })).length > 0);
  await go(hash);
  const firing = at("firing").first();
  await firing.getByText(becomes).waitFor(LONG);
  if (becomes === "Done") await firing.locator("summary").click();
  await firing.locator("details[open]").waitFor();
  await firing.scrollIntoViewIfNeeded();
  await shoot(`recipe-${id}`, { zoomed: false });
}

/**
 * Twelve people of this family are invited, and twenty days of the campaign go by.
 * @param {string} family
 */
async function campaignGoesOn(family) {
  const listed = await operate("aimfox", "campaigns.list", {});
  const campaign = listed.answer.campaigns.find(
    (/** @type {{ state: string, outreach_type: string }} */ one) =>
      one.state === "ACTIVE" && one.outreach_type === "connect",
  );
  const names = "ada bea cleo dora edda fay gwen hope ines jana kira lena".split(" ");
  const profiles = names.map((name) => ({
    profile_url: `https://www.linkedin.com/in/${name}-${family}`,
  }));
  await operate(
    "aimfox",
    "campaigns.audience.add_many",
    { campaign_id: campaign.id },
    { type: "profile_url", profiles },
  );
  const connections = await call("connections.list", {});
  const aimfox = connections.find((/** @type {{ id: string }} */ one) => one.id === sync.aimfox);
  const moved = await fetch(`${aimfox.base_url}/_sandbox/campaigns`, {
    method: "POST",
    body: JSON.stringify({ days: 20 }),
    headers: { "Content-Type": "application/json" },
  });
  if (!moved.ok) throw new Error(`the campaign does not go on: ${moved.status}`);
}

try {
  await allow("aimfox", "campaigns.audience.add_many");
  await allow("highlevel", "calendars.appointments.create");
  await allow("highlevel", "contacts.tasks.create");
  await recipe("reply-to-task", () => campaignGoesOn("newcomer"));
  await recipe("accepted-to-opportunity", () => campaignGoesOn("latecomer"));
  const whose = (/** @type {{ contact_id: string }} */ person) => ({
    contactId: person.contact_id,
  });
  await recipe("tag-to-label", () =>
    operate("highlevel", "contacts.tags.add", whose(reader), { tags: ["customer"] }),
  );
  await recipe("appointment-to-note", async () => {
    const listed = await operate("highlevel", "calendars.list", {});
    const startTime = new Date(Date.now() + 6 * 86_400_000).toISOString();
    const title = "Demonstration";
    const calendarId = listed.answer.calendars[0].id;
    const body = { calendarId, startTime, title, ...whose(meets), ignoreFreeSlotValidation: true };
    await operate("highlevel", "calendars.appointments.create", {}, body);
  });
  await recipe("overdue-to-note", async () => {
    const dueDate = new Date(Date.now() + 10_000).toISOString();
    const body = { title: "Send the offer", dueDate, completed: false };
    await operate("highlevel", "contacts.tasks.create", whose(owes), body);
  });
  await recipe(
    "dnd-to-blacklist",
    () => operate("highlevel", "contacts.update", whose(rests), { dnd: true }),
    "Asks you",
  );
} finally {
  await end();
}
