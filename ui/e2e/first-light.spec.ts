// The main job, once through: sample data, rehearse, look, run, look again.
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "first-light" });
test.describe.configure({ mode: "serial" });

test("from nothing to a finished sync, and nothing left to do", async ({ page, open }) => {
  await open("#/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Your outreach and your CRM, finally in step.",
  );
  expect(page.url(), "the token is in no address bar").not.toContain("token");
  const sync = await startSample(page);
  await expect(page.getByTestId("run-state"), "it has never run").toHaveCount(0);

  await page.getByTestId("rehearse").click();
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await waitForDone(page);
  await expect(page.getByTestId("verdict")).toHaveText("Would change");
  const rows = page.getByTestId("plan-row");
  await expect(rows.first()).toBeVisible();

  // Keyboard: the list has it, the detail follows.
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await expect(rows.first()).toHaveAttribute("aria-selected", "true");
  const detail = page.getByTestId("change-detail");
  await expect(detail).toBeVisible();

  // Creates: each has a name in the list and its fields in the detail.
  await page.getByRole("radio", { name: /^Create/ }).check({ force: true });
  await expect(rows.first()).toContainText("Create");
  await expect(detail.getByTestId("field-change").first()).toBeVisible();
  const name = await detail.getByRole("heading", { level: 2 }).innerText();
  await page.keyboard.press("/");
  await page.getByRole("textbox").fill(name);
  await expect(rows.first()).toContainText(name);
  await page.keyboard.press("Escape");

  await page.getByTestId("run").click();
  await expect(page).toHaveURL(new RegExp(`#/sync/${sync}$`));
  await waitForDone(page);
  await expect(page.getByTestId("last-run")).toHaveText(/^Changed: /);
  const inSync = Number(await page.getByTestId("health-in-sync").getAttribute("data-value"));
  expect(inSync, "people are in step now").toBeGreaterThan(0);

  // Again: what was written is not news.
  await page.getByTestId("run").click();
  await expect(page.getByTestId("last-run")).toHaveText("Nothing was changed", {
    timeout: 90_000,
  });
  await waitForDone(page);
  await expect(page.getByTestId("health-in-sync")).toHaveAttribute("data-value", String(inSync));
});

test("what happened can be looked up", async ({ page, open }) => {
  await open("#/activity");
  const entries = page.getByTestId("activity-entry");
  await expect(entries.first()).toBeVisible();
  await page.getByRole("radio", { name: "Runs" }).check({ force: true });
  await expect(entries).toHaveCount(3);
  await entries.first().getByRole("button").click();
  await entries.first().getByRole("link", { name: "Open this run" }).click();
  await expect(page).toHaveURL(/#\/run\//);
  await expect(page.getByTestId("verdict")).toHaveText("Nothing was changed");

  await page.getByTestId("nav-activity").click();
  await page.getByRole("radio", { name: "Requests" }).check({ force: true });
  await expect(entries.first()).toHaveAttribute("data-kind", "request");
  const before = await entries.count();
  await page.getByTestId("activity-entry").last().scrollIntoViewIfNeeded();
  await expect.poll(() => entries.count(), "older ones come by scrolling").toBeGreaterThan(before);

  // A write leads to the change it was for, with all that was sent for that.
  await page.getByRole("textbox").fill("PUT");
  await expect(entries.first()).toContainText("PUT");
  await entries.first().getByRole("button").click();
  await entries.first().getByTestId("of-change").click();
  await expect(page).toHaveURL(/#\/activity\/run/);
  await expect(entries.and(page.locator("[data-kind=change]"))).toHaveCount(1);
  await expect(entries.filter({ hasText: "PUT" }).first()).toBeVisible();
  await expect(entries.and(page.locator("[data-kind=run]"))).toHaveCount(0);
});

test("the catalog and the connections are there to be read", async ({ page, open }) => {
  await open("#/operations");
  const rows = page.getByTestId("operation-row");
  await expect(rows.first()).toBeVisible();
  const all = await rows.count();
  expect(all).toBeGreaterThan(20);
  await page.getByRole("textbox").fill("contacts upsert");
  await expect.poll(() => rows.count()).toBeLessThan(all);

  await page.getByTestId("nav-connections").click();
  await expect(page.getByTestId("connection")).toHaveCount(2);
  await expect(page.getByText("Sample", { exact: true }).first()).toBeVisible();
});

test("the theme is kept by the host", async ({ page, open }) => {
  await open("#/settings");
  const kept = page.waitForResponse((response) => response.url().endsWith("/preferences.set"));
  await page.getByRole("radio", { name: "Dark" }).check({ force: true });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await kept;
  await page.evaluate(() => localStorage.clear());
  await open("#/settings");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("radio", { name: "System" }).check({ force: true });
  await expect(page.locator("html")).not.toHaveAttribute("data-theme", /./);
});

test("a wrong key is told whole and nothing typed is lost", async ({ page, open }) => {
  await open("#/connect");
  // Nobody listens there: the service is offline.
  await page.getByTestId("aimfox-secret").fill("not-a-key");
  await page.getByText("Advanced").first().click();
  await page.getByTestId("aimfox-base-url").fill("http://127.0.0.1:9/api/v2");
  await page.getByTestId("connect-aimfox").click();
  await expect(page.getByTestId("error")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId("aimfox-secret")).toHaveValue("not-a-key");
  await page.getByTestId("nav-settings").click();
  await page.goBack();
  await expect(page.getByTestId("aimfox-base-url")).toHaveValue("http://127.0.0.1:9/api/v2");
});
