import { describe, expect, it } from "vitest";
import { matches, ranked } from "./match";

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

  it("the nearest first: the whole title, its beginning, a word of it, then what is said besides", () => {
    const rows = [
      ["Remove a tag", "highlevel.contacts.tags.remove"],
      ["List opportunities", "by tag"],
      ["Tag", "x"],
      ["Tag added", "foxbridge.tag.added"],
      ["Get a contact", "highlevel.contacts.get"],
    ] as const;
    const said = ([title, more]: readonly [string, string]) => ({ title, more });
    const titles = (typed: string) => ranked(rows, typed, said).map(([title]) => title);
    expect(titles("tag")).toEqual(["Tag", "Tag added", "Remove a tag", "List opportunities"]);
    expect(titles("highlevel get")).toEqual(["Get a contact"]);
    expect(titles("")).toHaveLength(rows.length);
  });
});
