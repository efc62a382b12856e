// What needs a person, answered by keyboard over the real commands; the next rehearsal honours it.
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "inbox" });
test.describe.configure({ mode: "serial" });

test("questions are answered by one key each, taken back, and honoured", async ({ page, open }) => {
  await open("#/start");
  await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);

  await page.getByTestId("nav-needs-you").click();
  const rows = page.getByTestId("inbox-row");
  await expect(rows.first()).toBeVisible();
  const all = await rows.count();
  expect(all, "the sample has several questions").toBeGreaterThan(2);
  const first = page.getByTestId("needs-you").getByRole("heading", { level: 2 });
  const name = await first.textContent();

  // The lead stands beside every contact it could be.
  await expect(page.getByTestId("comparison")).toContainText("Aimfox lead");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `the inbox, ${colorScheme}`);
  }

  await page.keyboard.press("1");
  await expect(page.getByTestId("pending")).toContainText("1 answer waits");
  await expect(rows).toHaveCount(all - 1);
  await page.keyboard.press("u");
  await expect(rows, "taken back, it is open again").toHaveCount(all);
  await expect(page.getByTestId("pending")).toHaveCount(0);

  await page.keyboard.press("1");
  await expect(rows).toHaveCount(all - 1);
  await expectAccessible(page, "the inbox with an answer");
  await page.getByTestId("rehearse-answers").click();
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await page.getByRole("textbox", { name: /Search/ }).fill((name ?? "").trim());
  await expect(page.getByTestId("plan-row").first(), "the answer is in the plan").toBeVisible();
});

test("the whole inbox is walked and answered without a pointer", async ({ page, open }) => {
  await open("#/needs-you");
  const rows = page.getByTestId("inbox-row");
  await expect(rows.first()).toBeVisible();
  const before = await rows.count();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await expect(rows.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("2");
  await expect(rows).toHaveCount(before - 1);
});
