import { describe, expect, it } from "vitest";
import { FakePlatform } from "../../platform/fake/fake";
import { activityAt } from "../../platform/fake/world";
import { ActivityList, PAGE } from "./activity-list.svelte";

/** A log that grows at its front, as a real one does. */
function setUp(size: number) {
  let newer = 0;
  const host = new FakePlatform({
    "activity.list": ({ offset, limit, kind }) => {
      const all = Array.from({ length: size + newer }, (_, at) => activityAt(at - newer)).filter(
        (entry) => !kind || entry.kind === kind,
      );
      return { more: offset + limit < all.length, entries: all.slice(offset, offset + limit) };
    },
  });
  return { host, list: new ActivityList(host), grow: (by: number) => (newer += by) };
}

describe("ActivityList", () => {
  it("pages to the end without a gap", async () => {
    const { list } = setUp(PAGE * 2 + 30);
    await list.restart();
    while (list.more) await list.next();
    expect(list.entries.map((entry) => entry.at)).toEqual(
      Array.from({ length: PAGE * 2 + 30 }, (_, at) => activityAt(at).at),
    );
  });

  it("shows no entry twice when new ones arrive between two pages", async () => {
    const { list, grow } = setUp(PAGE * 3);
    await list.restart();
    grow(7);
    await list.next();
    const moments = list.entries.map((entry) => entry.at);
    expect(new Set(moments).size, "the page boundary moved by 7").toBe(moments.length);
    expect(moments).toHaveLength(PAGE * 2 - 7);
  });

  it("asks for what the filter says", async () => {
    const { host, list } = setUp(300);
    list.kind = "request";
    list.search = "  contacts ";
    await list.restart();
    expect(host.requests("activity.list").at(-1)).toEqual({
      offset: 0,
      limit: PAGE,
      kind: "request",
      search: "contacts",
    });
  });

  it("keeps what it has when the next page fails", async () => {
    const { host, list } = setUp(PAGE * 2);
    await list.restart();
    host.fail("activity.list", { code: "store", message: "The disk is full." });
    await list.next();
    expect(list.entries).toHaveLength(PAGE);
    expect(list.error?.message).toBe("The disk is full.");
  });
});
