import { describe, expect, it } from "vitest";
import { verdict, verdictInFull } from "./verdict";

const none = { create: 0, update: 0, delete: 0, link: 0 };
const some = { create: 1_412, update: 0, delete: 0, link: 300 };

describe("the verdict", () => {
  it("is exactly one of three, whatever the run", () => {
    const cases = [
      [true, some, none, "Would change"],
      [true, none, none, "Nothing was changed"],
      [false, some, some, "Changed"],
      [false, some, none, "Nothing was changed"],
    ] as const;
    for (const [rehearsal, would, changed, said] of cases) {
      const people = { rehearsal, would, changed, would_items: none, changed_items: none };
      expect(verdict(people)).toBe(said);
      // Notes, tasks and appointments count as much.
      const items = {
        rehearsal,
        would: none,
        changed: none,
        would_items: would,
        changed_items: changed,
      };
      expect(verdict(items)).toBe(said);
    }
  });

  it("names what there is and leaves out what there is not", () => {
    const run = { would: some, changed: none, would_items: none, changed_items: none };
    expect(verdictInFull({ ...run, rehearsal: true })).toBe(
      "Would change: 1,412 created, 300 linked",
    );
    expect(verdictInFull({ ...run, rehearsal: false })).toBe("Nothing was changed");
    const tasks = { ...none, create: 1, update: 2 };
    expect(verdictInFull({ ...run, rehearsal: false, changed_items: tasks })).toBe(
      "Changed: 3 notes, tasks or appointments",
    );
  });
});
