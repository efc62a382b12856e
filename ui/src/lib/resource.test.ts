import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AppInfo } from "../platform/contract";
import { FakePlatform } from "../platform/fake/fake";
import { Resource } from "./resource.svelte";

const info = (version: string): AppInfo => ({ version, data_dir: "/d", vault: "keyring" });
const changed = { type: "changed" as const, commands: ["app.info"] };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  let version = 0;
  const host = new FakePlatform({ "app.info": () => info(String(++version)) });
  return { host, resource: new Resource(host, "app.info", () => ({})) };
}

describe("Resource", () => {
  it("keeps the last good answer when a later load fails, and says why", async () => {
    const { host, resource } = setUp();
    await resource.load();
    host.fail("app.info", { code: "store", message: "The disk is full.", hint: "Free some." });
    await resource.load();
    expect(resource.data?.version, "stale beats nothing").toBe("1");
    expect(resource.error).toMatchObject({ code: "store", hint: "Free some." });
    host.fail("app.info", undefined);
    await resource.load();
    expect(resource.error, "a success clears the error").toBeUndefined();
  });

  it("drops an older answer that comes after a newer one", async () => {
    const { host, resource } = setUp();
    const letGo = host.hold("app.info");
    const first = resource.load();
    host.answer("app.info", () => info("late"));
    const second = resource.load();
    letGo();
    await Promise.all([first, second]);
    flushSync();
    expect(resource.loading, "the newest load is over").toBe(false);
    expect(host.requests("app.info")).toHaveLength(2);
  });

  it("turns a storm of events into few loads, and never misses the last", async () => {
    const { host, resource } = setUp();
    const stop = resource.watch();
    await resource.load();
    for (let at = 0; at < 500; at++) host.emit(changed);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.requests("app.info").length, "500 events").toBe(2);
    host.emit({ type: "changed", commands: ["syncs.list"] });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.requests("app.info").length, "not about this answer").toBe(2);
    stop();
    host.emit(changed);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.requests("app.info").length, "nobody listens any more").toBe(2);
  });

  it("loads again when the host is back", async () => {
    const { host, resource } = setUp();
    const stop = resource.watch();
    host.reach(false);
    host.reach(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(resource.data?.version).toBe("1");
    stop();
  });
});
