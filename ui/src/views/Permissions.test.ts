import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

const row = async (operation: string) => {
  const all = await screen.findAllByTestId("permission-row");
  return all.find((one) => one.dataset.operation === operation) as HTMLElement;
};

describe("the permissions", () => {
  it("show the mission's endpoints first, with what needs them", async () => {
    const { host } = fakeHost();
    show("#/permissions", host);
    await screen.findAllByTestId("permission-row");
    const headings = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent);
    expect(headings[1]).toContain("Mission endpoints");
    expect(headings[2]).toContain("contacts");
    const create = await row("highlevel.contacts.create");
    expect(create.textContent).toContain("Needed by Sample data");
    expect(create.textContent).toContain("default");
  });

  it("are set, told, and taken back to the default", async () => {
    const { host } = fakeHost();
    show("#/permissions", host);
    const id = "highlevel.contacts.create";
    const group = within(await row(id)).getByRole("radiogroup", {
      name: "Switch of Create a contact",
    });
    await fireEvent.click(within(group).getByRole("radio", { name: "Blocked" }));
    await waitFor(async () => expect((await row(id)).dataset.switch).toBe("blocked"));
    await waitFor(() =>
      expect(screen.getByTestId("permission-status").textContent).toBe("Create a contact: Blocked"),
    );
    expect((await row(id)).textContent).toContain("cannot run fully while this is blocked");
    await fireEvent.click(await screen.findByTestId("permission-reset"));
    await waitFor(async () => expect((await row(id)).dataset.switch).toBe("allowed"));
    expect(host.requests("permissions.set").map((one) => one.switch)).toEqual(["blocked", null]);
  });

  it("go back to what holds when the host refuses, and say why", async () => {
    const { host } = fakeHost();
    host.fail("permissions.set", { code: "store", message: "The disk is full." });
    show("#/permissions", host);
    const id = "highlevel.contacts.create";
    await fireEvent.click(within(await row(id)).getByRole("radio", { name: "Ask" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The disk is full.");
    await waitFor(async () => expect((await row(id)).dataset.switch).toBe("allowed"));
    expect(
      (within(await row(id)).getByRole("radio", { name: "Allowed" }) as HTMLInputElement).checked,
    ).toBe(true);
  });

  it("are searched, filtered by effect, and differ by connection", async () => {
    const { host } = fakeHost();
    show("#/permissions", host);
    await row("highlevel.contacts.create");
    const shown = () =>
      screen.queryAllByTestId("permission-row").map((one) => one.dataset.operation);
    await fireEvent.click(screen.getByRole("radio", { name: "Destructive" }));
    expect(shown()).toEqual(["highlevel.contacts.delete"]);
    await fireEvent.input(screen.getByRole("textbox"), { target: { value: "workflow" } });
    await screen.findByText("No operation matches");
    await fireEvent.change(screen.getByTestId("permission-connection"), {
      target: { value: "c-af" },
    });
    await screen.findByText(/Aimfox has no scopes/);
    expect(host.requests("permissions.list").at(-1)).toEqual({ connection: "c-af" });
  });

  it("give the least set of scopes, for the syncs or for all that is allowed", async () => {
    const { host } = fakeHost();
    show("#/permissions", host);
    expect((await screen.findByTestId("scopes-text")).textContent).toBe("contacts.write");
    await fireEvent.click(screen.getByRole("radio", { name: /^For all that is allowed/ }));
    expect(screen.getByTestId("scopes-text").textContent?.split("\n")).toEqual([
      "contacts.readonly",
      "contacts.write",
      "locations/tags.readonly",
    ]);
  });
});
