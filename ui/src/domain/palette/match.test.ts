import { describe, expect, it } from "vitest";
import { matches } from "./match";

describe("the palette finds", () => {
  it.each([
    ["Rehearse Acme", "reh", true],
    ["Rehearse Acme", "acme re", true],
    ["Rehearse Acme", "ehe", false],
    ["Einführung", "einfu", true],
    ["Theme: Dark", "dark", true],
    ["Anything", "  ", true],
  ])("%s by %s: %s", (title, typed, found) => {
    expect(matches(title, typed)).toBe(found);
  });
});
