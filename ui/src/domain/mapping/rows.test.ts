import { describe, expect, it } from "vitest";
import type { MappingField, MappingFields } from "../../platform/contract";
import { mapping } from "../../platform/fake/world";
import { changedRows, directionsOf, partners, rowOf, turned, withPartner } from "./rows";

const field = (over: Partial<MappingField>): MappingField => ({
  id: "x",
  service: "highlevel",
  label: "X",
  kind: "text",
  writes: "always",
  locked: null,
  options: [],
  custom: false,
  ...over,
});

const title = field({ id: "job_title", service: "aimfox", label: "Job title", writes: "never" });
const city = field({ id: "city", label: "City" });
const site = field({ id: "website", label: "Website", kind: "url" });
const email = field({ id: "email", label: "E-mail", kind: "email" });
const fields: MappingFields = {
  aimfox: [title],
  highlevel: [city, site, email],
  suggestions: [],
  stale: null,
};

describe("which fields a row may meet", () => {
  it("offers only what fits and nobody writes already", () => {
    const offered = partners(fields, mapping, title).map((one) => one.id);
    expect(offered, "an address is no text, and e-mail is taken").toEqual(["city"]);
  });

  it("keeps its own field in the list, and lets a transform make others fit", () => {
    const row = { ...rowOf(title, city, mapping), transform: [{ kind: "trim" as const }] };
    const offered = partners(fields, [...mapping, row], title, row).map((one) => one.id);
    expect(offered).toEqual(["city", "website"]);
  });

  it("goes one way where HighLevel never takes a value", () => {
    const locked = field({ writes: "never" });
    expect(directionsOf(locked, "job_title")).toEqual(["to_aimfox", "off"]);
    const row = withPartner(rowOf(title, city, mapping), locked);
    expect(row.direction, "both ways is no longer possible").toBe("to_aimfox");
    expect(turned(row, locked), "there is nothing to turn to").toBe("to_aimfox");
  });
});

describe("a new row", () => {
  it("has an id and a name of its own, also beside one like it", () => {
    const first = rowOf(title, city, mapping);
    const second = rowOf(title, city, [...mapping, first]);
    expect(second.id).not.toBe(first.id);
    expect(second.label, "two lines of a card must be told apart").toBe("Job title 2");
  });

  it("has a name that fits on one line of a card", () => {
    const odd = field({ custom: true, label: "a:b\n[c" });
    expect(rowOf(title, odd, []).label).toBe("a b  c");
  });
});

describe("what changed", () => {
  it("names changed, new and removed rows once each", () => {
    const [first, second, ...rest] = mapping;
    if (!first || !second) throw new Error("the world has rows");
    const added = rowOf(title, city, mapping);
    const now = [{ ...second, direction: "off" as const }, ...rest, added];
    expect(changedRows(mapping, now)).toEqual([second.id, added.id, first.id]);
    expect(changedRows(mapping, mapping)).toEqual([]);
  });
});
