import { describe, expect, it } from "vitest";
import { operations } from "../../platform/fake/world";
import { filterOperations, groupOperations, scopesOf } from "./operations";

const all = { service: "all", effect: "all", scope: "", search: "" } as const;
const ids = (filter: Parameters<typeof filterOperations>[1]) =>
  filterOperations(operations, filter).map((row) => row.id);

describe("operations", () => {
  it("finds every word anywhere in the row, whatever the case", () => {
    expect(ids({ ...all, search: "UPDATE contact" })).toEqual(["highlevel.contacts.update"]);
    expect(ids({ ...all, search: "tags.readonly" }), "a scope").toEqual(["highlevel.tags.list"]);
    expect(ids({ ...all, search: "nothing like this" })).toEqual([]);
  });

  it("joins the filters", () => {
    expect(ids({ ...all, scope: "locations/tags.readonly" })).toEqual(["highlevel.tags.list"]);
    expect(scopesOf(operations)).toContain("locations/tags.readonly");
    expect(ids({ ...all, service: "aimfox", effect: "outreach" })).toEqual([
      "aimfox.campaigns.audience.add",
    ]);
  });

  it("groups by service and resource without losing or repeating a row", () => {
    const groups = groupOperations(operations);
    expect(groups.map((group) => group.resource)).toEqual([
      "contacts",
      "tags",
      "leads",
      "campaigns",
    ]);
    expect(groups.flatMap((group) => group.rows)).toEqual(operations);
  });
});
