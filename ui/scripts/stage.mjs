// What pictures are taken of: the real host on a fresh folder, a browser, and a way to shoot a page in
// light, in dark and at 200 %.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");
const out = process.env.SHOTS_DIR ?? join(root, "docs/pictures");
const binary = process.env.FOXBRIDGE_DEVSERVER ?? join(root, "target/debug/foxbridge-devserver");
const themes = /** @type {const} */ (["light", "dark"]);
/** Where the data of somebody's own installation is; the pictures' is in a folder of a moment. */
const HOME = "/home/ada/.local/share/app.foxbridge.desktop";

/** What takes as long as a run. */
export const LONG = { timeout: 120_000 };

export async function stage() {
  mkdirSync(out, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), "foxbridge-shots-"));
  const folders = ["--data-dir", data, "--vault-key-file", join(data, "key")];
  const host = spawn(binary, ["--port", "0", "--ui", join(root, "ui/dist"), ...folders], {
    stdio: ["ignore", "pipe", "inherit"],
  });
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
  const page = await browser.newPage({
    viewport: { width: 1180, height: 780 },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const screen = await page.context().newCDPSession(page);

  /** Two frames: one to take what changed, one to have painted it. */
  const painted = () =>
    page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  /** @param {string} file */
  const take = async (file) => {
    await painted();
    await page.screenshot({ path: join(out, file) });
  };

  /**
   * Pictures of the page as it is, light and dark, and where wanted as half the window shows it.
   * @param {string} name
   * @param {{ zoomed?: boolean }} [how]
   */
  const shoot = async (name, { zoomed = true } = {}) => {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await take(`${name}-${colorScheme}.png`);
    }
    if (zoomed) {
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      const half = { width: 590, height: 390, deviceScaleFactor: 2, mobile: false };
      await screen.send("Emulation.setDeviceMetricsOverride", half);
      await painted();
      // The page's own picture would set the window back first.
      const { data } = await screen.send("Page.captureScreenshot", { format: "png" });
      writeFileSync(join(out, `${name}-200.png`), Buffer.from(data, "base64"));
      const whole = { width: 1180, height: 780, deviceScaleFactor: 1, mobile: false };
      await screen.send("Emulation.setDeviceMetricsOverride", whole);
      await painted();
    }
    console.log(name);
  };

  return {
    page,
    shoot,
    /** @param {string} testid */
    at: (testid) => page.getByTestId(testid),
    /** @param {string} hash */
    go: (hash) => page.goto(url + hash),
    /**
     * A command of the contract, as the page gives it.
     * @param {string} command
     * @param {object} request
     */
    call: (command, request) =>
      page.evaluate(async ([command, request]) => {
        const token = sessionStorage.getItem("foxbridge-token") ?? "";
        const answer = await fetch(`/rpc/${command}`, {
          method: "POST",
          headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
          body: JSON.stringify(request),
        });
        const body = await answer.json();
        if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(body)}`);
        return body;
      }, /** @type {const} */ ([command, request])),
    /** From here on the pages name a folder as people have it, not this one. */
    settle: () =>
      page.route("**/rpc/**", async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replaceAll(data, HOME);
        await route.fulfill({ response: answer, body });
      }),
    end: async () => {
      await browser.close();
      const ended = new Promise((done) => host.once("exit", done));
      host.kill("SIGTERM");
      // Until it has ended it still writes there.
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
