// The way from nothing to a sync that runs by itself, by the checklist, over the real commands.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "welcome" });
test.describe.configure({ mode: "serial" });

const themes = ["light", "dark"] as const;

test("each step is there when it is due, and done when it is done", async ({ page, open }) => {
  await open("#/start");
  await page.getByTestId("start-welcome").click();
  const step = (id: string) => page.getByTestId(`step-${id}`);
  await expect(page.getByTestId("welcome-progress")).toHaveText("0 of 9 steps done");
  await expect(step("aimfox")).toHaveAttribute("aria-current", "step");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `setting up, at its beginning, ${colorScheme}`);
  }

  // The sample stands for two accounts that were connected and paired.
  await open("#/start");
  await startSample(page);
  await open("#/welcome");
  await expect(page.getByTestId("welcome-progress")).toHaveText("4 of 9 steps done");
  await page.getByTestId("welcome-match").click();
  await expect(step("match")).toHaveAttribute("data-done", "true", { timeout: 90_000 });
  await expect(step("rehearse")).toHaveAttribute("data-done", "true");
  await expect(step("ten")).toHaveAttribute("aria-current", "step");
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `setting up, rehearsed, ${colorScheme}`);
  }

  await page.getByTestId("welcome-ten").click();
  await expect(page).toHaveURL(/#\/run\//);
  await expect(page.getByTestId("decisions")).toContainText(/[1-9]\d* approved/);
  await page.getByTestId("run-approved").click();
  await waitForDone(page);
  await expect(page.getByTestId("last-run")).toContainText("Changed:");

  await open("#/welcome");
  await expect(step("ten")).toHaveAttribute("data-done", "true");
  await expect(step("everything"), "ten people are not everybody").toHaveAttribute(
    "data-done",
    "false",
  );
  await page.getByTestId("welcome-everything").click();
  await expect(step("everything")).toHaveAttribute("data-done", "true", { timeout: 90_000 });
  await page.getByTestId("welcome-background").click();
  await expect(page.getByTestId("welcome-progress")).toHaveText("9 of 9 steps done");
  await expectAccessible(page, "all set up");
});
