import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

beforeEach(() => localStorage.clear());

async function open() {
  const { host } = fakeHost();
  show("#/settings", host);
  await screen.findByTestId("keep-activity_days");
  return host;
}

const type = (testid: string, value: string) =>
  fireEvent.input(screen.getByTestId(testid), { target: { value } });

describe("how long things are kept", () => {
  it("is lengthened at once, and shortened only after a question", async () => {
    const host = await open();
    const requests = screen.getByTestId("keep-request_days");
    await fireEvent.change(requests, { target: { value: "365" } });
    await waitFor(() =>
      expect(host.requests("retention.set")).toEqual([{ activity_days: 0, request_days: 365 }]),
    );
    const runs = screen.getByTestId("keep-activity_days");
    await fireEvent.change(runs, { target: { value: "30" } });
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("older than 1 month are deleted");
    expect(host.requests("retention.set"), "nothing is deleted before the answer").toHaveLength(1);
    await fireEvent.click(within(dialog).getByTestId("dialog-cancel"));
    await waitFor(() => expect(runs).toHaveProperty("value", "0"));
    await fireEvent.change(runs, { target: { value: "30" } });
    await fireEvent.click(await screen.findByTestId("dialog-confirm"));
    await waitFor(() =>
      expect(host.requests("retention.set")[1]).toEqual({ activity_days: 30, request_days: 365 }),
    );
  });
});

describe("a backup", () => {
  it("is made with a passphrase that was written the same twice", async () => {
    const host = await open();
    await fireEvent.click(screen.getByTestId("backup"));
    await type("backup-passphrase", "four words");
    await type("backup-again", "four wards");
    screen.getByText("The two differ.");
    expect(screen.getByTestId("backup-save")).toHaveProperty("disabled", true);
    await type("backup-again", "four words");
    screen.getByText(/must be connected again/);
    await fireEvent.click(screen.getByTestId("backup-secrets"));
    screen.getByText(/can use your accounts/);
    await fireEvent.click(screen.getByTestId("backup-save"));
    await waitFor(() =>
      expect(host.requests("backup.make")).toEqual([{ passphrase: "four words", secrets: true }]),
    );
    await screen.findByText(/The backup was written to/);
  });

  it("is shown before it is put back, and says what is left to do", async () => {
    const host = await open();
    host.picked = { name: "b.age", from: "/home/ada/b.age" };
    await fireEvent.click(screen.getByTestId("restore"));
    await waitFor(() => screen.getByTestId("restore-passphrase"));
    await type("restore-passphrase", "four words");
    await fireEvent.click(screen.getByTestId("restore-look"));
    expect((await screen.findByTestId("backup-info")).textContent).toContain("Sample data");
    expect(host.requests("backup.restore"), "nothing is replaced yet").toEqual([]);
    await fireEvent.click(screen.getByTestId("restore-confirm"));
    const done = await screen.findByTestId("restored");
    expect(done.textContent).toContain("before-restore.db");
    expect(done.textContent).toContain("Ada's location");
    expect(done.textContent).toContain("Rehearse first");
    expect(host.requests("backup.restore")).toEqual([
      { from: "/home/ada/b.age", passphrase: "four words" },
    ]);
  });

  it("tells a wrong passphrase where it was typed", async () => {
    const host = await open();
    host.picked = { name: "b.age", content: "AAAA" };
    host.fail("backup.look", {
      code: "bad_request",
      message: "The passphrase does not open this backup.",
      hint: "Try again.",
    });
    await fireEvent.click(screen.getByTestId("restore"));
    await waitFor(() => screen.getByTestId("restore-passphrase"));
    await type("restore-passphrase", "wrong");
    await fireEvent.click(screen.getByTestId("restore-look"));
    const dialog = within(screen.getByTestId("backup-restore"));
    expect((await dialog.findByRole("alert")).textContent).toContain("does not open");
  });
});

describe("diagnostics", () => {
  it("are made and say where", async () => {
    await open();
    await fireEvent.click(screen.getByTestId("diagnostics"));
    await screen.findByText(/foxbridge-diagnostics\.zip \(20 kB\)/);
  });
});
