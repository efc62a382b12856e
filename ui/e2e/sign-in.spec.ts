// Signing in to HighLevel through a real browser: from the form to the service's page, back to the
// real host's port, and through what becomes of the sign-in afterwards.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expectAccessible } from "./axe";
import { expect, root, test } from "./host";

test.use({ story: "sign-in" });
test.describe.configure({ mode: "serial" });

interface Sandbox {
  highlevel: { base_url: string };
  aimfox: { base_url: string; api_key: string; master_key: string };
  oauth: { authorize_url: string; client_id: string; client_secret: string };
}

let child: ChildProcess;
let sandbox: Sandbox;

test.beforeAll(async () => {
  const binary = process.env.FOXBRIDGE ?? join(root, "target/debug/foxbridge");
  const args = "sandbox serve --seed 9 --contacts 30 --leads 24 --overlap 9".split(" ");
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

/** What the service's owner does behind Foxbridge's back. */
async function hook(what: string) {
  const answer = await fetch(`${sandbox.highlevel.base_url}/_sandbox/oauth`, {
    method: "POST",
    body: JSON.stringify({ do: what }),
  });
  expect(answer.ok, what).toBe(true);
}

test("somebody signs in with an app of their own", async ({ page, open, context }) => {
  await open("#/connect");
  await page.getByRole("radio", { name: "App of your own" }).check({ force: true });
  await expect(page.getByTestId("scopes-to-tick")).toContainText("contacts.write");
  await page.getByRole("radio", { name: "Read only" }).check({ force: true });
  await expect(page.getByTestId("scopes-to-tick")).not.toContainText("write");
  await page.getByRole("radio", { name: "Read and write" }).check({ force: true });
  await expect(page.getByTestId("scopes-to-tick")).toContainText("contacts.write");
  await page.getByTestId("client-id").fill(sandbox.oauth.client_id);
  await page.getByTestId("client-secret").fill(sandbox.oauth.client_secret);
  await page.getByRole("form", { name: "App of your own" }).getByText("Advanced").click();
  await page.getByTestId("authorize-url").fill(sandbox.oauth.authorize_url);
  await page.getByTestId("app-base-url").fill(sandbox.highlevel.base_url);
  await expectAccessible(page, "an app of one's own");

  await page.getByTestId("start-sign-in").click();
  const [there] = await Promise.all([
    context.waitForEvent("page"),
    page.getByTestId("open-sign-in").click(),
  ]);
  await there.locator("#location").click();
  await expect(there.getByRole("heading", { level: 1 })).toContainText("Connected to");
  await there.close();
  await expect(page.getByTestId("connected-highlevel")).toBeVisible();

  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, document.documentElement.outerHTML]),
  );
  expect(kept, "the secret is nowhere on the page").not.toContain(sandbox.oauth.client_secret);
});

test("an agency's key is told from a workspace's", async ({ page, open }) => {
  await open("#/connect");
  await page.getByTestId("aimfox-secret").fill(sandbox.aimfox.master_key);
  await page.getByText("Advanced").first().click();
  await page.getByTestId("aimfox-base-url").fill(sandbox.aimfox.base_url);
  await page.getByTestId("connect-aimfox").click();
  await expect(page.getByTestId("error")).toContainText("agency's master key", {
    timeout: 60_000,
  });
});

test("an expired token is renewed, a revoked one is signed in again", async ({
  page,
  open,
  context,
}) => {
  await open("#/connections");
  const card = page.getByTestId("connection");
  await hook("expire");
  await card.getByTestId("check-connection").click();
  await expect(card.getByTestId("health")).toHaveText("Works");

  await hook("revoke");
  await card.getByTestId("check-connection").click();
  await expect(card.getByTestId("health")).toHaveText("Does not work");
  await expect(card.getByTestId("check")).toContainText("does not accept the sign-in");
  await expectAccessible(page, "a connection that does not work");
  expect(context.pages().length, "nothing opened by itself").toBe(1);
});
