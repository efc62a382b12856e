// Pictures of every page for the README, from the real host on sample data: `npm run shots`.
// Needs `npm run build` and target/debug/foxbridge-devserver.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");
const out = process.env.SHOTS_DIR ?? join(root, "docs/pictures");
const binary = process.env.FOXBRIDGE_DEVSERVER ?? join(root, "target/debug/foxbridge-devserver");
const themes = /** @type {const} */ (["light", "dark"]);
const LONG = { timeout: 120_000 };

mkdirSync(out, { recursive: true });
const data = mkdtempSync(join(tmpdir(), "foxbridge-shots-"));
const host = spawn(
  binary,
  ["--port", "0", "--ui", join(root, "ui/dist")].concat([
    "--data-dir",
    data,
    "--vault-key-file",
    join(data, "key"),
  ]),
  { stdio: ["ignore", "pipe", "inherit"] },
);
host.once("error", (error) => {
  throw error;
});
const url = await new Promise((resolve) => {
  createInterface({ input: host.stdout }).once("line", (line) => resolve(JSON.parse(line).url));
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

try {
  const page = await browser.newPage({
    viewport: { width: 1180, height: 780 },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  /** @param {string} testid */
  const at = (testid) => page.getByTestId(testid);
  /** @param {string} name */
  const shoot = async (name) => {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Two frames: one to take the colours, one to have painted them.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await page.screenshot({ path: join(out, `${name}-${colorScheme}.png`) });
    }
    console.log(name);
  };
  /** @param {string} hash */
  const go = (hash) => page.goto(url + hash);

  await go("#/start");
  await at("start-sample").waitFor();
  await shoot("start");
  await go("#/connect");
  await at("aimfox-secret").waitFor();
  await shoot("connect");

  await go("#/start");
  await at("start-sample").click();
  await at("rehearse").waitFor();
  await shoot("sync-new");
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
  await shoot("progress");
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

  for (const [name, hash, ready] of [
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
  await browser.close();
  const ended = new Promise((done) => host.once("exit", done));
  host.kill("SIGTERM");
  // Until it has ended it still writes there.
  await ended;
  rmSync(data, { recursive: true, force: true });
}
