import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

const rows = () => screen.getAllByTestId("trigger-row").map((row) => row.textContent ?? "");

describe("the triggers", () => {
  it("are searched, filtered by where they come from and how, and opened by keyboard", async () => {
    const { host } = fakeHost();
    show("#/triggers", host);
    await screen.findByText("4 triggers");
    const search = screen.getByRole("textbox");
    await fireEvent.input(search, { target: { value: "CONTACTcreate" } });
    await screen.findByText("1 trigger");
    expect(rows()[0]).toContain("ContactCreate");
    await fireEvent.input(search, { target: { value: "" } });
    await fireEvent.click(screen.getByRole("radio", { name: "Foxbridge" }));
    await screen.findByText("1 trigger");
    await fireEvent.click(screen.getByRole("radio", { name: "Webhook" }));
    await screen.findByText("No trigger matches");
    for (const all of screen.getAllByRole("radio", { name: "All" })) await fireEvent.click(all);

    search.focus();
    await fireEvent.keyDown(search, { key: "ArrowDown" });
    await fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
    const link = document.activeElement as HTMLAnchorElement;
    expect(link.getAttribute("href")).toBe("#/triggers/highlevel.events.note_create");
  });

  it("say what comes with them, and an unknown id is told as unknown", async () => {
    const { host } = fakeHost();
    const shown = show("#/triggers/foxbridge.contact.deleted", host);
    await screen.findByRole("heading", { level: 1, name: "Contact deleted" });
    await screen.findByText(/No webhook is needed/);
    expect(screen.getByTestId("payload").textContent).toContain("list of string");
    expect(screen.getByTestId("payload-example").textContent).toContain("warm");
    shown.unmount();
    show("#/triggers/nothing", host);
    await screen.findByRole("heading", { level: 1, name: "There is no such trigger" });
  });

  it("are walked back to: the row that was opened has the focus again", async () => {
    const { host } = fakeHost();
    show("#/triggers/highlevel.events.note_create", host);
    await screen.findByRole("heading", { level: 1, name: "Note created" });
    location.hash = "#/triggers";
    await screen.findByText("4 triggers");
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Note created"));
  });
});
