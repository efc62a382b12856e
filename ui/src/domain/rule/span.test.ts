import { describe, expect, it } from "vitest";
import { spanOf } from "./span";

describe("a length of time", () => {
  it("is said in the greatest unit that is whole, or in the chosen one", () => {
    expect(spanOf(2880)).toEqual({ count: 2, unit: "days" });
    expect(spanOf(90)).toEqual({ count: 90, unit: "minutes" });
    expect(spanOf(120)).toEqual({ count: 2, unit: "hours" });
    expect(spanOf(2880, "hours")).toEqual({ count: 48, unit: "hours" });
    expect(spanOf(90, "hours"), "half an hour more is no whole number").toEqual({
      count: 90,
      unit: "minutes",
    });
    expect(spanOf(0)).toEqual({ count: 0, unit: "minutes" });
  });
});
