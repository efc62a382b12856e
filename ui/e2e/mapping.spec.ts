// The mapping and the people, over the real commands and the sandbox: a row is made, tried on a
// real person, saved, rehearsed, and found again in the plan.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "mapping" });
test.describe.configure({ mode: "serial" });

let sync = "";

test("a row is added, shaped and rehearsed", async ({ page, open }) => {
  await open("#/start");
  sync = await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);

  await page.getByTestId("edit-mapping").click();
  await expect(page.getByTestId("mapping-row")).toHaveCount(5);
  await expect(page.getByTestId("sample-person")).toBeVisible();
  await expectAccessible(page, "mapping");

  // A field that HighLevel does not have yet, made from here.
  await page.getByTestId("add-row").click();
  await page.getByTestId("new-aimfox").selectOption("headline");
  await page.getByTestId("new-row").getByText("New custom field in HighLevel").click();
  await page.getByTestId("field-name").fill("LinkedIn headline");
  await expectAccessible(page, "a new custom field");
  await page.getByTestId("field-make").click();
  await page.getByTestId("new-row-add").click();
  await expect(page.getByTestId("mapping-row")).toHaveCount(6);

  await page.getByTestId("add-step").selectOption("expression");
  await page.getByTestId("cel").fill("value.upperAscii(");
  await expect(page.getByRole("alert")).toContainText("does not work");
  await expect(page.getByTestId("mapping-save")).toBeDisabled();
  await page.getByTestId("cel").fill("value.upperAscii()");
  await expect(page.getByTestId("row-result")).toContainText("HighLevel gets");
  await expect(page.getByTestId("mapping-status")).toContainText(/\d+ people affected/);
  await expectAccessible(page, "mapping, changed");
  const affected = Number(
    /(\d+) people/.exec((await page.getByTestId("mapping-status").textContent()) ?? "")?.[1],
  );
  expect(affected).toBeGreaterThan(10);

  await page.getByTestId("mapping-rehearse").click();
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await expect(page.getByTestId("plan-row").first()).toBeVisible();
  await page.getByTestId("plan-row").first().click();
  await expect(page.getByText("LinkedIn headline").first()).toBeVisible();
});

test("another person is shown, found by name", async ({ page, open }) => {
  await open(`#/mapping/${sync}`);
  await page.getByTestId("pick-person").click();
  await expect(page.getByTestId("pick").first()).toBeVisible();
  await expectAccessible(page, "the person picker");
  const name = await page.getByTestId("pick").nth(3).locator(".name").innerText();
  await page.getByTestId("person-picker").getByRole("textbox").fill(name.slice(0, 5));
  await page.getByTestId("pick").filter({ hasText: name }).first().click();
  await expect(page.getByTestId("sample-person")).toContainText(name);
});

test("a template is exported and taken in again", async ({ page, open }) => {
  await open(`#/mapping/${sync}`);
  await page.getByTestId("export").click();
  const text = await page.getByTestId("template").locator("pre").innerText();
  expect(text).toContain("foxbridge-mapping/1");
  expect(text, "custom fields go by their key").toContain("cf:contact.linkedin_headline");
  await page.keyboard.press("Escape");
  await page.getByTestId("import").click();
  await page.getByTestId("template-text").fill("{}");
  await page.getByTestId("template-take").click();
  await expect(page.getByRole("alert")).toContainText("no Foxbridge template");
  await page.getByTestId("template-text").fill(text.replace('"label": "Phone"', '"label": "Tel"'));
  await page.getByTestId("template-take").click();
  await expect(page.getByTestId("mapping-status")).toContainText("1 unsaved change");
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("mapping-status")).not.toContainText("unsaved");
});

test("people are searched, filtered and opened by keyboard", async ({ page, open }) => {
  await open(`#/people/${sync}`);
  await expect(page.getByTestId("person-row").first()).toBeVisible();
  await expectAccessible(page, "people");
  const name = await page.getByTestId("person-row").nth(4).locator(".name").innerText();
  await page.keyboard.press("/");
  await page.keyboard.type(name.slice(0, 4).toLowerCase());
  await expect(page.getByTestId("person-row").filter({ hasText: name }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("radio", { name: /^Linked/ }).check({ force: true });
  // The old rows stay until the new ones are here.
  await expect(
    page.getByTestId("person-row").locator(":not([data-state=linked])[data-state]"),
  ).toHaveCount(0);
  await page.getByRole("listbox").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("record-highlevel")).toBeVisible();
  await expect(page.getByTestId("record-aimfox")).toBeVisible();
  await expect(page.getByTestId("person-link")).toBeVisible();
  await expectAccessible(page, "a person");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`mapping and people, ${colorScheme}, at 200 %`, async ({ page, open }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 590, height: 390 });
    for (const hash of [`#/mapping/${sync}`, `#/people/${sync}`, "#/people/none"]) {
      await open(hash);
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      await expectAccessible(page, `${hash}, ${colorScheme}, 200 %`);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `${hash} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  });
}
