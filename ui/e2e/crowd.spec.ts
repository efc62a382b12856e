// A hundred thousand people: the list is scrolled, searched and opened, and no page waits for all of
// them to be drawn.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expectAccessible } from "./axe";
import { expect, root, startHost, test, type Host } from "./host";

test.describe.configure({ mode: "serial" });

const PEOPLE = 100_000;
/** What reads everybody may take its time on a slow machine; it must not take the page along. */
const LONG = { timeout: 90_000 };

let host: Host;
let sync = "";
test.beforeAll(async () => {
  test.setTimeout(600_000);
  host = await startHost(undefined, (data, key) => {
    const crowd = process.env.FOXBRIDGE_CROWD ?? join(root, "target/debug/examples/crowd");
    const said = execFileSync(crowd, [data, key, String(PEOPLE)], { encoding: "utf8" });
    ({ sync } = JSON.parse(said) as { sync: string });
  });
});
test.afterAll(() => host.stop());

test("the list of people is scrolled, searched and opened", async ({ page }) => {
  await page.goto(`${host.url}#/people/${sync}`);
  const rows = page.getByTestId("person-row");
  const total = page.getByTestId("people-total");
  await expect(total).toHaveText("100,000 people", LONG);
  await expect(rows.first()).toContainText("Ada Abel");
  await expectAccessible(page, "100,000 people");

  // To the end and back by keys; somewhere in the middle by the wheel.
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  await expect(rows.last()).toHaveAttribute("aria-posinset", String(PEOPLE));
  await expect(rows.last()).toContainText(/@example\.com/, LONG);
  expect(await rows.count(), "only those in sight are drawn").toBeLessThan(60);
  await page.keyboard.press("Home");
  await expect(rows.first()).toContainText("Ada Abel", LONG);
  await page.getByRole("listbox").evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await expect(rows.nth(10)).toHaveAttribute("aria-posinset", /^(49|50)\d\d\d$/);
  await expect(rows.nth(10)).toContainText(/@example\.com/, LONG);

  await page.getByRole("radio", { name: /^Linked/ }).check({ force: true });
  await expect(total).toHaveText("50,000 people", LONG);
  await page.getByRole("radio", { name: /^All/ }).check({ force: true });
  await expect(total).toHaveText("100,000 people", LONG);

  await page.keyboard.press("/");
  await page.keyboard.type("bjorn kowalski");
  await expect(total).toHaveText(/^(390|391) people/, LONG);
  await expect(rows.first()).toContainText("Björn Kowalski", LONG);
  await page.getByRole("textbox").fill("person.77777@");
  await expect(total).toHaveText("1 person", LONG);
  await rows.first().dblclick();
  await expect(page.getByTestId("record-highlevel")).toContainText("77777", LONG);
});

test("no other page is held up by so many", async ({ page }) => {
  for (const [hash, shows] of [
    ["#/", "home-sync"],
    [`#/sync/${sync}`, "rehearse"],
    [`#/mapping/${sync}`, "sample-person"],
    ["#/needs-you", "nav-needs-you"],
    ["#/welcome", "welcome-progress"],
  ] as const) {
    await page.goto(host.url + hash);
    await expect(page.getByTestId(shows).first(), hash).toBeVisible(LONG);
  }
  // Another mapping of everybody is counted while the page goes on.
  await page.goto(`${host.url}#/mapping/${sync}`);
  const row = page.getByTestId("mapping-row").first();
  await expect(row).toBeVisible(LONG);
  await row.getByRole("switch").click();
  await expect(page.getByTestId("mapping-status")).toContainText("1 unsaved change");
  await expect(page.getByTestId("mapping-status")).toContainText(/people affected/, LONG);
});
