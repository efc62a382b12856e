// What somebody opened stays open while the list is kept fresh.
import { render } from "@testing-library/svelte";
import { tick } from "svelte";
import { expect, it } from "vitest";
import type { Firing, FiringState } from "../../platform/contract";
import FiringList from "./FiringList.svelte";

const firing = (state: FiringState): Firing => ({
  firing: 1,
  rule: "rule-1",
  name: "Customers carry a label",
  at: "2026-11-26T10:00:00Z",
  person: "Ada Lovelace",
  what: "Tag added: customer",
  event: {},
  due: null,
  asks: null,
  state,
  actions: [],
  can_undo: false,
});

const nothing = () => undefined;
const shown = (state: FiringState) => ({
  firings: [firing(state)],
  onanswer: nothing,
  onchanged: nothing,
});

it("stays as somebody left it, and opens when it asks", async () => {
  const { container, rerender } = render(FiringList, shown("done"));
  const details = () => container.querySelector("details") as HTMLDetailsElement;
  expect(details().open).toBe(false);
  details().open = true;
  await tick();
  await rerender(shown("done"));
  expect(details().open, "a fresh answer says the same").toBe(true);

  details().open = false;
  await rerender(shown("asking"));
  expect(details().open, "it wants an answer").toBe(true);
  details().open = false;
  await rerender(shown("asking"));
  expect(details().open, "somebody closed it").toBe(false);
});
