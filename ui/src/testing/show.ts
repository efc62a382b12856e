// The whole window over a fake host, as a person would meet it.
import { render } from "@testing-library/svelte";
import type { Commands, RunSummary, Sync } from "../platform/contract";
import { FakePlatform, type Handlers } from "../platform/fake/fake";
import { keepHandlers } from "../platform/fake/keep";
import { safetyHandlers } from "../platform/fake/safety";
import { workerHandlers } from "../platform/fake/worker";
import { mappingHandlers } from "../platform/fake/mapping";
import { ruleHandlers } from "../platform/fake/rules";
import { catalogHandlers } from "../platform/fake/catalog";
import * as world from "../platform/fake/world";
import App from "../views/App.svelte";

export interface World {
  syncs: Sync[];
  runs: RunSummary[];
  size: number;
}

/** A host with one quiet sync that has never run; tests change the world or single answers. */
export function fakeHost(world_: Partial<World> = {}, handlers: Handlers = {}) {
  const state: World = { syncs: [world.sync()], runs: [], size: 30, ...world_ };
  const host = new FakePlatform({
    "app.info": () => ({ version: "1.2.3", data_dir: "/data/fox", vault: "the system keyring" }),
    "preferences.get": () => ({ theme: "system", launch_at_login: false, notifications: true }),
    "preferences.set": (preferences) => preferences,
    "connections.list": () => (state.syncs.length ? world.connections() : []),
    "templates.list": () => world.templates,
    "syncs.list": () => state.syncs,
    "syncs.needs_you": () => world.needsYou(),
    "questions.list": () => (state.syncs.length ? world.inbox() : []),
    "runs.list": () => state.runs,
    "runs.get": ({ run }) => {
      const found = state.runs.find((one) => one.id === run);
      if (!found) throw new Error(`no run ${run}`);
      return found;
    },
    "runs.changes": (query) => world.planPage(state.size, query),
    "activity.list": ({ offset, limit }: Commands["activity.list"]["request"]) => ({
      more: false,
      entries: Array.from({ length: 40 }, (_, at) => world.activityAt(at)).slice(
        offset,
        offset + limit,
      ),
    }),
    ...catalogHandlers(),
    ...mappingHandlers(),
    ...workerHandlers(),
    ...safetyHandlers(),
    ...ruleHandlers(),
    ...keepHandlers(),
    ...handlers,
  });
  return { host, state };
}

/** Shows a page by its hash. */
export function show(hash: string, host: FakePlatform) {
  location.hash = hash;
  return render(App, { platform: host });
}
