// One's own accounts, by keyboard alone: two services on loopback stand for the live ones.
import { expectAccessible } from "./axe";
import { expect, test, waitForDone } from "./host";
import { Keys, startSandbox, type Sandbox } from "./sandbox";

test.use({ story: "connect" });

let sandbox: Sandbox;

test.beforeAll(async () => {
  sandbox = await startSandbox();
});

test.afterAll(() => sandbox.stop());

test("connects both services and rehearses, without a pointer", async ({ page, open }) => {
  const keys = page.keyboard;
  const walk = new Keys(page);
  const tabTo = (testid: string) => walk.tabTo(`[data-testid="${testid}"]`);
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
