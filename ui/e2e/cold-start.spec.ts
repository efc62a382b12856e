// From nothing to two connected accounts, counted: docs/SECURITY.md names these numbers.
import { expect, test } from "./host";
import { startSandbox, type Sandbox } from "./sandbox";

test.use({ story: "cold-start" });

let sandbox: Sandbox;
test.beforeAll(async () => {
  sandbox = await startSandbox();
});
test.afterAll(() => sandbox.stop());

test("three clicks and three fields connect by token and key", async ({ page, open }) => {
  const clicks: string[] = [];
  const fields: string[] = [];
  const click = async (testid: string) => {
    clicks.push(testid);
    await page.getByTestId(testid).click();
  };
  const fill = async (testid: string, text: string) => {
    fields.push(testid);
    await page.getByTestId(testid).fill(text);
  };
  /** Only here: a person's accounts are at the live services, which need no address. */
  const address = async (service: "aimfox" | "highlevel") => {
    const form = page.getByRole("form", {
      name: service === "aimfox" ? "Connect Aimfox" : "Connect HighLevel",
    });
    await form.getByText("Advanced").click();
    await page.getByTestId(`${service}-base-url`).fill(sandbox[service].base_url);
  };

  await open("");
  await click("start-connect");
  await fill("aimfox-secret", sandbox.aimfox.api_key);
  await address("aimfox");
  await click("connect-aimfox");
  await expect(page.getByTestId("connected-aimfox")).toBeVisible();
  await fill("highlevel-location", sandbox.highlevel.location_id);
  await fill("highlevel-secret", sandbox.highlevel.token);
  await address("highlevel");
  await click("connect-highlevel");
  await expect(page.getByTestId("connected-highlevel")).toBeVisible();

  expect([clicks.length, fields.length], "clicks and fields").toEqual([3, 3]);
  await open("#/connections");
  await expect(page.getByTestId("connection")).toHaveCount(2);
});

test("a token in the location's field is refused, and not shown", async ({ page, open }) => {
  await open("#/connect");
  await page.getByRole("button", { name: "Connect another" }).last().click();
  await page.getByTestId("highlevel-location").fill("pit-5c1a7a52-0000-4000-8000-000000000000");
  await page.getByTestId("highlevel-secret").fill("anything");
  await page.getByTestId("connect-highlevel").click();
  const error = page.getByTestId("error");
  await expect(error).toContainText("letters and digits only");
  await expect(error).not.toContainText("pit-");
});
