// One's own accounts, by keyboard alone: two services on loopback stand for the live ones.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expectAccessible } from "./axe";
import { expect, root, test, waitForDone } from "./host";

test.use({ story: "connect" });

interface Sandbox {
  highlevel: { base_url: string; token: string; location_id: string };
  aimfox: { base_url: string; api_key: string };
}

let child: ChildProcess;
let sandbox: Sandbox;

test.beforeAll(async () => {
  const binary = process.env.FOXBRIDGE ?? join(root, "target/debug/foxbridge");
  const args = "sandbox serve --seed 7 --contacts 30 --leads 24 --overlap 9".split(" ");
  const started = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  sandbox = await new Promise<Sandbox>((resolve, reject) => {
    started.once("error", reject);
    started.once("exit", (code) => reject(new Error(`${binary} ended at once, with ${code}`)));
    createInterface({ input: started.stdout }).once("line", (line) => {
      resolve(JSON.parse(line) as Sandbox);
    });
  });
});

test.afterAll(async () => {
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
});

test("connects both services and rehearses, without a pointer", async ({ page, open }) => {
  const keys = page.keyboard;
  /** Tabs on until the element has the focus, as a person would. */
  const tabTo = async (testid: string) => {
    const there = page.getByTestId(testid);
    await expect(there).toBeVisible();
    for (let presses = 0; presses < 60; presses++) {
      if (await there.evaluate((element) => element === document.activeElement)) return;
      await keys.press("Tab");
    }
    throw new Error(`${testid} cannot be reached by Tab`);
  };
  const openAdvanced = async (baseUrl: string) => {
    // After the secret: its Show button, then Advanced.
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.press("Enter");
    await tabTo(baseUrl);
  };

  await open("#/start");
  await tabTo("start-connect");
  await keys.press("Enter");

  await tabTo("aimfox-secret");
  await keys.type(sandbox.aimfox.api_key);
  await openAdvanced("aimfox-base-url");
  await keys.type(sandbox.aimfox.base_url);
  await keys.press("Enter");
  await expect(page.getByTestId("connected-aimfox")).toBeVisible();

  await tabTo("highlevel-location");
  await keys.type(sandbox.highlevel.location_id);
  await tabTo("highlevel-secret");
  await keys.type("pit-wrong");
  await openAdvanced("highlevel-base-url");
  await keys.type(sandbox.highlevel.base_url);
  await keys.press("Enter");
  await expect(page.getByTestId("error"), "a wrong token is refused").toBeVisible();
  await expect(page.getByTestId("highlevel-location")).toHaveValue(sandbox.highlevel.location_id);

  await page.getByTestId("highlevel-secret").focus();
  await keys.press("Control+A");
  await keys.type(sandbox.highlevel.token);
  await keys.press("Enter");
  await expect(page.getByTestId("connected-highlevel")).toBeVisible();
  await expectAccessible(page, "both connected, the choice of a template");

  await page.getByRole("radio", { name: /^Off/ }).focus();
  await keys.press("Space");
  await tabTo("sync-name");
  await keys.type("Mine");
  await keys.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Mine" })).toBeVisible();
  await expect(page.getByText("Never written in HighLevel")).toBeVisible();

  await tabTo("rehearse");
  await keys.press("Enter");
  await expect(page).toHaveURL(/#\/run\//, { timeout: 90_000 });
  await waitForDone(page);
  await expect(page.getByTestId("verdict")).toHaveText("Would change");

  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, document.body.innerText]),
  );
  for (const secret of [sandbox.aimfox.api_key, sandbox.highlevel.token]) {
    expect(kept, "a secret is nowhere on the page after entry").not.toContain(secret);
  }
});
