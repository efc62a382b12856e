import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { runSummary } from "../platform/fake/world";
import { fakeHost, show } from "../testing/show";

beforeEach(() => localStorage.clear());

async function open() {
  const { host } = fakeHost();
  show("#/mapping/s-1", host);
  await waitFor(() => expect(screen.getAllByTestId("mapping-row")).toHaveLength(5));
  return host;
}

const rowOf = (id: string) =>
  screen.getAllByTestId("mapping-row").find((row) => row.dataset.row === id) as HTMLElement;
const press = (id: string, key: string) => fireEvent.keyDown(rowOf(id), { key });
const status = () => screen.getByTestId("mapping-status").textContent ?? "";

describe("the mapping", () => {
  it("shows the same person's values on both sides", async () => {
    await open();
    expect(await screen.findByText("E-mail of the lead")).toBeTruthy();
    expect(screen.getByText("E-mail of the contact")).toBeTruthy();
    expect(screen.getByTestId("sample-person").textContent).toContain("Ada Byron");
  });

  it("is turned, switched off and taken back by keyboard alone", async () => {
    await open();
    await press("email", "ArrowRight");
    await waitFor(() => expect(status()).toContain("1 unsaved change"));
    await waitFor(() => expect(status()).toContain("214 people affected"));
    await press("email", " ");
    expect(within(rowOf("email")).getByRole("switch")).toHaveProperty("checked", false);
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    expect(within(rowOf("email")).getByRole("switch")).toHaveProperty("checked", true);
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(status()).not.toContain("unsaved"));
  });

  it("takes all suggestions, saves, and rehearses what was saved", async () => {
    const host = await open();
    host.answer("runs.start", () => runSummary("r-9", 0, { state: "running", finished_at: null }));
    await fireEvent.click(screen.getByRole("button", { name: "Take Job title" }));
    expect(screen.queryByTestId("suggestions"), "there is nothing left to suggest").toBeNull();
    await fireEvent.click(await screen.findByTestId("mapping-rehearse"));
    await waitFor(() => expect(location.hash).toBe("#/sync/s-1"));
    const [saved] = host.requests("syncs.mapping_save");
    expect(saved?.rows.at(-1)?.highlevel).toBe("cf.title");
    expect(host.requests("runs.start")).toEqual([{ sync: "s-1", rehearsal: true, approve: true }]);
  });

  it("offers only fields that fit and are free", async () => {
    await open();
    await fireEvent.click(screen.getByTestId("add-row"));
    const select = screen.getByTestId("new-highlevel");
    const offered = within(select)
      .getAllByRole("option")
      .map((option) => (option as HTMLOptionElement).value);
    expect(offered.filter(Boolean)).toEqual(["city", "cf.title"]);
  });

  it("keeps the draft and tells why when saving is refused", async () => {
    const host = await open();
    host.fail("syncs.mapping_save", {
      code: "busy",
      message: "Sample data is running already.",
      hint: "Wait for it to end.",
    });
    await press("email", "ArrowRight");
    await fireEvent.click(await screen.findByTestId("mapping-save"));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("is running already");
    expect(status(), "nothing that was done is lost").toContain("1 unsaved change");
  });
});

describe("people", () => {
  it("are 100,000 rows of which only those in sight exist", async () => {
    const { host } = fakeHost();
    show("#/people/s-1", host);
    await waitFor(() =>
      expect(screen.getByTestId("people-total").textContent).toBe("100,000 people"),
    );
    expect(screen.getAllByTestId("person-row").length).toBeLessThan(100);
    await fireEvent.click(screen.getByRole("radio", { name: /Linked/ }));
    await waitFor(() =>
      expect(screen.getByTestId("people-total").textContent).toBe("66,666 people"),
    );
  });

  it("are searched as one types, once typing pauses", async () => {
    const { host } = fakeHost();
    show("#/people/s-1", host);
    await screen.findByTestId("people-total");
    const before = host.requests("people.list").length;
    const search = screen.getByRole("textbox");
    await fireEvent.input(search, { target: { value: "a" } });
    await fireEvent.input(search, { target: { value: "ad" } });
    await waitFor(() => expect(host.requests("people.list").length).toBeGreaterThan(before));
    const asked = host.requests("people.list").slice(before);
    expect(asked.map((one) => one.search)).toEqual(["ad"]);
  });
});
