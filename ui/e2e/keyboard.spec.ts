// The first use, from a cold start to an approved first run and a look at what it did, by the keyboard
// alone: nothing here clicks, and whatever has the focus shows it.
import { expectAccessible } from "./axe";
import { expect, test, waitForDone } from "./host";
import { Keys } from "./sandbox";

test.use({ story: "keyboard" });

test("from a cold start to an approved first run without a pointer", async ({ page, open }) => {
  const keys = new Keys(page);
  const press = async (testid: string) => {
    await keys.tabTo(`[data-testid="${testid}"]`);
    await keys.press("Enter");
  };

  await open("");
  await expectAccessible(page, "the start");
  await press("start-sample");
  await expect(page).toHaveURL(/#\/sync\//);
  await expectAccessible(page, "a sync that never ran");

  await press("rehearse");
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await waitForDone(page);
  const rows = page.getByTestId("plan-row");
  await expect(rows.first()).toBeVisible();
  await expectAccessible(page, "a rehearsal");

  // Only people who are new to one side: the kinds are radio buttons.
  await keys.tabTo('[aria-label="Kind"] input:checked');
  const create = page.getByRole("radio", { name: /^Create/ });
  await expect(create).toBeVisible();
  for (let presses = 0; presses < 5 && !(await create.isChecked()); presses++) {
    await keys.press("ArrowRight");
  }
  await expect(create).toBeChecked();
  await expect(rows.first()).toContainText("Create");

  // Looked at, then decided: no, yes, yes.
  await keys.tabTo('[role="listbox"]');
  await keys.press("End");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await keys.press("Home");
  await expect(rows.first()).toHaveAttribute("aria-selected", "true");
  const decided = page.locator("[data-testid=plan-row] [data-decision]");
  await keys.press("ArrowLeft");
  await expect(decided).toHaveCount(1);
  await keys.press("ArrowRight");
  await expect(decided).toHaveCount(2);
  await keys.press(" ");
  await expect(decided).toHaveCount(3);
  await expect(page.getByTestId("decisions")).toContainText("2 approved, 1 skipped");
  await expectAccessible(page, "a rehearsal, decided");

  // Backwards, as one would: the button is above the list.
  await keys.tabTo('[data-testid="run-approved"]', "Shift+Tab");
  await keys.press("Enter");
  await expect(page).toHaveURL(/#\/sync\//);
  await waitForDone(page);
  await expect(page.getByTestId("last-run")).toHaveText("Changed: 2 created");
  await expectAccessible(page, "a sync after its first run");

  await press("nav-activity");
  await expect(page.getByTestId("activity-entry").first()).toBeVisible();
  await keys.tabTo("[data-testid=activity-entry][data-kind=run] button >> nth=0");
  await keys.press("Enter");
  await expect(page.getByTestId("undo"), "the run can be taken back from here").toBeVisible();
  await expectAccessible(page, "a run in the activity");
});
