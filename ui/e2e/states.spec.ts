// Every page while it loads, when the host fails, and when it is lost: never blank, never broken, and
// as accessible as when all is well.
import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, startSample, test, waitForDone } from "./host";

test.use({ story: "states" });
test.describe.configure({ mode: "serial" });

/** Soft, so that one run names every page that is wrong. */
const SOON = { timeout: 5_000 };

let sync = "";
let run = "";
let person = "";
let rule = "";

/** Every page there is, by its address. */
const pages = (): string[] => [
  "#/",
  "#/start",
  "#/welcome",
  "#/connect",
  `#/sync/${sync}`,
  `#/run/${run}`,
  `#/mapping/${sync}`,
  `#/people/${sync}`,
  person,
  "#/needs-you",
  "#/activity",
  "#/rules",
  rule,
  "#/rule/new",
  "#/webhooks",
  "#/operations",
  "#/operations/highlevel.contacts.get",
  "#/triggers",
  "#/triggers/highlevel.events.contact_create",
  "#/permissions",
  "#/connections",
  "#/settings",
  "#/help",
  "#/nowhere",
];

/** Pages that ask the host for nothing of their own. */
const quiet = new Set(["#/help", "#/connect", "#/start", "#/", "#/nowhere"]);

const wide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Controls that stick out of the box they are in, where nothing scrolls to them. */
const cut = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("main :is(input, select, textarea, button)")]
      .filter((control) => {
        const { right, width } = control.getBoundingClientRect();
        let box = control.parentElement;
        while (box && getComputedStyle(box).overflowX === "visible") box = box.parentElement;
        const scrolls = box && ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
        const edge = box ? box.getBoundingClientRect().right : innerWidth;
        return width > 1 && right > Math.min(edge, innerWidth) + 1 && !(scrolls && right <= edge);
      })
      .map((control) => control.getAttribute("aria-label") ?? control.outerHTML.slice(0, 80)),
  );

test("there is a sync to look at", async ({ page, open }) => {
  await open("#/start");
  sync = await startSample(page);
  await page.getByTestId("run").click();
  await waitForDone(page);
  await page.getByTestId("open-run").click();
  run = /#\/run\/(.+)$/.exec(page.url())?.[1] ?? "";
  await open(`#/people/${sync}`);
  await page.getByTestId("person-row").first().dblclick();
  await expect(page).toHaveURL(/#\/person\//);
  person = new URL(page.url()).hash;
  await open("#/rules");
  await page.getByTestId("recipe-tag-to-label").click();
  await expect(page).toHaveURL(/#\/rule\//);
  rule = new URL(page.url()).hash;
});

test("a page that loads says so, and is not blank", async ({ page, open }) => {
  await page.route("**/rpc/**", () => {
    // Never answered: the page waits.
  });
  for (const hash of pages()) {
    await open(hash);
    const said = page.locator("main h1, main [role=status][aria-label=Loading]").first();
    await expect.soft(said, `${hash} says what it is, or that it loads`).toBeVisible(SOON);
  }
});

test("a host that fails is told on every page, with what to do", async ({ page, host }) => {
  const body = JSON.stringify({
    code: "store",
    message: "The data folder cannot be read: the disk is full.",
    hint: "Free some space and try again. Nothing was changed.",
  });
  await page.route("**/rpc/**", (route) =>
    route.fulfill({ status: 500, contentType: "application/json", body }),
  );
  for (const hash of pages()) {
    await page.goto(host.url + hash);
    await expect.soft(page.locator("main h1").first(), hash).toBeVisible(SOON);
    if (!quiet.has(hash)) {
      const told = page.getByRole("alert").filter({ hasText: "the disk is full" });
      await expect.soft(told.first(), `${hash} tells it`).toBeVisible(SOON);
      await expect.soft(told.first(), hash).toContainText("Nothing was changed", SOON);
    }
    await expectAccessible(page, `${hash}, failing`);
    expect.soft(await wide(page), `${hash} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});

test("a host that is lost is told, and what was shown stays", async ({ page, host }) => {
  await page.goto(`${host.url}#/sync/${sync}`);
  await expect(page.getByTestId("health-in-sync")).toBeVisible();
  await page.route("**/rpc/**", (route) => route.abort());
  for (const hash of pages()) {
    await page.evaluate((to) => void (location.hash = to), hash);
    await expect.soft(page.locator("main h1").first(), hash).toBeVisible(SOON);
    // What the window keeps anyway stays as it was shown last.
    if (quiet.has(hash) || hash === "#/connections") continue;
    const told = page.getByRole("alert").filter({ hasText: "does not answer" });
    await expect.soft(told.first(), `${hash} tells it`).toBeVisible(SOON);
  }
  await expect(page.getByRole("navigation")).toContainText("Sample data");
});

test("at 200 % every page is whole, light and dark", async ({ page, open }) => {
  await page.setViewportSize({ width: 590, height: 390 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const hash of pages()) {
      await open(hash);
      await expect.soft(page.locator("main h1").first(), hash).toBeVisible(SOON);
      await expectAccessible(page, `${hash} at 200 %, ${colorScheme}`);
      expect.soft(await wide(page), `${hash} scrolls sideways`).toBeLessThanOrEqual(0);
      expect.soft(await cut(page), `${hash} shows its controls whole`).toEqual([]);
    }
  }
});
