// Every way in which a keyring lets one down, against a real one: what the page says, that it is told where
// it happens, and that the way out works.
import { test, expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { startHost, type Host } from "./host";
import { installed, session, type State } from "./keyring";
import { startSandbox, type Sandbox } from "./sandbox";

test.skip(!installed(), "dbus and gnome-keyring are not installed");
// Tall enough for the whole form, so that the pictures show all of it.
test.use({ viewport: { width: 1180, height: 1100 } });

const says: Record<Exclude<State, "ready">, { title: string; way: string }> = {
  none: { title: "There is no system keyring", way: "Start a keyring" },
  empty: { title: "has no default keyring yet", way: "make a default one in it" },
  locked: { title: "is locked, and was not unlocked", way: "Unlock the keyring with its password" },
  denied: {
    title: "refused access: the rules of this session forbid it",
    way: "Allow Foxbridge to use the keyring",
  },
  hangs: { title: "did not answer in time", way: "may be asking for its password in a window" },
};

let sandbox: Sandbox;
test.beforeAll(async () => {
  sandbox = await startSandbox();
});
test.afterAll(() => sandbox.stop());

/** Types the key in and sends it. */
async function connectAimfox(page: Page) {
  await page.getByTestId("aimfox-secret").fill(sandbox.aimfox.api_key);
  await page.getByText("Advanced").first().click();
  await page.getByTestId("aimfox-base-url").fill(sandbox.aimfox.base_url);
  await page.getByTestId("connect-aimfox").click();
}

async function within(state: State, story: (host: Host) => Promise<void>) {
  const host = await startHost(session(state));
  try {
    await story(host);
  } finally {
    await host.stop();
  }
}

for (const [state, { title, way }] of Object.entries(says)) {
  test(`a keyring that is ${state}`, async ({ page }, info) => {
    await within(state as State, async (host) => {
      await page.goto(`${host.url}#/connect`);
      await connectAimfox(page);
      const error = page.getByTestId("error");
      await expect(error).toContainText(title, { timeout: 60_000 });
      await expect(error).toContainText(way);
      await expect(page.getByTestId("connected-aimfox")).toHaveCount(0);
      await expect(page.getByTestId("vault"), "the way out is beside it").toBeVisible();
      await page.screenshot({ path: info.outputPath("connect.png") });
      await expectAccessible(page, `connecting, with a keyring that is ${state}`);

      // The way out, without leaving the page: an encrypted file, and the same key again.
      await page.getByRole("radio", { name: /passphrase/ }).check({ force: true });
      await page.getByTestId("vault-passphrase").fill("three words here");
      await page.getByTestId("vault-again").fill("three words here");
      await page.getByTestId("vault-use").click();
      await expect(page.getByTestId("vault-use")).toHaveCount(0, { timeout: 60_000 });
      await page.getByTestId("connect-aimfox").click();
      await expect(page.getByTestId("connected-aimfox")).toBeVisible();
    });
  });

  test(`Settings, with a keyring that is ${state}`, async ({ page }, info) => {
    await within(state as State, async (host) => {
      await page.goto(`${host.url}#/settings`);
      const alert = page.getByTestId("vault").getByRole("alert");
      await expect(alert).toContainText(title, { timeout: 60_000 });
      await expect(alert).toContainText(way);
      await page.screenshot({ path: info.outputPath("settings.png") });
    });
  });
}

test("a keyring that works needs no choice", async ({ page }) => {
  await within("ready", async (host) => {
    await page.goto(`${host.url}#/connect`);
    await connectAimfox(page);
    await expect(page.getByTestId("connected-aimfox")).toBeVisible();
    await page.goto(`${host.url}#/settings`);
    await expect(page.getByTestId("vault")).toHaveAttribute("data-state", "ready");
  });
});
