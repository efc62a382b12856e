import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { fakeHost, show } from "../../testing/show";

beforeEach(() => localStorage.clear());

async function open() {
  const { host } = fakeHost();
  show("#/sync/s-1", host);
  await screen.findByTestId("filter");
  return host;
}

describe("whom a sync is narrowed to", () => {
  it("is counted as it is built, and saved as it is written", async () => {
    const host = await open();
    await waitFor(() =>
      expect(screen.getByTestId("filter-count").textContent).toContain("800 of 800"),
    );
    await fireEvent.click(screen.getByTestId("filter-change"));
    await fireEvent.click(screen.getByTestId("filter-add"));
    const row = within(screen.getByTestId("filter-row"));
    await fireEvent.change(row.getByTestId("filter-kind"), { target: { value: "label" } });
    const value = row.getByTestId("filter-value");
    await fireEvent.input(value, { target: { value: "hot lead" } });
    await fireEvent.submit(value.closest("form") as HTMLFormElement);
    await waitFor(() =>
      expect(screen.getByTestId("filter-count").textContent).toContain("214 of 800"),
    );
    await fireEvent.click(screen.getByTestId("filter-save"));
    await waitFor(() =>
      expect(host.requests("syncs.safety_set")).toEqual([
        { sync: "s-1", filter: 'label:"hot lead"' },
      ]),
    );
  });

  it("is chosen by names, and written by ids", async () => {
    await open();
    await fireEvent.click(await screen.findByTestId("filter-change"));
    await fireEvent.click(screen.getByTestId("filter-add"));
    const row = within(screen.getByTestId("filter-row"));
    await fireEvent.change(row.getByTestId("filter-kind"), { target: { value: "seat" } });
    const value = row.getByTestId<HTMLInputElement>("filter-value");
    // Two of one name are told apart.
    const offered = [...value.list!.options].map((option) => option.value);
    expect(offered).toEqual(["Ada Lovelace · 7", "Ada Lovelace · 8", "Grace Hopper"]);
    await fireEvent.input(value, { target: { value: "Grace Hopper" } });
    await fireEvent.submit(value.closest("form") as HTMLFormElement);
    expect(screen.getByTestId("filter-row").textContent).toContain("Grace Hopper");
    expect(screen.getByTestId<HTMLInputElement>("filter-written").value).toBe("seat:9");
  });

  it("cannot be saved while nobody can say whom it lets pass", async () => {
    const host = await open();
    await fireEvent.click(await screen.findByTestId("filter-change"));
    host.fail("syncs.count_people", {
      code: "bad_request",
      message: '"vip" is no condition.',
      hint: "Write tag:vip.",
    });
    await fireEvent.input(screen.getByTestId("filter-written"), { target: { value: "vip" } });
    expect((await screen.findByRole("alert")).textContent).toContain("is no condition");
    expect(screen.getByTestId("filter-save")).toHaveProperty("disabled", true);
  });
});

describe("what a sync is careful about", () => {
  it("is changed within reason, and shows what is usual", async () => {
    const host = await open();
    await fireEvent.click(await screen.findByTestId("safety-change"));
    const limit = screen.getByTestId("limit-delete_percent");
    await fireEvent.input(limit, { target: { value: "250" } });
    expect(limit.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByTestId("safety-save")).toHaveProperty("disabled", true);
    await fireEvent.input(limit, { target: { value: "25" } });
    screen.getByText("usually 10");
    await fireEvent.input(screen.getByTestId("limit-hours"), { target: { value: "6" } });
    await fireEvent.click(screen.getByLabelText(/Ask me/));
    await fireEvent.click(screen.getByTestId("safety-save"));
    await waitFor(() =>
      expect(host.requests("syncs.safety_set")).toMatchObject([
        {
          sync: "s-1",
          deletes: "delete_after_approval",
          compare_hours: 6,
          guards: { delete_percent: 25, shrink_percent: 50, changed_filter: true },
        },
      ]),
    );
    expect((await screen.findByTestId("safety-summary")).textContent).toBe("1 limit of your own");
  });
});
