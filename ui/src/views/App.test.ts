import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { runSummary, sync } from "../platform/fake/world";
import { fakeHost, show } from "../testing/show";

beforeEach(() => {
  localStorage.clear();
  delete document.documentElement.dataset.theme;
});

const click = (testid: string) => fireEvent.click(screen.getByTestId(testid));
const text = (testid: string) => screen.getByTestId(testid).textContent?.trim();

describe("the start", () => {
  it("is home when there is no sync, and the sample leads to its sync", async () => {
    const { host, state } = fakeHost({ syncs: [] });
    host.answer("sample.start", () => {
      state.syncs = [sync()];
      return sync();
    });
    show("#/", host);
    await screen.findByText("Your outreach and your CRM, finally in step.");
    expect(location.hash).toBe("#/start");
    await click("start-sample");
    await screen.findByRole("heading", { name: "Sample data", level: 1 });
    expect(location.hash).toBe("#/sync/s-1");
  });

  it("shows an error whole: what happened and what to do", async () => {
    const { host } = fakeHost({ syncs: [] });
    host.fail("sample.start", { code: "busy", message: "A port is taken.", hint: "Free it." });
    show("#/start", host);
    await fireEvent.click(await screen.findByTestId("start-sample"));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("A port is taken.");
    expect(alert.textContent).toContain("Free it.");
  });
});

describe("a sync", () => {
  it("makes rehearsing the thing to do before the first run, and running afterwards", async () => {
    const { host, state } = fakeHost();
    show("#/sync/s-1", host);
    const rehearse = await screen.findByTestId("rehearse");
    expect(rehearse.className).toContain("primary");
    expect(screen.getByTestId("run").className).not.toContain("primary");
    const last_run = runSummary("r-1", 4);
    state.syncs = [sync({ last_run, health: last_run.health })];
    host.emit({ type: "changed", commands: ["syncs.list"] });
    await waitFor(() => expect(screen.getByTestId("run").className).toContain("primary"));
    expect(screen.getByTestId("health-in-sync").dataset.value).toBe("712");
    expect(text("health-excluded")).toBe("88");
    expect(text("health-needs-you")).toBe("4");
    expect(text("health-not-in-aimfox")).toContain("37 HighLevel contacts");
    expect(text("last-run")).toBe("Would change: 412 created, 300 linked, 96 updated");
  });

  it("follows a rehearsal from the click to its plan", async () => {
    const { host, state } = fakeHost();
    const running = runSummary("r-1", 0, { state: "running", finished_at: null });
    host.answer("runs.start", () => {
      state.runs = [running];
      state.syncs = [sync({ running: "r-1" })];
      return running;
    });
    host.answer("runs.cancel", () => ({}));
    show("#/sync/s-1", host);
    await fireEvent.click(await screen.findByTestId("rehearse"));
    await screen.findByTestId("progress");
    expect(host.requests("runs.start")).toEqual([{ sync: "s-1", rehearsal: true, approve: false }]);
    expect(screen.getByTestId("run-state").dataset.state).toBe("running");

    host.emit({
      type: "progress",
      progress: {
        run: "r-1",
        sync: "s-1",
        phase: "pull",
        doing: "Reading leads from Aimfox",
        done: 240,
        total: 800,
        requests: { highlevel: 11, aimfox: 16 },
        paused: false,
        waiting_for: null,
      },
    });
    await screen.findByText("Reading leads from Aimfox");
    const bar = screen.getByRole("progressbar");
    expect([bar.getAttribute("aria-valuenow"), bar.getAttribute("aria-valuemax")]).toEqual([
      "240",
      "800",
    ]);
    await click("cancel");
    expect(host.requests("runs.cancel")).toEqual([{ run: "r-1" }]);

    const done = runSummary("r-1", 0);
    state.runs = [done];
    state.syncs = [sync({ last_run: done, health: done.health })];
    host.emit({ type: "run_finished", run: "r-1", sync: "s-1" });
    await waitFor(() => expect(location.hash, "the plan is what was asked for").toBe("#/run/r-1"));
    expect(text("announcement"), "told to who cannot see it").toBe(
      "Done. Would change: 412 created, 300 linked, 96 updated.",
    );
    expect((await screen.findByTestId("verdict")).textContent).toBe("Would change");
  });

  it("says that it waits for a rate limit, and whose", async () => {
    const { host } = fakeHost({ syncs: [sync({ running: "r-1" })] });
    show("#/sync/s-1", host);
    await screen.findByTestId("progress");
    host.emit({
      type: "progress",
      progress: {
        run: "r-1",
        sync: "s-1",
        phase: "apply",
        doing: "Writing labels",
        done: 1,
        total: 2,
        requests: { highlevel: 0, aimfox: 60 },
        paused: false,
        waiting_for: "aimfox",
      },
    });
    await screen.findByText("Waiting for Aimfox's rate limit. It goes on by itself.");
  });

  it("asks before it goes past a guard, and then says so to the host", async () => {
    const last_run = runSummary("r-1", 4, {
      rehearsal: false,
      state: "stopped",
      error: { code: "guard_stopped", message: "640 of 712 people would change.", hint: "Look." },
    });
    const { host } = fakeHost({ syncs: [sync({ last_run, health: last_run.health })] });
    host.answer("runs.start", () => runSummary("r-2", 0, { state: "running" }));
    show("#/sync/s-1", host);
    await fireEvent.click(await screen.findByTestId("approve"));
    expect(host.requests("runs.start"), "not before the answer").toEqual([]);
    await click("dialog-confirm");
    await waitFor(() =>
      expect(host.requests("runs.start")).toEqual([
        { sync: "s-1", rehearsal: false, approve: true },
      ]),
    );
  });

  it("shows why a run could not start, and lets one try again", async () => {
    const { host } = fakeHost();
    host.fail("runs.start", { code: "busy", message: "A run is going on.", hint: "Wait for it." });
    show("#/sync/s-1", host);
    await fireEvent.click(await screen.findByTestId("run"));
    await screen.findByText("A run is going on.");
    expect((screen.getByTestId("run") as HTMLButtonElement).disabled).toBe(false);
  });
});

