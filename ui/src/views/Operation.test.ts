import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

const task = "#/operations/highlevel.contacts.tasks.create";
const at = (place: string) =>
  document.querySelector<HTMLInputElement>(`[data-at="${place}"]`) as HTMLInputElement;
const fill = (place: string, value: string) => fireEvent.input(at(place), { target: { value } });
const choose = (place: string, value: string) => fireEvent.change(at(place), { target: { value } });
const click = async (testid: string) => fireEvent.click(await screen.findByTestId(testid));

describe("the operations", () => {
  it("are walked with the arrow keys from the search on, and open their detail", async () => {
    const { host } = fakeHost();
    show("#/operations", host);
    const search = await screen.findByRole("textbox");
    await fireEvent.input(search, { target: { value: "create" } });
    search.focus();
    await fireEvent.keyDown(search, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("Create a contact");
    await fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
    const link = document.activeElement as HTMLAnchorElement;
    expect(link.getAttribute("href")).toBe(task);
    await fireEvent.keyDown(link, { key: "ArrowUp" });
    await fireEvent.keyDown(document.activeElement!, { key: "ArrowUp" });
    expect(document.activeElement, "back in the search").toBe(search);
  });
});

describe("an operation", () => {
  it("shows faults at their fields, then the request, then the answer", async () => {
    const { host } = fakeHost();
    show(task, host);
    await click("dry-run");
    await waitFor(() => expect(document.activeElement).toBe(at("path.contactId")));
    expect(at("path.contactId").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("title is missing"), "said at the field").toBeTruthy();
    expect(host.requests("operations.call"), "a dry run sends nothing").toEqual([]);

    await fill("path.contactId", "c 1");
    await fill("body.title", "Call back");
    await fill("body.dueDate", "2026-11-25T09:30:00");
    await choose("body.completed", "false");
    await click("dry-run");
    await waitFor(() => expect(at("body.title").getAttribute("aria-invalid")).toBeNull());
    expect(screen.getByTestId("prepared").textContent).toContain("/contacts/c%201/tasks");
    expect(screen.getByTestId("prepared-curl").textContent).toContain("Bearer $TOKEN");

    await fireEvent.keyDown(at("body.title"), { key: "Enter", ctrlKey: true });
    expect((await screen.findByTestId("answer")).dataset.status).toBe("201");
    const body = {
      title: "Call back",
      dueDate: new Date("2026-11-25T09:30:00").toISOString(),
      completed: false,
    };
    expect(host.requests("operations.call")).toEqual([
      {
        connection: "c-hl",
        operation: "highlevel.contacts.tasks.create",
        params: { contactId: "c 1" },
        body,
        confirm: false,
      },
    ]);
    expect(screen.getByTestId("answer-json").textContent).toContain("Call back");
    await screen.findByTestId("activity-entry");
  });

  it("keeps what was filled in between fields and JSON, and what fields cannot show", async () => {
    const { host } = fakeHost();
    show(task, host);
    await screen.findByTestId("dry-run");
    await fill("body.title", "Call back");
    await fireEvent.click(screen.getByRole("radio", { name: "JSON" }));
    expect(JSON.parse(at("body").value)).toEqual({ title: "Call back" });
    await fill("body", '{"title": "Other", "strange": 1}');
    await fireEvent.click(screen.getByRole("radio", { name: "Fields" }));
    await screen.findByText(/cannot show all of this JSON/);
    expect(at("body").value, "nothing is lost").toContain("strange");
    await fill("body", '{"title": "Other"}');
    await fireEvent.click(screen.getByRole("radio", { name: "Fields" }));
    await waitFor(() => expect(at("body.title").value).toBe("Other"));
  });

  it("sends nothing while it is blocked, and asks before what cannot be taken back", async () => {
    const { host } = fakeHost();
    show("#/operations/highlevel.contacts.delete", host);
    const run = (await screen.findByTestId("call-run")) as HTMLButtonElement;
    await waitFor(() => expect(run.disabled, "it is blocked from the start").toBe(true));
    await fireEvent.submit(run.closest("form")!);
    await screen.findByTestId("prepared");
    await fireEvent.keyDown(at("path.contactId"), { key: "Enter", ctrlKey: true });
    expect(host.requests("operations.call"), "not by its shortcut either").toEqual([]);

    await host.call("permissions.set", {
      connection: "c-hl",
      operation: "highlevel.contacts.delete",
      switch: "allowed",
    });
    await fill("path.contactId", "c1");
    await click("dry-run");
    await waitFor(() => expect(run.disabled).toBe(false));
    await click("call-run");
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText(/may not come back/)).toBeTruthy();
    expect(host.requests("operations.call"), "not before the answer").toEqual([]);
    await click("dialog-confirm");
    await screen.findByTestId("answer");
    expect(host.requests("operations.call").map((call) => call.confirm)).toEqual([true]);
  });

  it("shows a refusal with its reason, and an unknown id as unknown", async () => {
    const { host } = fakeHost();
    const refused = "HighLevel answered 404: Contact not found.";
    host.answer("operations.call", () => ({
      status: 404,
      answer: { message: "Contact not found" },
      duration_ms: 12,
      refused,
    }));
    const shown = show("#/operations/highlevel.contacts.update", host);
    await screen.findByTestId("call-run");
    await fill("path.contactId", "c1");
    await click("call-run");
    expect((await screen.findByRole("alert")).textContent).toContain(refused);
    shown.unmount();
    show("#/operations/nothing", host);
    await screen.findByRole("heading", { level: 1, name: "There is no such operation" });
  });
});
