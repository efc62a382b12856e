import { describe, expect, it } from "vitest";
import { FakePlatform } from "../../platform/fake/fake";
import { connections, planPage, runSummary, sync } from "../../platform/fake/world";
import { approveTen } from "./ten";
import { doneSteps, nextStep, type Known } from "./steps";

const nothing: Known = { connections: [], sync: undefined, runs: [], scheduled: false };
const health = { in_sync: 0, excluded: 0, needs_you: 0, not_in_aimfox: 0 };
const rehearsal = runSummary("r-1", 9);
const run = (over = {}) =>
  runSummary("r-2", 5, {
    rehearsal: false,
    changed: { create: 3, update: 0, delete: 0, link: 0 },
    ...over,
  });

describe("the way to a sync that runs by itself", () => {
  it("is read from what exists, step by step", () => {
    const both = connections();
    const paired = { ...nothing, connections: both, sync: sync() };
    const matched = { ...paired, sync: sync({ health }), runs: [rehearsal] };
    const stages: [Known, string | undefined][] = [
      [nothing, "aimfox"],
      [{ ...nothing, connections: both.filter((one) => one.service === "aimfox") }, "highlevel"],
      [{ ...nothing, connections: both }, "pair"],
      [paired, "match"],
      [matched, "ten"],
      [{ ...matched, runs: [run({ partial: true }), rehearsal] }, "everything"],
      [{ ...matched, runs: [run(), rehearsal] }, "background"],
      [{ ...matched, runs: [run(), rehearsal], scheduled: true }, undefined],
    ];
    for (const [known, next] of stages) expect(nextStep(doneSteps(known))).toBe(next);
  });

  it("does not count what failed, what was stopped, and an undo", () => {
    const known = { ...nothing, connections: connections(), sync: sync({ health }) };
    for (const over of [
      { state: "failed" },
      { state: "stopped" },
      { purpose: { kind: "undo", run: "r-0", change: null, delete: false } },
    ]) {
      const done = doneSteps({ ...known, runs: [run(over), rehearsal] });
      expect(done.has("everything"), JSON.stringify(over)).toBe(false);
      expect(done.has("ten"), JSON.stringify(over)).toBe(false);
    }
  });
});

describe("the first ten people", () => {
  it("are ten different people, and whatever was approved before is not among them", async () => {
    const host = new FakePlatform({
      "runs.changes": (query) => planPage(400, query),
      "runs.decide": () => ({ approved: 0, skipped: 0, of: 400 }),
    });
    expect(await approveTen(host, "r-1")).toBe(10);
    const [first, ...rest] = host.requests("runs.decide");
    expect(first).toEqual({ run: "r-1", decision: null });
    const whole = planPage(400, { run: "r-1", offset: 0, limit: 400 }).changes;
    const people = rest.map((request) => {
      const change = whole.find((one) => one.seq === request.record_of);
      expect(change?.kind, "a definition is nobody").not.toBe("prepare");
      return change?.record.lead_id ?? change?.record.contact_id;
    });
    expect(new Set(people).size).toBe(10);
  });

  it("are fewer when there are not ten", async () => {
    const host = new FakePlatform({
      "runs.changes": (query) => planPage(4, query),
      "runs.decide": () => ({ approved: 0, skipped: 0, of: 4 }),
    });
    expect(await approveTen(host, "r-1")).toBeLessThanOrEqual(4);
  });
});
