import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { InboxItem } from "../platform/contract";
import type { Handlers } from "../platform/fake/fake";
import { inbox, sync } from "../platform/fake/world";
import { fakeHost, show } from "../testing/show";

beforeEach(() => localStorage.clear());

/** A host that keeps answers, as the real one does. */
function hostWith(items: InboxItem[] = inbox(), handlers: Handlers = {}) {
  let kept = items;
  const { host } = fakeHost(
    {},
    {
      "questions.list": ({ sync: only }) => kept.filter((one) => !only || one.sync === only),
      "questions.resolve": ({ id, resolution, alike }) => {
        const asked = kept.find((one) => one.item.id === id);
        const same = (one: InboxItem) =>
          one.item.id === id || (alike && one.item.kind === asked?.item.kind);
        const answered = kept.filter(same).length;
        kept = kept.map((one) =>
          same(one) ? { ...one, item: { ...one.item, answer: resolution } } : one,
        );
        return { answered };
      },
      "questions.forget": ({ id }) => {
        kept = kept.map((one) => {
          const { answer, ...open } = one.item;
          return one.item.id === id && answer ? { ...one, item: open } : one;
        });
        return {};
      },
      ...handlers,
    },
  );
  return host;
}

const rows = () => screen.findAllByTestId("inbox-row");
const chosen = () => within(screen.getByTestId("needs-you")).getByRole("heading", { level: 2 });
const press = (key: string) => fireEvent.keyDown(document.body, { key });

describe("the inbox", () => {
  it("shows every question of every sync, and both sides of the chosen one", async () => {
    show("#/needs-you", hostWith());
    expect(await rows()).toHaveLength(3);
    expect(chosen().textContent).toBe("Małgorzata Kovács");
    screen.getByText(/neither has its LinkedIn profile/);
    screen.getByText(/Merge the two contacts/);
    await press("ArrowDown");
    expect(chosen().textContent).toBe("Olumide Adeyemi");
    expect(screen.getByTestId("answer-1").textContent).toContain("+44 20 7946 0311");
    expect(screen.getByTestId("answer-2").textContent).toContain("+44 7700 900 118");
  });

  it("answers by one key, goes on to the next, and takes back by another", async () => {
    const host = hostWith();
    show("#/needs-you", host);
    await rows();
    await press("ArrowDown");
    await press("2");
    await waitFor(() =>
      expect(host.requests("questions.resolve"), "the second answer is HighLevel's").toEqual([
        { sync: "s-1", id: "n-2", resolution: { take: "highlevel" }, alike: false },
      ]),
    );
    await waitFor(() => expect(chosen().textContent).toBe("Quentin Dubois"));
    await waitFor(() =>
      expect(screen.getByTestId("announcement").textContent).toBe("Olumide Adeyemi is answered."),
    );
    expect(screen.getByTestId("pending").textContent).toContain("1 answer waits for the next run");
    await press("u");
    await waitFor(() =>
      expect(host.requests("questions.forget")).toEqual([{ sync: "s-1", id: "n-2" }]),
    );
    expect(await rows()).toHaveLength(3);
    expect(screen.queryByTestId("pending")).toBeNull();
  });

  it("says which contact it is, or that it is none of them", async () => {
    const host = hostWith();
    show("#/needs-you", host);
    await rows();
    await press("2");
    await waitFor(() =>
      expect(host.requests("questions.resolve")).toMatchObject([
        { id: "n-1", resolution: { take: "this", contact: "hlq81d0" } },
      ]),
    );
  });

  it("takes a typed value, and no key typed into it is an answer", async () => {
    const host = hostWith();
    show("#/needs-you", host);
    await rows();
    await press("ArrowDown");
    await press("3");
    const field = screen.getByTestId("answer-typed");
    expect(document.activeElement).toBe(field);
    await fireEvent.keyDown(field, { key: "1" });
    expect(host.requests("questions.resolve"), "it was typed, not answered").toEqual([]);
    await fireEvent.input(field, { target: { value: " +44 1 " } });
    await fireEvent.submit(field.closest("form") as HTMLFormElement);
    await waitFor(() =>
      expect(host.requests("questions.resolve")).toMatchObject([
        { resolution: { take: "value", value: "+44 1" } },
      ]),
    );
  });

  it("answers all of a sort at once when that is chosen", async () => {
    const [, conflict] = inbox();
    if (!conflict) throw new Error("the world has a conflict");
    const items = ["a", "b", "c"].map((id) => ({
      ...conflict,
      alike: 3,
      item: { ...conflict.item, id },
    }));
    const host = hostWith(items);
    show("#/needs-you", host);
    await rows();
    await press("a");
    expect(screen.getByTestId("alike")).toHaveProperty("checked", true);
    await press("1");
    await waitFor(() => expect(screen.getByTestId("given").textContent).toContain("3 questions"));
    await screen.findByText("All answered");
    await press("u");
    await waitFor(() => expect(host.requests("questions.forget")).toHaveLength(3));
  });

  it("leaves what is settled in the service itself without answers", async () => {
    show("#/needs-you", hostWith());
    await rows();
    await press("ArrowDown");
    await press("ArrowDown");
    expect(chosen().textContent).toBe("Quentin Dubois");
    screen.getByText("This one is not answered here.");
    expect(screen.queryByTestId("answer-1")).toBeNull();
    screen.getByTestId("open-person");
  });

  it("shows why an answer was not taken, and keeps the question open", async () => {
    const host = hostWith();
    host.fail("questions.resolve", { code: "blocked", message: "Deleting is off.", hint: "On." });
    show("#/needs-you", host);
    await rows();
    await press("1");
    expect((await screen.findByRole("alert")).textContent).toContain("Deleting is off.");
    expect(await rows()).toHaveLength(3);
  });

  it("is empty, or failing, and says so", async () => {
    const { unmount } = show("#/needs-you", hostWith([]));
    await screen.findByText("Nothing needs you");
    unmount();
    const host = hostWith();
    host.fail("questions.list", {
      code: "store",
      message: "The disk is full.",
      hint: "Make room.",
    });
    show("#/needs-you", host);
    expect((await screen.findByRole("alert")).textContent).toContain("The disk is full.");
  });

  it("is narrowed to a sync by its address", async () => {
    const { host } = fakeHost({ syncs: [sync()] });
    show("#/needs-you/s-1", host);
    await rows();
    expect(host.requests("questions.list").at(-1)).toEqual({ sync: "s-1" });
  });
});
