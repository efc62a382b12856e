import { describe, expect, it } from "vitest";
import { runSummary } from "../../platform/fake/world";
import { changesByDay } from "./chart";

describe("changes by day", () => {
  it("counts what runs changed, on their day, and no rehearsal", () => {
    const now = new Date(2026, 10, 24, 15).getTime();
    const changed = { create: 1, update: 2, delete: 0, link: 3 };
    const runs = [
      runSummary("a", 10, { rehearsal: false, changed }, now),
      runSummary("b", 20, { rehearsal: false, changed }, now),
      runSummary("c", 60 * 24, { rehearsal: false, changed }, now),
      runSummary("d", 5, { rehearsal: true, changed }, now),
      runSummary("e", 60 * 24 * 60, { rehearsal: false, changed }, now),
    ];
    const days = changesByDay(runs, 14, now);
    expect(days).toHaveLength(14);
    expect(days.at(-1)?.changes, "two runs today").toBe(12);
    expect(days.at(-2)?.changes, "one yesterday").toBe(6);
    expect(days.slice(0, -2).every((day) => day.changes === 0)).toBe(true);
  });
});