describe("a plan", () => {
  const rehearsed = runSummary("r-1", 4);
  const withPlan = () =>
    fakeHost({
      syncs: [sync({ last_run: rehearsed, health: rehearsed.health })],
      runs: [rehearsed],
    });

  it("shows the chosen change in full and moves by keyboard", async () => {
    const { host } = withPlan();
    show("#/run/r-1", host);
    const list = await screen.findByRole("listbox");
    await waitFor(() => expect(screen.getAllByTestId("plan-row").length).toBeGreaterThan(5));
    await fireEvent.keyDown(list, { key: "ArrowDown" });
    await fireEvent.keyDown(list, { key: "ArrowDown" });
    const rows = screen.getAllByTestId("plan-row");
    expect(rows.map((row) => row.getAttribute("aria-selected")).indexOf("true")).toBe(2);
    const detail = screen.getByTestId("change-detail");
    expect(within(detail).getByRole("heading", { level: 2 }).textContent).toBe("LinkedIn URL");
    await fireEvent.keyDown(list, { key: "ArrowDown" });
    expect(within(detail).getByText(/same person by/), "the reason").toBeDefined();
  });

  it("narrows by kind and by search", async () => {
    const { host } = withPlan();
    show("#/run/r-1", host);
    await screen.findAllByTestId("plan-row");
    await fireEvent.click(screen.getByRole("radio", { name: /Create/ }));
    await waitFor(() =>
      expect(host.requests("runs.changes").some((query) => query.kind === "create")).toBe(true),
    );
    await fireEvent.input(screen.getByRole("textbox"), { target: { value: "zzz" } });
    await screen.findByText("No change matches");
  });

  it("runs what was rehearsed and goes to where it can be watched", async () => {
    const { host, state } = withPlan();
    host.answer("runs.start", () => {
      state.syncs = [sync({ running: "r-2", last_run: rehearsed, health: rehearsed.health })];
      return runSummary("r-2", 0, { state: "running", rehearsal: false });
    });
    show("#/run/r-1", host);
    await fireEvent.click(await screen.findByTestId("run"));
    await waitFor(() => expect(location.hash).toBe("#/sync/s-1"));
    expect(host.requests("runs.start")).toEqual([
      { sync: "s-1", rehearsal: false, approve: false },
    ]);
    await screen.findByTestId("progress");
  });

  it("says so when nothing would change", async () => {
    const none = { create: 0, update: 0, delete: 0, link: 0 };
    const run = runSummary("r-1", 4, { would: none });
    const { host } = fakeHost({ syncs: [sync({ last_run: run })], runs: [run], size: 0 });
    show("#/run/r-1", host);
    expect((await screen.findByTestId("verdict")).textContent).toBe("Nothing was changed");
    expect(screen.queryByTestId("run"), "there is nothing to run").toBeNull();
  });
});

