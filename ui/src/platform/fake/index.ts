// The fake host with a story, for looking at the pages: `?scenario=` new, ready, rehearsed (the
// default), running, waiting, guard, broken, and `?rows=` for the size of the plan.
import type { Event, Progress, RunSummary, Sync, Theme } from "../contract";
import { keepHandlers } from "./keep";
import { safetyHandlers } from "./safety";
import { workerHandlers } from "./worker";
import { mappingHandlers } from "./mapping";
import { ruleHandlers } from "./rules";
import { catalogHandlers } from "./catalog";
import { signInHandlers } from "./sign-in";
import { FakePlatform } from "./fake";
import * as world from "./world";

export function fakePlatform(): FakePlatform {
  const asked = new URLSearchParams(location.search);
  const scenario = asked.get("scenario") ?? "rehearsed";
  const size = Number(asked.get("rows") ?? 811);
  const now = Date.now();
  let theme: Theme = (asked.get("theme") as Theme) ?? "system";
  let syncs: Sync[] = [];
  let runs: RunSummary[] = [];
  let made = 1;
  let inbox = world.inbox(now);

  const ran = world.runSummary(
    "r-0",
    60 * 26,
    { rehearsal: false, changed: { create: 3, update: 11, delete: 0, link: 1 } },
    now,
  );
  const rehearsed = world.runSummary("r-1", 4, {}, now);
  const summary = (over: Partial<RunSummary>) => world.runSummary("r-1", 4, over, now);
  const start = (newest: RunSummary | null, over: Partial<Sync> = {}) => {
    runs = newest ? [newest, ran] : [];
    syncs = [world.sync({ last_run: newest, health: newest?.health ?? null, ...over }, now)];
  };

  if (scenario === "ready") start(null);
  if (scenario === "rehearsed") start(rehearsed);
  if (scenario === "ran") {
    start(
      summary({
        rehearsal: false,
        changed: rehearsed.would,
        failed: 1,
        requests: { highlevel: 439, aimfox: 157 },
      }),
    );
  }
  if (scenario === "nothing") {
    start(
      summary({
        rehearsal: false,
        would: ran.failed ? ran.would : { create: 0, update: 0, delete: 0, link: 0 },
      }),
    );
  }
  if (scenario === "running" || scenario === "waiting") {
    start(summary({ state: "running", finished_at: null, rehearsal: false }), { running: "r-1" });
  }
  if (scenario === "guard") {
    start(
      summary({
        state: "stopped",
        rehearsal: false,
        error: {
          code: "guard_stopped",
          message: "The run would update 640 of 712 linked people (90 %), and the limit is 30 %.",
          hint: "Look at the plan. If every change is meant, run past the guard; otherwise correct the mapping first.",
        },
      }),
    );
  }

  const host = new FakePlatform({
    "app.info": () => ({
      version: "0.1.0",
      data_dir: "/home/ada/.local/share/app.foxbridge.desktop",
      vault: "the system keyring",
    }),
    "preferences.get": () => ({ theme, launch_at_login: false, notifications: true }),
    "preferences.set": (preferences) => {
      theme = preferences.theme;
      return preferences;
    },
    "sample.start": () => {
      start(null);
      return syncs[0] as Sync;
    },
    "connections.list": () => (scenario === "new" ? [] : world.connections(now)),
    "connections.connect_aimfox": () => ({ ...world.connections(now)[0]!, sample: false }),
    "connections.connect_highlevel": () => ({ ...world.connections(now)[1]!, sample: false }),
    "connections.remove": () => ({ says: ["Its key was wiped from the system keyring."] }),
    ...signInHandlers(() => (scenario === "new" ? [] : world.connections(now))),
    "templates.list": () => world.templates,
    "syncs.list": () => syncs,
    "syncs.get": () => syncs[0] as Sync,
    "syncs.set_items": ({ sync, items }) => {
      syncs = syncs.map((one) => (one.id === sync ? { ...one, items } : one));
      return syncs.find((one) => one.id === sync) ?? world.sync({ id: sync, items });
    },
    "syncs.create": () => {
      start(null);
      return syncs[0] as Sync;
    },
    "syncs.needs_you": () => world.needsYou(now),
    "questions.list": () => (syncs.length ? inbox : []),
    "questions.resolve": ({ id, resolution }) => {
      inbox = inbox.map((one) =>
        one.item.id === id ? { ...one, item: { ...one.item, answer: resolution } } : one,
      );
      return { answered: 1 };
    },
    "questions.forget": ({ id }) => {
      inbox = inbox.map((one) => {
        const { answer, ...open } = one.item;
        return one.item.id === id && answer ? { ...one, item: open } : one;
      });
      return {};
    },
    "runs.start": ({ rehearsal }) => simulate(rehearsal),
    "runs.cancel": ({ run }) => {
      finish(run, "cancelled");
      return {};
    },
    "runs.get": ({ run }) => runs.find((one) => one.id === run) ?? rehearsed,
    "runs.list": () => runs,
    "runs.changes": (query) => {
      const run = runs.find((one) => one.id === query.run);
      return world.planPage(size, query, (seq) =>
        run?.rehearsal === false
          ? run.state === "running" && seq > size / 3
            ? "planned"
            : seq % 211 === 40
              ? "failed"
              : "settled"
          : "planned",
      );
    },
    "activity.list": ({ offset, limit, kind }) => {
      const all = Array.from({ length: 700 }, (_, at) => world.activityAt(at, now)).filter(
        (entry) => !kind || entry.kind === kind,
      );
      return { more: offset + limit < all.length, entries: all.slice(offset, offset + limit) };
    },
    ...catalogHandlers(),
    ...mappingHandlers(),
    ...workerHandlers(),
    ...safetyHandlers(),
    ...ruleHandlers([]),
    ...keepHandlers(),
  });

  const progress = (run: string, over: Partial<Progress>): Event => ({
    type: "progress",
    progress: {
      run,
      sync: "s-1",
      phase: "pull",
      doing: "Reading leads from Aimfox",
      done: 240,
      total: 800,
      requests: { highlevel: 11, aimfox: 16 },
      waiting_for: null,
      paused: false,
      ...over,
    },
  });

  function finish(run: string, state: RunSummary["state"]): void {
    runs = runs.map((one) =>
      one.id === run
        ? {
            ...one,
            state,
            finished_at: new Date().toISOString(),
            changed: one.rehearsal ? one.changed : one.would,
          }
        : one,
    );
    const newest = runs.find((one) => one.id === run) ?? null;
    syncs = syncs.map((one) => ({ ...one, running: null, last_run: newest, health: world.health }));
    host.emit({ type: "run_finished", run, sync: "s-1" });
  }

  function simulate(rehearsal: boolean): RunSummary {
    const run = world.runSummary(`r-${++made}`, 0, {
      rehearsal,
      state: "running",
      started_at: new Date().toISOString(),
      finished_at: null,
    });
    runs = [run, ...runs];
    syncs = syncs.map((one) => ({ ...one, running: run.id }));
    let step = 0;
    const steps = ["pull", "match", "merge", "plan", ...(rehearsal ? [] : ["apply"])] as const;
    const timer = setInterval(() => {
      const phase = steps[Math.floor(step / 10)] as Progress["phase"] | undefined;
      if (!phase || runs.find((one) => one.id === run.id)?.state !== "running") {
        clearInterval(timer);
        if (!phase) finish(run.id, "done");
        return;
      }
      const done = (step % 10) * 80;
      host.emit(progress(run.id, { phase, done, waiting_for: step === 7 ? "aimfox" : null }));
      step++;
    }, 60);
    return run;
  }

  if (scenario === "running" || scenario === "waiting") {
    const event = progress("r-1", {
      phase: "apply",
      doing: "Creating contacts in HighLevel",
      done: 271,
      total: 811,
      requests: { highlevel: 295, aimfox: 88 },
      waiting_for: scenario === "waiting" ? "aimfox" : null,
    });
    setTimeout(() => host.emit(event), 100);
  }
  if (scenario === "broken") {
    const error = {
      code: "store" as const,
      message: "The data folder cannot be read: the disk is full.",
      hint: "Free some space and try again. Nothing was changed.",
    };
    for (const command of [
      "syncs.list",
      "connections.list",
      "activity.list",
      "operations.list",
    ] as const) {
      host.fail(command, error);
    }
  }
  return host;
}
