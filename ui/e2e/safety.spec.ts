// Whom a sync is narrowed to and what it is careful about, over the real commands: counted live,
// saved, and the next run stops at the guard, which is then approved in the inbox.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "safety" });
test.describe.configure({ mode: "serial" });

const themes = ["light", "dark"] as const;

test("a filter is built by pointing, asked about, and approved", async ({ page, open }) => {
  await open("#/start");
  await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);

  const count = page.getByTestId("filter-count");
  await expect(count).toContainText(/^\s*[\d,]+ of [\d,]+ people/);
  const everybody = await count.textContent();
  await page.getByTestId("filter-change").click();
  await page.getByTestId("filter-add").click();
  await page.getByTestId("filter-kind").selectOption("label");
  const offered = await page.locator("datalist option").first().getAttribute("value");
  expect(offered, "labels that exist are offered").toBeTruthy();
  await page.getByTestId("filter-value").fill(offered ?? "");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(count, "fewer people pass").not.toHaveText(everybody ?? "");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `the filter, ${colorScheme}`);
  }
  await page.getByTestId("filter-save").click();
  await expect(page.getByTestId("filter-change")).toBeVisible();
  await expect(page.getByTestId("filter")).toContainText("label:");

  await page.getByTestId("run").click();
  await expect(page.getByTestId("run-state")).toHaveAttribute("data-state", "stopped", {
    timeout: 90_000,
  });
  await page.getByTestId("nav-needs-you").click();
  await page.getByTestId("inbox-row").filter({ hasText: "Stopped by a guard" }).click();
  await expect(page.getByTestId("open-run")).toBeVisible();
  await expectAccessible(page, "a guard in the inbox");
  await page.keyboard.press("1");
  await expect(page.getByTestId("pending")).toContainText("1 answer waits");
  await open("#/");
  await page.getByTestId("home-sync").getByRole("link").first().click();
  await page.getByTestId("run").click();
  await waitForDone(page);
});

test("limits are changed within reason and kept", async ({ page, open }) => {
  await open("#/");
  await page.getByTestId("home-sync").getByRole("link").first().click();
  await page.getByTestId("safety-change").click();
  await page.getByTestId("limit-delete_percent").fill("x");
  await expect(page.getByTestId("safety-save")).toBeDisabled();
  await page.getByTestId("limit-delete_percent").fill("25");
  await page.getByTestId("limit-hours").fill("6");
  await page.getByText("Mark the other one").click();
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `the limits, ${colorScheme}`);
  }
  await page.getByTestId("safety-save").click();
  await expect(page.getByTestId("safety-summary")).toHaveText("1 limit of your own");
  await page.reload();
  await expect(page.getByTestId("safety")).toContainText("6 hours");
  await expect(page.getByTestId("safety")).toContainText("Mark the other one");
});
