import { describe, expect, it } from "vitest";
import { ago, count, dayName, duration, list, milliseconds, plural, size } from "./format";

const now = new Date(2026, 10, 24, 15, 0, 0).getTime();
const before = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

describe("numbers", () => {
  it("groups thousands and counts in words", () => {
    expect(count(1204)).toBe("1,204");
    expect(plural(1, "lead")).toBe("1 lead");
    expect(plural(0, "lead")).toBe("0 leads");
    expect(plural(2, "person", "people")).toBe("2 people");
  });

  it("measures files", () => {
    expect([0, 18, 2048, 10 * 1024 ** 2, 3.42 * 1024 ** 2].map(size)).toEqual([
      "0 B",
      "18 B",
      "2 kB",
      "10 MB",
      "3.4 MB",
    ]);
  });

  it("lists with an and", () => {
    expect(list([])).toBe("");
    expect(list(["a"])).toBe("a");
    expect(list(["a", "b", "c"])).toBe("a, b and c");
  });
});

describe("times", () => {
  it("says lengths no more exactly than is useful", () => {
    expect(duration(0.2)).toBe("under a second");
    expect(duration(1)).toBe("1 second");
    expect(duration(80)).toBe("1 minute");
    expect(duration(3600)).toBe("1 hour");
    expect(duration(5400)).toBe("1 hour 30 min");
    expect(milliseconds(87)).toBe("87 ms");
    expect(milliseconds(1530)).toBe("1.5 s");
  });

  it("says how long ago, and by the day rather than by 24 hours", () => {
    expect(ago(before(0), now)).toBe("just now");
    expect(ago(before(4), now)).toBe("4 min ago");
    expect(ago(before(60 * 5), now)).toMatch(/^today at/);
    expect(ago(before(60 * 16), now), "23:00 of the day before").toMatch(/^yesterday at/);
    expect(dayName(before(0), now)).toBe("Today");
    expect(dayName(before(60 * 16), now)).toBe("Yesterday");
  });

  it("shows what it cannot read instead of Invalid Date", () => {
    expect(ago("soon", now)).toBe("soon");
    expect(dayName("soon", now)).toBe("soon");
  });
});
