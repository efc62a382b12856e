import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { debounced, throttled } from "./timing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("debounced", () => {
  it("does only the last, after a pause", () => {
    const done: string[] = [];
    const soon = debounced(100);
    soon(() => done.push("a"));
    vi.advanceTimersByTime(60);
    soon(() => done.push("b"));
    vi.advanceTimersByTime(99);
    expect(done, "still typing").toEqual([]);
    vi.advanceTimersByTime(1);
    expect(done).toEqual(["b"]);
  });
});

describe("throttled", () => {
  it("lets a burst through as one, and never loses the last of it", () => {
    const done: number[] = [];
    const now = throttled(100);
    now(() => done.push(0));
    vi.advanceTimersByTime(0);
    for (let at = 1; at <= 50; at++) now(() => done.push(at));
    expect(done).toEqual([0]);
    vi.advanceTimersByTime(100);
    expect(done).toEqual([0, 50]);
    vi.advanceTimersByTime(1000);
    now(() => done.push(99));
    vi.advanceTimersByTime(0);
    expect(done, "after a rest it is at once again").toEqual([0, 50, 99]);
  });
});
