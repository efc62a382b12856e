// What is kept and what goes into files, over the real commands: activity filtered and exported, a
// backup put back, diagnostics, retention.
import { readFileSync } from "node:fs";
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "keep" });
test.describe.configure({ mode: "serial" });

const themes = ["light", "dark"] as const;

test("activity is filtered, linked and exported", async ({ page, open }) => {
  await open("#/start");
  await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);
  await page.getByTestId("nav-activity").click();
  const entries = page.getByTestId("activity-entry");
  await expect(entries.first()).toBeVisible();
  await page.getByTestId("activity-filters").getByText("Filters").click();
  await page.getByTestId("activity-place").selectOption("aimfox");
  await page.getByTestId("activity-outcome").selectOption("ok");
  await page.getByRole("radiogroup", { name: "Show" }).getByText("Changes").click();
  await expect(entries.first()).toHaveAttribute("data-kind", "change");
  await entries.first().getByRole("button").first().click();
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `activity, filtered, ${colorScheme}`);
  }
  const download = page.waitForEvent("download");
  await page.getByTestId("export-csv").click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^foxbridge-activity-.*\.csv$/);
  const lines = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  expect(lines[0]).toContain("at,kind,sync,run");
  // A value may go over several lines; an entry begins with its time.
  const begun = lines.filter((line) => /^\d{4}-\d\d-\d\dT/.test(line));
  expect(begun.length).toBeGreaterThan(10);
  expect(begun.every((line) => line.includes(",change,"))).toBe(true);

  await page.getByTestId("open-person").first().click();
  await page.getByText("All activity of this person").click();
  await expect(entries.first()).toBeVisible();
  await expect(page.getByTestId("activity-clear")).toBeVisible();
  await entries.first().getByRole("button").first().click();
  await page.getByRole("link", { name: "Open this run" }).click();
  await page.getByTestId("run-activity").click();
  await expect(entries.first()).toHaveAttribute("data-kind", "run");
});

test("everything is backed up, lost, and put back", async ({ page, open }) => {
  await open("#/settings");
  await page.getByTestId("backup").click();
  await page.getByTestId("backup-passphrase").fill("four quite ordinary words");
  await page.getByTestId("backup-again").fill("four quite ordinary words");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `a backup is made, ${colorScheme}`);
  }
  const download = page.waitForEvent("download");
  await page.getByTestId("backup-save").click();
  const backup = await (await download).path();
  expect(readFileSync(backup, "utf8").slice(0, 21)).toBe("age-encryption.org/v1");

  await open("#/connections");
  await page.getByTestId("remove-connection").first().click();
  await page.getByTestId("dialog-confirm").click();
  await open("#/activity");
  await expect(page.getByTestId("nav-home"), "no sync is left").toHaveCount(0);

  await open("#/settings");
  const choose = async () => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByTestId("restore").click();
    await (await chooser).setFiles(backup);
  };
  await choose();
  await page.getByTestId("restore-passphrase").fill("another one entirely");
  await page.getByTestId("restore-look").click();
  await expect(page.getByRole("alert")).toContainText("does not open this backup");
  await page.getByTestId("restore-passphrase").fill("four quite ordinary words");
  await page.getByTestId("restore-look").click();
  await expect(page.getByTestId("backup-info")).toContainText("Sample data");
  await expectAccessible(page, "a backup, looked into");
  await page.getByTestId("restore-confirm").click();
  await expect(page.getByTestId("restored")).toBeVisible();
  await expect(page.getByTestId("nav-home"), "the sync is back").toBeVisible();
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `settings, restored, ${colorScheme}`);
  }
});

test("less is kept only after a question, and diagnostics are a zip", async ({ page, open }) => {
  await open("#/settings");
  await page.getByTestId("keep-request_days").selectOption("7");
  await expectAccessible(page, "the question before keeping less");
  await page.getByTestId("dialog-confirm").click();
  // The question goes away once it is done.
  await expect(page.getByTestId("dialog-confirm")).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("keep-request_days")).toHaveValue("7");
  const download = page.waitForEvent("download");
  await page.getByTestId("diagnostics").click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  expect(readFileSync(await file.path(), "latin1").slice(0, 2)).toBe("PK");
});
