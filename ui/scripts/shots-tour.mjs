// Pictures of docs/TOUR.md, taken on the way that it describes: `npm run shots:tour`.
// Needs `npm run build` and target/debug/foxbridge-devserver.
import { LONG, stage } from "./stage.mjs";

const { page, at, shoot, go, end } = await stage();
const alone = { zoomed: false };

try {
  await go("#/start");
  await at("start-sample").waitFor();
  await shoot("tour-1-start", alone);
  await at("start-welcome").click();
  await at("welcome-progress").waitFor();
  await shoot("tour-5-steps", alone);

  await go("#/start");
  await at("start-sample").click();
  await at("rehearse").waitFor();
  await shoot("tour-2-sync", alone);

  await go("#/welcome");
  await at("welcome-match").click();
  await at("welcome-ten").waitFor(LONG);
  await shoot("tour-6-ten", alone);

  await go("#/");
  await at("home-sync").getByRole("link").first().click();
  await at("rehearse").click();
  await page.waitForURL(/#\/run\//, LONG);
  // Two who are new are approved, one is skipped.
  await page.getByRole("radio", { name: /^Create/ }).check({ force: true });
  await at("plan-row").filter({ hasText: "Create" }).first().waitFor();
  await page.getByRole("listbox").focus();
  for (const key of ["Home", "ArrowRight", "ArrowLeft", " "]) await page.keyboard.press(key);
  await at("decisions").getByText("2 approved, 1 skipped").waitFor();
  await at("change-detail").waitFor();
  await shoot("tour-3-approve", alone);

  await at("run-approved").click();
  await page.locator('[data-testid="run-state"][data-state="done"]').waitFor(LONG);
  await at("last-run").getByText("Changed: 2 created").waitFor();
  await shoot("tour-4-ran", alone);

  await go("#/welcome");
  await at("welcome-everything").click();
  await at("welcome-background").click(LONG);
  await at("welcome-progress").getByText("9 of 9 steps done").waitFor(LONG);
  await shoot("tour-7-done", alone);
} finally {
  await end();
}
