// Calling operations by hand, by keyboard alone, against a service that counts what it gets.
import { expectAccessible } from "./axe";
import { expect, test } from "./host";
import { Keys, requests, startSandbox, type Sandbox } from "./sandbox";

test.use({ story: "operations" });
test.describe.configure({ mode: "serial" });

let sandbox: Sandbox;
/** Somebody in the account. */
let contact = "";

test.beforeAll(async () => {
  sandbox = await startSandbox();
});

test.afterAll(() => sandbox.stop());

const field = (at: string) => `[data-at="${at}"]`;

test("an account is connected", async ({ page, open }) => {
  await open("#/connect");
  await page.getByText("Advanced").nth(1).click();
  await page.getByTestId("highlevel-base-url").fill(sandbox.highlevel.base_url);
  await page.getByTestId("highlevel-location").fill(sandbox.highlevel.location_id);
  await page.getByTestId("highlevel-secret").fill(sandbox.highlevel.token);
  await page.getByTestId("highlevel-secret").press("Enter");
  await expect(page.getByTestId("connected-highlevel")).toBeVisible();
});

test("a task is found, filled in, rehearsed and made, without a pointer", async ({
  page,
  open,
}) => {
  const keys = new Keys(page);
  const sent = () => requests(sandbox.highlevel.base_url);
  const find = async (words: string) => {
    await expect(page.getByTestId("operation-row").first()).toBeVisible();
    await keys.press("/");
    await keys.type(words);
    await keys.press("ArrowDown");
    await keys.press("Enter");
    await expect(page.getByTestId("dry-run")).toBeVisible();
  };

  // Whose task? A read is found and run first: it asks nothing.
  await open("#/operations");
  await find("search contacts");
  await keys.tabTo(field("body.pageLimit"));
  await keys.type("1");
  await keys.press("Control+Enter");
  await expect(page.getByTestId("answer")).toHaveAttribute("data-status", "200");
  const answer = JSON.parse(await page.getByTestId("answer-json").innerText()) as {
    contacts: { id: string }[];
  };
  contact = answer.contacts[0]?.id ?? "";
  expect(contact, "the answer names a contact").not.toBe("");

  await keys.tabTo('[data-testid="nav-operations"]');
  await keys.press("Enter");
  await find("tasks.create");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create a task");

  // Nothing filled in: the first fault has the focus, and nothing is sent.
  const before = await sent();
  await keys.tabTo('[data-testid="dry-run"]');
  await keys.press("Enter");
  await expect(page.locator(field("path.contactId"))).toBeFocused();
  await expect(page.getByText("title is missing", { exact: true })).toBeVisible();
  await expectAccessible(page, "a task with faults");

  await keys.type(contact);
  await keys.tabTo(field("body.title"));
  await keys.type("Call about the offer");
  await keys.tabTo(field("body.dueDate"));
  // Half a date is not taken for none.
  await keys.type("1224");
  await keys.tabTo('[data-testid="dry-run"]');
  await keys.press("Enter");
  await expect(page.locator(field("body.dueDate"))).toBeFocused();
  await expect(page.getByText("dueDate is not complete", { exact: true })).toBeVisible();
  // The control shows the order that this Chromium has; each part is typed on from the one before.
  await keys.type("12242030093000AM");
  await keys.tabTo(field("body.completed"));
  await keys.press("n");
  await keys.tabTo('[data-testid="dry-run"]');
  await keys.press("Enter");

  const prepared = page.getByTestId("prepared");
  await expect(prepared).toContainText(`/contacts/${contact}/tasks`);
  await expect(prepared).toContainText("Bearer $TOKEN");
  await expect(page.getByTestId("prepared-body")).toContainText("Call about the offer");
  await expect(page.getByTestId("prepared-curl")).toContainText("curl -X POST");
  expect(await sent(), "a dry run sends nothing").toBe(before);
  await expectAccessible(page, "a task that would be sent");

  await keys.press("Control+Enter");
  // No sync needs it, so it asks; the safe answer has the focus.
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "the question before it is sent");
  await keys.tabTo('[data-testid="dialog-confirm"]');
  await keys.press("Enter");
  await expect(page.getByTestId("answer")).toHaveAttribute("data-status", "201");
  await expect(page.getByTestId("answer-json")).toContainText("Call about the offer");
  expect(await sent(), "one request").toBe(before + 1);
  await expectAccessible(page, "a task that was made");

  const recent = page.getByTestId("activity-entry");
  await expect(recent, "it is among the recent calls").toHaveCount(1);
  const shown = await page.evaluate(() => document.documentElement.outerHTML);
  expect(shown, "the secret is nowhere on the page").not.toContain(sandbox.highlevel.token);

  const made = await fetch(`${sandbox.highlevel.base_url}/contacts/${contact}/tasks`, {
    headers: { Authorization: `Bearer ${sandbox.highlevel.token}`, Version: "2021-07-28" },
  });
  const { tasks } = (await made.json()) as { tasks: { title: string; dueDate: string }[] };
  const task = tasks.find((one) => one.title === "Call about the offer");
  expect(task?.dueDate, "when it was said").toBe(new Date("2030-12-24T09:30:00").toISOString());
});

test("a trigger is found by what comes with it, without a pointer", async ({ page, open }) => {
  const keys = new Keys(page);
  await open("#/triggers");
  await expect(page.getByTestId("trigger-row").first()).toBeVisible();
  await keys.press("/");
  await keys.type("dueDate");
  await keys.press("ArrowDown");
  const row = page.locator("[data-row]:focus");
  const id = await row.getAttribute("data-row");
  await keys.press("Enter");
  await expect(page.getByTestId("payload")).toContainText("dueDate");
  await keys.tabTo('[data-testid="back"]');
  await keys.press("Enter");
  await expect(page.locator(`[data-row="${id ?? ""}"]`)).toBeFocused();
});

test("a file goes in parts, in the version that is chosen", async ({ page, open }) => {
  await open("#/operations/highlevel.conversations.files.upload");
  await page.getByTestId("call-version").selectOption("v3");
  await page.locator(field("body.conversationId")).fill("SampleConversatn0000");
  await page.locator(field("body.contactId")).fill(contact);
  await page.getByRole("button", { name: "Add to attachmentUrls" }).click();
  await page.locator(field("body.attachmentUrls[0]")).fill("https://example.com/a.txt");
  const film = { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(11 * 1024 * 1024) };
  await page.getByText(/optional field/).click();
  const file = page.locator(field("body.fileAttachment"));
  await file.setInputFiles(film);
  await expect(page.getByRole("alert")).toContainText("at most 10 MB");
  const offer = {
    name: "offer.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("Twenty percent"),
  };
  await file.setInputFiles(offer);
  await expect(page.getByTestId("chosen-file")).toHaveText("offer.txt, 14 B");
  await page.getByTestId("dry-run").click();
  await expect(page.getByTestId("prepared-form")).toContainText("offer.txt, 14 B, text/plain");
  await expect(page.getByTestId("prepared")).toContainText("v3");
  await expectAccessible(page, "a file that would be sent");
  await page.getByTestId("call-run").click();
  await page.getByTestId("dialog-confirm").click();
  await expect(page.getByTestId("answer")).toHaveAttribute("data-status", /^20/);
});
