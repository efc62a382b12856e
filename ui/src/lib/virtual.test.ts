import { describe, expect, it } from "vitest";
import { rowForKey, scrollFor, windowOf } from "./virtual";

describe("windowOf", () => {
  it("covers what is in sight at every scroll position, and stays small", () => {
    const [total, row, height, over] = [100_000, 40, 560, 6];
    for (let top = 0; top <= total * row; top += 9_973) {
      const { first, end } = windowOf(total, row, top, height, over);
      const seen = Math.min(top, total * row - height);
      expect(first * row, `top ${top}`).toBeLessThanOrEqual(seen);
      expect(end * row, `top ${top}`).toBeGreaterThanOrEqual(Math.min(total * row, seen + height));
      expect(end - first, "a screenful and a margin, never the whole").toBeLessThan(32);
    }
  });

  it("has nothing to draw for an empty list, and no ghosts after it shrank", () => {
    expect(windowOf(0, 40, 500, 560, 6)).toEqual({ first: 0, end: 0 });
    expect(windowOf(3, 40, 90_000, 560, 6), "scrolled far, then filtered").toEqual({
      first: 0,
      end: 3,
    });
  });
});

describe("scrollFor", () => {
  it("moves only as far as needed", () => {
    expect(scrollFor(5, 40, 0, 560), "in sight").toBe(0);
    expect(scrollFor(2, 40, 200, 560), "above").toBe(80);
    expect(scrollFor(20, 40, 0, 560), "below").toBe(280);
  });
});

describe("rowForKey", () => {
  it("moves within the list and stops at its ends", () => {
    expect(rowForKey("ArrowDown", -1, 10, 4), "nothing chosen yet").toBe(0);
    expect(rowForKey("ArrowDown", 9, 10, 4)).toBe(9);
    expect(rowForKey("ArrowUp", 0, 10, 4)).toBe(0);
    expect(rowForKey("PageDown", 3, 10, 4)).toBe(7);
    expect(rowForKey("End", 3, 10, 4)).toBe(9);
    expect(rowForKey("x", 3, 10, 4)).toBeUndefined();
  });
});
