// Pictures of every page for the README, from the real host on sample data: `npm run shots`.
// Needs `npm run build` and target/debug/foxbridge-devserver.
import { LONG, stage } from "./stage.mjs";

const { page, at, shoot, go, settle, end } = await stage();

try {
  await go("#/start");
  await at("start-sample").waitFor();
  await shoot("start");
  await go("#/connect");
  await at("aimfox-secret").waitFor();
  await shoot("connect");

  await go("#/start");
  await at("start-sample").click();
  await at("rehearse").waitFor();
  await shoot("sync-new", { zoomed: false });
  const sync = page.url().split("/").at(-1);

  // The page learns that the rehearsal has ended from this answer: held back, progress stays.
  let letGo = () => {};
  const gate = new Promise((resolve) => (letGo = () => resolve(undefined)));
  await page.route("**/rpc/syncs.list", async (route) => {
    await gate;
    await route.continue();
  });
  await at("rehearse").click();
  await at("progress").waitFor();
  await page.locator('[aria-current="step"]').waitFor();
  await shoot("progress", { zoomed: false });
  letGo();
  await at("plan-row").first().waitFor(LONG);
  await at("change-detail").waitFor();
  // An update shows more than a create: before, after, and perhaps the value that lost.
  const update = page.getByRole("radio", { name: /^Update/ });
  if (await update.count()) await update.check({ force: true });
  const rows = at("plan-row");
  for (let n = 0; n < (await rows.count()) && !(await at("field-change").count()); n += 1) {
    await rows.nth(n).click();
    await page.waitForTimeout(200);
  }
  await shoot("rehearsal");

  await at("run").click();
  await at("rehearse").waitFor();
  await page.locator('[data-testid="run-state"][data-state="done"]').waitFor(LONG);
  await at("health-in-sync").waitFor();
  await shoot("sync");
  await at("open-run").click();
  await at("change-detail").waitFor();
  await shoot("run");

  // Once more, so that who was made just now is read, too.
  await go(`#/sync/${sync}`);
  await at("run").click();
  await at("last-run").getByText("Nothing was changed").waitFor(LONG);
  await settle();
  await go("#/help");
  await page.locator("main h1").waitFor();
  await shoot("help");
  await go(`#/people/${sync}`);
  await at("person-row").first().waitFor();
  await shoot("people");
  // Somebody with more than a name on both sides.
  const everybody = await at("people-total").textContent();
  await page.getByRole("radio", { name: /^Linked/ }).check({ force: true });
  await page.waitForFunction(
    (was) => document.querySelector("[data-testid=people-total]")?.textContent !== was,
    everybody,
  );
  await page.getByRole("listbox").focus();
  for (const key of ["Home", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await at("record-highlevel").waitFor();
  await shoot("person");
  await go("#/");
  await at("home-sync").waitFor();
  await shoot("home");
  await page.keyboard.press("Control+k");
  await at("palette-option").first().waitFor();
  await shoot("palette");

  for (const [name, hash, ready] of [
    ["mapping", `#/mapping/${sync}`, "sample-person"],
    ["needs-you", `#/needs-you/${sync}`, "comparison"],
    ["welcome", "#/welcome", "step-background"],
    ["activity", "#/activity", "activity-entry"],
    ["operations", "#/operations", "operation-row"],
    ["operation", "#/operations/highlevel.contacts.tasks.create", "dry-run"],
    ["triggers", "#/triggers", "trigger-row"],
    ["trigger", "#/triggers/highlevel.events.contact_create", "payload"],
    ["permissions", "#/permissions", "permission-row"],
    ["connections", "#/connections", "connection"],
    ["settings", "#/settings", "theme-toggle"],
  ]) {
    await go(/** @type {string} */ (hash));
    await at(/** @type {string} */ (ready))
      .first()
      .waitFor();
    await shoot(/** @type {string} */ (name));
  }
} finally {
  await end();
}
