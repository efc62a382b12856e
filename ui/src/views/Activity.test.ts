import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

beforeEach(() => localStorage.clear());

describe("activity", () => {
  it("is filtered, exported as it is filtered, and cleared", async () => {
    const { host } = fakeHost();
    show("#/activity", host);
    await screen.findAllByTestId("activity-entry");
    const choose = (testid: string, value: string) =>
      fireEvent.change(screen.getByTestId(testid), { target: { value } });
    await choose("activity-place", "highlevel");
    await choose("activity-outcome", "failed");
    await fireEvent.input(screen.getByTestId("activity-from"), { target: { value: "2026-11-26" } });
    const since = new Date("2026-11-26T00:00").toISOString();
    await waitFor(() =>
      expect(host.requests("activity.list").at(-1)).toMatchObject({
        place: "highlevel",
        outcome: "failed",
        since,
      }),
    );
    await fireEvent.click(screen.getByTestId("export-csv"));
    await waitFor(() =>
      expect(host.requests("activity.export")).toMatchObject([
        { format: "csv", query: { place: "highlevel", outcome: "failed", since } },
      ]),
    );
    await screen.findByText(/700 entries written to/);
    await fireEvent.click(screen.getByTestId("activity-clear"));
    await waitFor(() =>
      expect(host.requests("activity.list").at(-1)).toEqual({ offset: 0, limit: 100 }),
    );
  });

  it("shows one person or one run alone when its address says so", async () => {
    const { host } = fakeHost();
    const first = show("#/activity/run%3Ar-1", host);
    await waitFor(() =>
      expect(host.requests("activity.list")).toEqual([{ offset: 0, limit: 100, run: "r-1" }]),
    );
    first.unmount();
    show("#/activity/s-1%2Fl%2F1000777", host);
    await waitFor(() =>
      expect(host.requests("activity.list").at(-1)).toMatchObject({ lead_id: "1000777" }),
    );
  });

  it("links a change to its person and a run to everything of it", async () => {
    const { host } = fakeHost();
    show("#/activity", host);
    const entries = await screen.findAllByTestId("activity-entry");
    const open = async (kind: string) => {
      const entry = entries.find((one) => one.dataset.kind === kind);
      await fireEvent.click(entry?.querySelector("button") as HTMLElement);
    };
    await open("change");
    expect(screen.getByTestId("open-person").getAttribute("href")).toContain("#/person/s-1%2F");
    await open("run");
    expect(screen.getByTestId("of-run").getAttribute("href")).toBe("#/activity/run%3Ar-1");
  });
});
