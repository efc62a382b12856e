// One rule built from nothing and seen to act; a recipe; webhooks switched on and tried. On sample data.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "rules" });
test.describe.configure({ mode: "serial" });

test("the sample data is synced once", async ({ page, open }) => {
  await open("#/");
  await startSample(page);
  await page.getByTestId("rehearse").click();
  await waitForDone(page);
  await page.getByTestId("run").click();
  await expect(page.getByTestId("last-run")).toHaveText(/^Changed: /, { timeout: 90_000 });
});

test("a recipe begins in test mode, and no rule is there before", async ({ page, open }) => {
  await open("#/rules");
  await expect(page.getByText("No rules yet")).toBeVisible();
  await expectAccessible(page, "no rules");
  await page.getByTestId("recipe-tag-to-label").click();
  await expect(page.getByText("Test mode", { exact: true })).toBeVisible();
  await expect(page.getByTestId("rule-name")).toHaveValue(/A tag in HighLevel/);
  await expectAccessible(page, "a recipe");
  await page.getByTestId("rule-test").click();
  await expect(
    page.getByText(/Nothing of the kind has happened yet|Would have done/),
  ).toBeVisible();
});

test("a rule is written from nothing, with a group, a look-up and a wait", async ({
  page,
  open,
}) => {
  await open("#/rule/new");
  await page.getByTestId("rule-name").fill("Customers carry a label");
  // By keyboard alone: open, type, arrow, Enter.
  await page.getByTestId("rule-trigger").press("Enter");
  await expect(page.getByTestId("pick-input")).toBeFocused();
  await expectAccessible(page, "a search over the triggers");
  await page.keyboard.type("tag");
  await expect(page.getByTestId("pick-option").first()).toHaveAttribute(
    "data-key",
    "foxbridge.tag.added",
  );
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("pick-option").nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("rule-trigger")).toBeFocused();
  await expect(page.getByTestId("rule-trigger")).toHaveAttribute(
    "data-value",
    "foxbridge.tag.added",
  );
  await page.getByRole("button", { name: "Add a condition" }).first().click();
  await page.getByLabel("Field", { exact: true }).first().selectOption("event.tag");
  await page.getByLabel("Value", { exact: true }).first().fill("customer");
  await page.getByRole("button", { name: "Add a group" }).first().click();
  const group = page.getByRole("group", { name: "A group of conditions" });
  await group.getByRole("button", { name: "Add a condition" }).click();
  await group.getByLabel("Comparison").selectOption("is_set");
  await page.getByRole("button", { name: "Add a look-up" }).click();
  await page.getByLabel("Insert a field into The one whose name is").selectOption("event.tag");
  await expect(page.getByLabel("The one whose name is", { exact: true })).toHaveValue(
    "{{event.tag}}",
  );
  // A switch's own box is hidden behind what is drawn of it.
  await page.getByRole("switch", { name: "Make it where it is not there" }).check({ force: true });
  await page.getByLabel("color", { exact: true }).selectOption("info");
  await page.getByRole("button", { name: "Add a wait" }).click();
  await page.getByRole("button", { name: "Add an action" }).click();
  // Tags are a list of entries; a task has a title instead, and no tags.
  await expect(page.getByLabel("tags 1", { exact: true })).toHaveValue("from a rule");
  await page.getByRole("button", { name: "Add to tags" }).click();
  await page.getByLabel("Insert a field into tags 2").selectOption("event.tag");
  await expect(page.getByLabel("tags 2", { exact: true })).toHaveValue("{{event.tag}}");
  await expectAccessible(page, "a rule that is being written");
  await page.getByTestId("step-operation").press("Enter");
  await page.keyboard.type("create task");
  await expect(page.getByTestId("pick-option").first()).toHaveAttribute(
    "data-key",
    "highlevel.contacts.tasks.create",
  );
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("tags 1", { exact: true })).toHaveCount(0);
  await expect(page.getByLabel("contactId", { exact: true })).toHaveValue("{{contact.id}}");
  await page.getByLabel("title", { exact: true }).fill("Say hello");
  await page.getByLabel("dueDate", { exact: true }).fill("{{now + 2d}}");
  await page.getByLabel("completed", { exact: true }).last().selectOption("false");
  await page.getByTestId("rule-save").click();
  await expect(page).toHaveURL(/#\/rule\/(?!new)/);
  await page.reload();
  await expect(page.getByTestId("rule-name")).toHaveValue("Customers carry a label");
  await expect(page.getByRole("group", { name: "A group of conditions" })).toBeVisible();
  await page.getByTestId("rule-switch").click();
  await expect(page.getByText("On", { exact: true })).toBeVisible();
  await expectAccessible(page, "a rule that is on");
  await open("#/rules");
  await expect(page.getByTestId("rule")).toHaveCount(2);
  await expect(page.getByRole("switch", { name: /Customers carry a label/ })).toBeChecked();
  await expectAccessible(page, "two rules");
});

test("webhooks are switched on, and a test event comes back", async ({ page, open }) => {
  await open("#/webhooks");
  await page.getByLabel("Port on this computer").fill("47991");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const highlevel = page.getByTestId("endpoint").filter({ hasText: "HighLevel" });
  await highlevel.getByRole("switch").check({ force: true });
  await expect(highlevel.getByTestId("hook-key")).toBeVisible();
  await expect(page.getByTestId("hooks-listening")).toContainText("127.0.0.1:47991");
  await highlevel.getByRole("button", { name: "Send me a test event" }).click();
  await expect(page.getByText(/It arrived, after/)).toBeVisible();
  await highlevel.getByTestId("hook-key").fill("no key");
  await expect(highlevel.getByText("This is no key in base64.")).toBeVisible();
  await expectAccessible(page, "webhooks");

  const aimfox = page.getByTestId("endpoint").filter({ hasText: "Aimfox" });
  await aimfox.getByRole("switch").check({ force: true });
  await aimfox.getByRole("button", { name: "Register at Aimfox" }).click();
  await expect(aimfox.getByText("Registered, with a secret header")).toBeVisible();

  // Somebody who is not HighLevel: refused, and told so.
  const url = (await highlevel.locator("code").first().innerText()).trim();
  const answer = await page.request.post(url, { data: { type: "ContactCreate" } });
  expect(answer.status()).toBe(401);
  await expect(page.getByTestId("delivery")).toHaveCount(1);
  await expect(page.getByTestId("delivery")).toContainText("it is not signed");
});
