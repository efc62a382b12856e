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
      expect(verdict({ rehearsal, would, changed })).toBe(said);
    }
  });

  it("names what there is and leaves out what there is not", () => {
    expect(verdictInFull({ rehearsal: true, would: some, changed: none })).toBe(
      "Would change: 1,412 created, 300 linked",
    );
    expect(verdictInFull({ rehearsal: false, would: some, changed: none })).toBe(
      "Nothing was changed",
    );
  });
});
