// The pages of every day, over the real commands: home, the palette, help, what goes on by itself.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "daily" });
test.describe.configure({ mode: "serial" });

const themes = ["light", "dark"] as const;

test("home tells each sync's health and what needs you first", async ({ page, open }) => {
  await open("#/start");
  await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);
  const inSync = await page.getByTestId("health-in-sync").getAttribute("data-value");

  await page.getByTestId("nav-home").click();
  const card = page.getByTestId("home-sync");
  await expect(card).toContainText(inSync ?? "a number");
  await expect(card).toContainText("of 200,000 left");
  await expect(page.getByTestId("home-needs-you")).toContainText("need you");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `home, ${colorScheme}`);
  }
  await page.getByRole("link", { name: "Decide" }).click();
  await expect(page.getByTestId("needs-you").first()).toBeVisible();
});

test("a schedule is chosen, and home says when it runs next", async ({ page, open }) => {
  await open("#/");
  await expect(page.getByTestId("home-next")).toHaveText("on demand");
  await page.getByTestId("home-sync").getByRole("link").first().click();
  await page.getByTestId("schedule-every").selectOption({ label: "Every hour" });
  await expect(page.getByTestId("schedule-next")).toContainText("Next:");
  await page.getByRole("button", { name: "Add hours" }).click();
  await expect(page.getByLabel("Days")).toHaveValue("week");
  await expectAccessible(page, "a sync with a schedule");
  await page.getByRole("button", { name: "Remove these hours" }).click();
  await page.getByTestId("nav-home").click();
  await expect(page.getByTestId("home-next")).not.toHaveText("on demand");
});

test("the background is paused and resumed, and has quiet hours", async ({ page, open }) => {
  await open("#/settings");
  await page.getByTestId("pause").selectOption("hour");
  await expect(page.getByTestId("worker-state")).toHaveAttribute("data-state", "paused");
  await page.getByTestId("quiet").check();
  await expect(page.getByLabel("From")).toHaveValue("22:00");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `settings, ${colorScheme}`);
  }
  await page.getByTestId("resume").click();
  await expect(page.getByTestId("worker-state")).not.toHaveAttribute("data-state", "paused");
});

test("the palette goes to pages, people and actions by keyboard", async ({ page, open }) => {
  await open("#/activity");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("mapp");
  await expect(page.getByTestId("palette-option")).toHaveCount(1);
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `the palette, ${colorScheme}`);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("mapping-row").first()).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("lacroix");
  await expect(page.getByTestId("palette-option").first()).toContainText("Lacroix");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/person\//);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("theme dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("palette")).toHaveCount(0);
});

test("help is one key away", async ({ page, open }) => {
  await open("#/activity");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Help");
  await expect(page.getByText("webhook", { exact: true })).toBeVisible();
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `help, ${colorScheme}`);
  }
});
