import { describe, expect, it } from "vitest";
import type { ChangesQuery } from "../../platform/contract";
import { FakePlatform } from "../../platform/fake/fake";
import { planPage } from "../../platform/fake/world";
import { ChangeList, PAGE } from "./change-list.svelte";

function setUp(size: number) {
  const host = new FakePlatform({ "runs.changes": (query) => planPage(size, query) });
  return { host, list: new ChangeList(host, "r") };
}

const pagesAsked = (queries: ChangesQuery[]) =>
  queries.filter((query) => query.limit === PAGE).map((query) => query.offset / PAGE);

const settle = () => new Promise((done) => setTimeout(done, 0));

describe("ChangeList", () => {
  it("asks only for the pages in sight, each once", async () => {
    const { host, list } = setUp(20_000);
    await list.restart();
    expect(list.total).toBe(20_000);
    list.see(10_000, 10_020);
    list.see(10_001, 10_021);
    await settle();
    expect(pagesAsked(host.requests("runs.changes"))).toEqual([0, 50]);
    expect(list.at(10_010)?.seq).toBe(10_010);
    expect(list.at(14_000), "not fetched, not invented").toBeUndefined();
  });

  it("forgets what is far away, so that memory does not grow with scrolling", async () => {
    const { list } = setUp(20_000);
    await list.restart();
    for (let page = 0; page < 100; page++) {
      list.see(page * PAGE, page * PAGE + 20);
      await settle();
    }
    const held = Array.from({ length: 100 }, (_, page) => list.at(page * PAGE)).filter(Boolean);
    expect(held.length).toBeLessThanOrEqual(14);
    expect(list.at(99 * PAGE), "what is in sight stays").toBeDefined();
  });

  it("drops the answer to an older filter, whenever it comes", async () => {
    const { host, list } = setUp(700);
    const letGo = host.hold("runs.changes");
    const first = list.restart();
    list.kind = "link";
    const second = list.restart();
    letGo();
    await Promise.all([first, second]);
    expect(list.at(0)?.kind, "the first answer was for all kinds").toBe("link");
    expect(list.total).toBe(planPage(700, { run: "r", offset: 0, limit: 1, kind: "link" }).total);
  });

  it("counts each kind at the chosen place, and collects different warnings once", async () => {
    const { list } = setUp(700);
    list.place = "aimfox";
    await list.restart();
    expect(list.counts.get("create"), "nothing is created in Aimfox").toBe(0);
    expect(list.counts.get("update")).toBeGreaterThan(0);
    list.place = "all";
    await list.restart();
    expect([...list.warnings.keys()]).toHaveLength(1);
  });

  it("takes new states without emptying the list in between", async () => {
    const { host, list } = setUp(700);
    await list.restart();
    const letGo = host.hold("runs.changes");
    host.answer("runs.changes", (query) => planPage(700, query, () => "settled"));
    const refresh = list.refresh();
    expect(list.at(0)?.state, "still there while the answer is on its way").toBe("planned");
    letGo();
    await refresh;
    expect(list.at(0)?.state).toBe("settled");
  });

  it("says why it cannot be read", async () => {
    const { host, list } = setUp(1);
    host.fail("runs.changes", { code: "store", message: "The data folder cannot be read." });
    await list.restart();
    expect(list.error?.message).toBe("The data folder cannot be read.");
    expect(list.total).toBeUndefined();
  });
});
