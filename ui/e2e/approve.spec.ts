// A rehearsal is approved by keyboard, record by record, and only that is run; then everything shown
// at once, and cleared again.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "approve" });
test.describe.configure({ mode: "serial" });

test("what was approved by keyboard is run, and nothing else", async ({ page, open }) => {
  await open("#/start");
  await startSample(page);
  await page.getByTestId("rehearse").click();
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await page.getByRole("radiogroup", { name: "Kind" }).getByText("Create").click();
  await expect(page.getByTestId("plan-row").first()).toBeVisible();

  // Three arrows: yes, no, yes. Each goes on to the next change.
  await page.getByRole("listbox").focus();
  await page.keyboard.press("Home");
  const decided = page.locator("[data-testid=plan-row] [data-decision]");
  await page.keyboard.press("ArrowRight");
  await expect(decided).toHaveCount(1);
  await page.keyboard.press("ArrowLeft");
  await expect(decided).toHaveCount(2);
  await page.keyboard.press(" ");
  await expect(decided).toHaveCount(3);
  await expect(page.getByTestId("decisions")).toContainText("2 approved, 1 skipped");
  await expectAccessible(page, "a rehearsal, partly approved");

  await page.getByTestId("run-approved").click();
  await waitForDone(page);
  await expect(page.getByTestId("last-run")).toHaveText("Changed: 2 created");
});

test("everything shown is approved at once, and cleared again", async ({ page, open }) => {
  await open("#/");
  await page.getByTestId("home-sync").getByRole("link").first().click();
  await page.getByTestId("rehearse").click();
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await page.getByTestId("approve-shown").click();
  await expect(page.getByTestId("decisions")).toContainText("0 undecided");
  await page.getByTestId("decisions").getByRole("button", { name: "Clear" }).click();
  await expect(page.getByTestId("run")).toBeVisible();
});
