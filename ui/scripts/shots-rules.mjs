// Pictures of docs/RULES.md and docs/WEBHOOKS.md, taken on the way that the first describes:
// `npm run shots:rules`. Needs `npm run build` and target/debug/foxbridge-devserver.
import { LONG } from "./stage.mjs";
import { sample } from "./sample.mjs";

const { page, at, shoot, go, call, end, sync, people, operate, runUntil } = await sample();
const alone = { zoomed: false };

try {
  /** @param {number} who */
  const whose = (who) => ({ contactId: people[who].contact_id });
  /** @param {number} who */
  const tag = (who) =>
    operate("highlevel", "contacts.tags.add", whose(who), { tags: ["customer"] });
  await tag(1);
  await tag(2);
  const isTold = async () => {
    const test = { sync: sync.id, definition: { trigger: "foxbridge.tag.added", steps: [] } };
    const { trials } = await call("rules.test", test);
    const told = trials.filter((/** @type {{ what: string }} */ trial) =>
      trial.what.includes("customer"),
    );
    return told.length > 1;
  };
  await runUntil(isTold);

  await go("#/rules");
  await at("recipe-tag-to-label").waitFor();
  await shoot("rule-1-none", alone);

  await page.getByRole("link", { name: "New rule" }).click();
  await at("rule-name").fill("Customers carry a label");
  await at("rule-trigger").click();
  await page.keyboard.type("tag");
  await at("pick-option").first().waitFor();
  await shoot("rule-2-when", alone);
  await page.keyboard.press("Enter");

  /**
   * @param {number} n
   * @param {string} field
   * @param {string} [value]
   */
  const condition = async (n, field, value) => {
    await page.getByRole("button", { name: "Add a condition" }).first().click();
    await page.getByLabel("Field", { exact: true }).nth(n).selectOption(field);
    if (value) await page.getByLabel("Value", { exact: true }).nth(n).fill(value);
    else await page.getByLabel("Comparison").nth(n).selectOption("is_set");
  };
  await condition(0, "event.service", "highlevel");
  await condition(1, "event.tag", "customer");
  await condition(2, "lead.id");
  await shoot("rule-3-and");

  await page.getByRole("button", { name: "Add a look-up" }).click();
  await page.getByLabel("Insert a field into The one whose name is").selectOption("event.tag");
  await page.getByRole("switch", { name: "Make it where it is not there" }).check({ force: true });
  await page.getByLabel("color", { exact: true }).selectOption("info");
  await page.getByRole("button", { name: "Add an action" }).click();
  await at("step-operation").click();
  await page.keyboard.type("label on a lead");
  await at("pick-option").first().waitFor();
  await page.keyboard.press("Enter");
  const into = page.getByLabel("Insert a field into label_id");
  await into.selectOption("steps.step1.id");
  await into.scrollIntoViewIfNeeded();
  await shoot("rule-4-then", alone);
  await at("rule-save").click();
  await page.waitForURL(/#\/rule\/(?!new)/);

  await at("trial").first().waitFor();
  await at("trial").first().scrollIntoViewIfNeeded();
  await shoot("rule-5-tried", alone);

  await at("rule-switch").click();
  await page.getByText("On", { exact: true }).waitFor();
  const hash = new URL(page.url()).hash;
  await tag(3);
  await runUntil(async () => {
    await go(hash);
    await at("rule-name").waitFor();
    return (await at("firing").count()) > 0;
  });
  await at("firing").first().getByText("Done").waitFor(LONG);
  await at("firing").first().locator("summary").click();
  await at("firing").first().scrollIntoViewIfNeeded();
  await shoot("rule-6-fired", alone);

  await go("#/rules");
  await at("recipe-dnd-to-blacklist").click();
  await at("rule-switch").click();
  const asks = new URL(page.url()).hash;
  await operate("highlevel", "contacts.update", whose(4), { dnd: true });
  await runUntil(async () => {
    await go(asks);
    await at("rule-name").waitFor();
    return (await at("firing").count()) > 0;
  });
  await at("firing").first().scrollIntoViewIfNeeded();
  await shoot("rule-7-asks", alone);
  await go("#/rules");
  await at("rule").first().waitFor();
  await shoot("rules");

  await go("#/webhooks");
  await page.getByLabel("Port on this computer").fill("47991");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  for (const name of ["HighLevel", "Aimfox"]) {
    const endpoint = at("endpoint").filter({ hasText: name });
    await endpoint.getByRole("switch").check({ force: true });
    if (name === "HighLevel") {
      await endpoint.getByRole("button", { name: "Send me a test event" }).click();
      await page.getByText(/It arrived, after/).waitFor();
    } else {
      await endpoint.getByRole("button", { name: "Register at Aimfox" }).click();
      await endpoint.getByText("Registered, with a secret header").waitFor();
    }
  }
  await shoot("webhooks");
} finally {
  await end();
}