describe("the other pages", () => {
  it("opens an activity entry and links it to its run", async () => {
    const { host } = fakeHost();
    show("#/activity", host);
    const [first] = await screen.findAllByTestId("activity-entry");
    const button = within(first as HTMLElement).getByRole("button");
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await fireEvent.click(button);
    const link = within(first as HTMLElement).getByRole("link", { name: "Open this run" });
    expect(link.getAttribute("href")).toBe("#/run/r-1");
  });

  it("asks before it removes a connection, and shows a refusal whole", async () => {
    const { host } = fakeHost();
    host.fail("connections.remove", {
      code: "busy",
      message: "The sync “Sample data” uses it.",
      hint: "Remove the sync first.",
    });
    show("#/connections", host);
    const [remove] = await screen.findAllByTestId("remove-connection");
    await fireEvent.click(remove as HTMLElement);
    expect(host.requests("connections.remove")).toEqual([]);
    await click("dialog-confirm");
    await screen.findByText("The sync “Sample data” uses it.");
    screen.getByText("Remove the sync first.");
  });

  it("keeps the theme with the host and on the page", async () => {
    const { host } = fakeHost();
    show("#/settings", host);
    await screen.findByText("/data/fox");
    await fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await waitFor(() =>
      expect(host.requests("preferences.set")).toEqual([
        { theme: "dark", launch_at_login: false, notifications: true },
      ]),
    );
  });

  it("keeps a theme chosen before the host has told, and the rest of what the host knows", async () => {
    const { host } = fakeHost();
    host.answer("preferences.get", () => ({
      theme: "light",
      launch_at_login: true,
      notifications: false,
    }));
    const tell = host.hold("preferences.get");
    show("#/settings", host);
    await fireEvent.click(await screen.findByRole("radio", { name: "Dark" }));
    expect(host.requests("preferences.set"), "it would overwrite what nobody has read").toEqual([]);
    tell();
    await waitFor(() =>
      expect(host.requests("preferences.set")).toEqual([
        { theme: "dark", launch_at_login: true, notifications: false },
      ]),
    );
    expect(document.documentElement.dataset.theme).toBe("dark");
  });

  it("makes one change of the preferences after the other", async () => {
    const { host } = fakeHost();
    show("#/settings", host);
    await screen.findByText("/data/fox");
    const keep = host.hold("preferences.set");
    await fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
    await fireEvent.click(screen.getByRole("switch", { name: "Notifications" }));
    keep();
    await waitFor(() =>
      expect(host.requests("preferences.set").at(-1)).toEqual({
        theme: "dark",
        launch_at_login: false,
        notifications: false,
      }),
    );
  });

  it.each(["#/activity", "#/operations", "#/triggers", "#/connections", "#/sync/s-1"])(
    "%s shows a failure whole, and recovers on its own button",
    async (hash) => {
      const { host } = fakeHost();
      const commands = [
        "activity.list",
        "operations.list",
        "triggers.list",
        "connections.list",
        "syncs.list",
      ] as const;
      const error = { code: "store", message: "The disk is full.", hint: "Free some." } as const;
      for (const command of commands) host.fail(command, error);
      show(hash, host);
      const alert = await screen.findByRole("alert");
      expect(alert.textContent).toContain("Free some.");
      for (const command of commands) host.fail(command, undefined);
      await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
      await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    },
  );

  it("tells when the host is lost and when it is back", async () => {
    const { host } = fakeHost();
    show("#/operations", host);
    await screen.findByText("Search contacts");
    host.reach(false);
    await screen.findByText("Foxbridge's host does not answer");
    screen.getByText("Search contacts");
    host.reach(true);
    await waitFor(() => expect(screen.queryByText("Foxbridge's host does not answer")).toBeNull());
  });

  it("admits an address it does not know", async () => {
    const { host } = fakeHost();
    show("#/nowhere", host);
    await screen.findByText("There is no such page");
  });
});
