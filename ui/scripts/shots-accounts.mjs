// Pictures of the pages about accounts, from the real host and the sandbox: `npm run shots:accounts`.
// Needs `npm run build`, target/debug/foxbridge and target/debug/foxbridge-devserver.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");
const out = process.env.SHOTS_DIR ?? join(root, "docs/pictures");
const themes = /** @type {const} */ (["light", "dark"]);
const data = mkdtempSync(join(tmpdir(), "foxbridge-shots-"));
mkdirSync(out, { recursive: true });

/**
 * Starts a program; what its first line says, and a way to end it.
 * @param {string} name
 * @param {string[]} args
 */
async function start(name, args) {
  const child = spawn(join(root, "target/debug", name), args, {
    stdio: ["ignore", "pipe", "inherit"],
    // There is no keyring, and nobody's own is touched.
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" },
  });
  child.once("error", (error) => {
    throw error;
  });
  const said = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line)));
  });
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  };
  return { said, stop };
}

const sandbox = await start(
  "foxbridge",
  "sandbox serve --seed 9 --contacts 30 --leads 24 --overlap 9".split(" "),
);
const host = await start("foxbridge-devserver", [
  ...["--port", "0", "--ui", join(root, "ui/dist")],
  ...["--data-dir", join(data, "data")],
]);
const { highlevel, aimfox, oauth } = sandbox.said;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});

try {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 860 },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
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
  const go = async (hash) => {
    await page.goto(host.said.url + hash);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  };

  await go("#/connect");
  await at("scopes-to-tick").waitFor();
  await shoot("connect");

  // No keyring: told where it happens, with the way out beside it.
  await at("aimfox-secret").fill(aimfox.api_key);
  await page.getByText("Advanced").first().click();
  await at("aimfox-base-url").fill(aimfox.base_url);
  await at("connect-aimfox").click();
  await at("error").waitFor();
  await page.getByRole("radio", { name: /passphrase/ }).check({ force: true });
  await at("vault-passphrase").fill("correct horse battery");
  await at("vault-again").fill("correct horse battery");
  await at("error").evaluate((error) => {
    error.scrollIntoView({ block: "start" });
  });
  await shoot("vault");
  await at("vault-use").click();
  await at("vault-use").waitFor({ state: "detached" });
  await at("connect-aimfox").click();
  await at("connected-aimfox").waitFor();

  // An app of one's own.
  await page.getByRole("radio", { name: "App of your own" }).check({ force: true });
  await at("client-id").fill(oauth.client_id);
  await at("client-secret").fill(oauth.client_secret);
  await at("client-id").scrollIntoViewIfNeeded();
  await shoot("connect-app");
  const form = page.getByRole("form", { name: "App of your own" });
  await form.getByText("Advanced").click();
  await at("authorize-url").fill(oauth.authorize_url);
  await at("app-base-url").fill(highlevel.base_url);
  await at("start-sign-in").click();
  const [there] = await Promise.all([context.waitForEvent("page"), at("open-sign-in").click()]);
  await there.locator("#location").click();
  await there.getByRole("heading", { level: 1 }).waitFor();
  await there.close();
  await at("connected-highlevel").waitFor();

  await go("#/connections");
  await at("connection").first().waitFor();
  await shoot("connections");
  await fetch(`${highlevel.base_url}/_sandbox/oauth`, {
    method: "POST",
    body: JSON.stringify({ do: "revoke" }),
  });
  await page
    .locator('[data-testid=connection][data-service="highlevel"]')
    .getByTestId("check-connection")
    .click();
  await page.locator('[data-testid=check][data-state="failed"]').waitFor();
  await shoot("connections-trouble");
} finally {
  await browser.close();
  await host.stop();
  await sandbox.stop();
  rmSync(data, { recursive: true, force: true });
}
