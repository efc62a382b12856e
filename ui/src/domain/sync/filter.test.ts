import { describe, expect, it } from "vitest";
import { readFilter, writeFilter } from "./filter";

describe("a filter", () => {
  it("reads back as it is written, in the engine's own examples", () => {
    for (const text of [
      "",
      "tag:vip",
      'label:warm campaign:"Autumn 2026"',
      "business:b1 assigned:u1 seat:7",
      'aimfox.location:"New York",aimfox.location:Berlin lead:1',
      "tag:a,tag:b,tag:c !label:cold !label:lost",
      "highlevel.state:",
    ]) {
      const rows = readFilter(text);
      expect(rows, text).toBeDefined();
      expect(writeFilter(rows ?? []), text).toBe(text);
    }
  });

  it("shows several values of one kind as one row", () => {
    expect(readFilter("tag:a,tag:b !tag:c !tag:d")).toEqual([
      { kind: "tag", field: "", not: false, values: ["a", "b"] },
      { kind: "tag", field: "", not: true, values: ["c", "d"] },
    ]);
  });

  it("leaves to the written form what rows would change the meaning of", () => {
    for (const text of [
      "tag:a,label:b",
      "!tag:a,!tag:b",
      "!(tag:a label:b)",
      "vip",
      "colour:red",
    ]) {
      expect(readFilter(text), text).toBeUndefined();
    }
  });

  it("says nothing of a row that has no value yet", () => {
    const empty = { kind: "tag", field: "", not: false, values: [] } as const;
    expect(writeFilter([{ ...empty, values: [] }])).toBe("");
    const fieldless = { kind: "aimfox", field: "", not: false, values: ["x"] } as const;
    expect(writeFilter([{ ...fieldless, values: ["x"] }])).toBe("");
  });
});
