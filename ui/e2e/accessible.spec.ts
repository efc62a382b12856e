// Every page, light and dark, through axe: empty first, then with a finished sync.
import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "accessible" });
test.describe.configure({ mode: "serial" });

const themes = ["light", "dark"] as const;

/** Both themes of what is on the page now. */
async function inBoth(page: Page, what: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${what}, ${colorScheme}`);
  }
}

const plain = [
  "activity",
  "operations",
  "triggers",
  "permissions",
  "connections",
  "settings",
] as const;

test("before there is anything", async ({ page, open }) => {
  await open("#/start");
  await expect(page.getByTestId("start-sample")).toBeVisible();
  await inBoth(page, "start");
  for (const name of plain) {
    await open(`#/${name}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await inBoth(page, `${name}, empty`);
  }
  await open("#/connect");
  await page.getByText("Advanced").first().click();
  await inBoth(page, "connect");
  await open("#/needs-you/none");
  await inBoth(page, "needs you, no sync");
  await open("#/nowhere");
  await inBoth(page, "unknown address");
});

test("with a sync on sample data", async ({ page, open }) => {
  await open("#/start");
  const sync = await startSample(page);
  await inBoth(page, "a sync that has not run");

  await page.getByTestId("rehearse").click();
  await expect(page.getByTestId("progress")).toBeVisible();
  await expectAccessible(page, "progress");
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await expect(page.getByTestId("plan-row").first()).toBeVisible();
  await inBoth(page, "the plan");

  await page.getByTestId("run").click();
  await expect(page.getByTestId("rehearse")).toBeVisible();
  await waitForDone(page);
  await inBoth(page, "a sync that has run");
  await page.getByTestId("open-run").click();
  await expect(page.getByTestId("plan-row").first()).toBeVisible();
  await inBoth(page, "a run");

  await open(`#/needs-you/${sync}`);
  await expect(page.getByTestId("needs-you").first()).toBeVisible();
  await inBoth(page, "needs you");

  await open("#/activity");
  await page.getByTestId("activity-entry").first().getByRole("button").click();
  await inBoth(page, "activity, opened");
  await open("#/operations");
  await expect(page.getByTestId("operation-row").first()).toBeVisible();
  await inBoth(page, "operations");
  await open("#/operations/highlevel.contacts.tasks.create");
  await page.getByTestId("dry-run").click();
  await expect(page.getByTestId("prepared")).toBeVisible();
  await inBoth(page, "an operation, dry run with faults");
  await open("#/triggers");
  await expect(page.getByTestId("trigger-row").first()).toBeVisible();
  await inBoth(page, "triggers");
  await open("#/triggers/highlevel.events.contact_create");
  await expect(page.getByTestId("payload")).toBeVisible();
  await inBoth(page, "a trigger");
  await open("#/permissions");
  await expect(page.getByTestId("permission-row").first()).toBeVisible();
  await inBoth(page, "permissions");
  await open("#/connections");
  await page.getByTestId("remove-connection").first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await inBoth(page, "the question before removing");
  await page.getByTestId("dialog-cancel").click();
  await inBoth(page, "connections");
  await open("#/settings");
  await inBoth(page, "settings");
});

test("at 200 % nothing is cut off", async ({ page, open }) => {
  // Half the window in CSS pixels is what 200 % zoom of it leaves.
  await page.setViewportSize({ width: 590, height: 390 });
  for (const hash of ["#/start", "#/", "#/connect", ...plain.map((name) => `#/${name}`)]) {
    await open(hash);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over, `${hash} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});
