import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { fakeHost, show } from "../testing/show";

const endpoint = async (name: string) => {
  const turn = await screen.findByRole("switch", { name: `${name}: receive webhooks` });
  return turn.closest<HTMLElement>('[data-testid="endpoint"]')!;
};

describe("the webhooks", () => {
  it("are switched on, tried, and taken with another public key", async () => {
    const { host } = fakeHost();
    show("#/webhooks", host);
    const highlevel = await endpoint("Sample location");
    expect(highlevel.textContent).toContain("nothing delivered yet");
    await fireEvent.click(within(highlevel).getByRole("switch"));
    await within(highlevel).findByText(/0123456789abcdef/, {
      selector: "code, span:not(.visually-hidden)",
    });
    expect(screen.getByTestId("hooks-listening").textContent).toContain("127.0.0.1:47113");
    await fireEvent.click(within(highlevel).getByRole("button", { name: "Send me a test event" }));
    await screen.findByText("It arrived, after 12 ms.");

    const key = within(highlevel).getByLabelText(/^Public key/);
    await fireEvent.input(key, { target: { value: "not a key!" } });
    await within(highlevel).findByText("This is no key in base64.");
    const save = within(highlevel).getByRole("button", { name: "Save the key" });
    expect((save as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.input(key, {
      target: { value: "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=" },
    });
    await fireEvent.click(save);
    await waitFor(() =>
      expect(host.requests("hooks.turn").at(-1)).toEqual({
        connection: "c-hl",
        on: true,
        key: "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=",
      }),
    );
  });

  it("are registered at Aimfox and removed there", async () => {
    const { host } = fakeHost();
    show("#/webhooks", host);
    const aimfox = await endpoint("Aimfox of Ada");
    await fireEvent.click(within(aimfox).getByRole("switch"));
    await fireEvent.click(
      await within(aimfox).findByRole("button", { name: "Register at Aimfox" }),
    );
    await within(aimfox).findByText("Registered, with a secret header");
    await fireEvent.click(within(aimfox).getByRole("button", { name: "Remove at Aimfox" }));
    await waitFor(() => expect(host.requests("hooks.register").at(-1)?.events).toEqual([]));
  });

  it("are listed with why they were refused, and worked on again only where there is something", async () => {
    const { host } = fakeHost();
    show("#/webhooks", host);
    const rows = await screen.findAllByTestId("delivery");
    expect(rows[1]?.textContent).toContain("its signature is wrong");
    expect(within(rows[1]!).queryByRole("button", { name: "Work on it again" })).toBeNull();
    const again = within(rows[0]!).getByRole("button", { name: "Work on it again", hidden: true });
    await fireEvent.click(again);
    await waitFor(() => expect(host.requests("hooks.replay")).toEqual([{ delivery: 1 }]));
  });

  it("want a port that is one", async () => {
    const { host } = fakeHost();
    show("#/webhooks", host);
    const port = await screen.findByLabelText("Port on this computer");
    await fireEvent.input(port, { target: { value: "70000" } });
    await screen.findByText("A port is a number from 1 to 65535.");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
  });
});
