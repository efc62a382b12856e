// What every page shares: the host, the address, the syncs and the runs going on.
import { getContext, setContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Event, Preferences, Progress, Sync, Theme } from "../platform/contract";
import type { Platform } from "../platform/platform";
import { Resource } from "../lib/resource.svelte";
import { Router } from "../lib/route.svelte";
import { href } from "../lib/route";
import { rememberedTheme, showTheme } from "../lib/theme";
import { runState, verdictInFull } from "../words";
import { ConnectController } from "./connection/connect.svelte";
import { RunControl } from "./run/run-control.svelte";

/** What holds until the host has told. */
const UNASKED = { launch_at_login: false, notifications: true };

export class AppState {
  readonly platform: Platform;
  readonly router = new Router();
  readonly syncs: Resource<"syncs.list">;
  readonly connections: Resource<"connections.list">;
  /** How the background worker stands. */
  readonly worker: Resource<"worker.status">;
  readonly runs: RunControl;
  /** The connect form outlives its page, so that nothing typed is lost by looking elsewhere. */
  readonly connect: ConnectController;
  /** Newest progress by run id. */
  readonly progress = new SvelteMap<string, Progress>();
  /** Whether the host is heard. */
  reachable = $state(true);
  /** What a screen reader is told next: a run that ended, wherever one is. */
  announcement = $state("");
  theme: Theme = $state(rememberedTheme());
  /** What the window remembers; `undefined` until the host has told. */
  preferences: Preferences | undefined = $state.raw();
  /** A theme chosen in this window is newer than the one the host tells. */
  #themeChosen = false;
  /** Ends when what the window remembers is asked for, and kept, as far as it was told to. */
  #preferring: Promise<unknown> = Promise.resolve();

  constructor(platform: Platform) {
    this.platform = platform;
    this.syncs = new Resource(platform, "syncs.list", () => ({}));
    this.connections = new Resource(platform, "connections.list", () => ({}));
    this.worker = new Resource(platform, "worker.status", () => ({}));
    this.runs = new RunControl(platform, () => this.syncs.load());
    this.connect = new ConnectController(platform);
  }

  /** Starts listening and loading. The returned function ends it. */
  start(): () => void {
    const stops = [
      this.router.listen(),
      this.syncs.watch(),
      this.connections.watch(),
      this.worker.watch(),
      this.platform.onEvent((event) => this.#hear(event)),
      this.platform.onReachable((reachable) => (this.reachable = reachable)),
    ];
    void this.syncs.load();
    void this.connections.load();
    void this.worker.load();
    this.#preferring = this.#loadPreferences();
    return () => stops.forEach((stop) => stop());
  }

  sync(id: string): Sync | undefined {
    return this.syncs.data?.find((sync) => sync.id === id);
  }

  /** The sync a page without one of its own is about: the one last looked at, or the first. */
  readonly currentSync: Sync | undefined = $derived.by(() => {
    const route = this.router.current;
    const syncs = this.syncs.data ?? [];
    if (
      route.page === "sync" ||
      route.page === "needs-you" ||
      route.page === "mapping" ||
      route.page === "people"
    ) {
      const named = syncs.find((sync) => sync.id === route.id);
      if (named) return named;
    }
    return syncs[0];
  });

  /** The sync a run belongs to, when it is its newest or the one going on. */
  syncOfRun(run: string): Sync | undefined {
    return this.syncs.data?.find((sync) => sync.last_run?.id === run || sync.running === run);
  }

  /** The run of a sync that is going on, by its newest progress or by the host's list. */
  runningOf(sync: Sync): string | undefined {
    for (const progress of this.progress.values()) {
      if (progress.sync === sync.id) return progress.run;
    }
    return sync.running ?? undefined;
  }

  async setTheme(theme: Theme): Promise<void> {
    this.#themeChosen = true;
    this.theme = theme;
    showTheme(theme);
    await this.prefer({ theme });
  }

  /**
   * Changes what the window remembers. One change after the other, and none before the host has told
   * what it remembers: the rest of it would be overwritten.
   */
  async prefer(over: Partial<Preferences>): Promise<void> {
    const before = this.#preferring;
    const change = async () => {
      await before.catch(() => undefined);
      const known = this.preferences ?? { theme: this.theme, ...UNASKED };
      this.preferences = await this.platform.call("preferences.set", { ...known, ...over });
    };
    const changing = change();
    this.#preferring = changing;
    await changing;
  }

  async #loadPreferences(): Promise<void> {
    try {
      this.preferences = await this.platform.call("preferences.get", {});
    } catch {
      // The remembered theme stays; the pages tell when the host is lost.
      return;
    }
    if (this.#themeChosen) return;
    this.theme = this.preferences.theme;
    showTheme(this.theme);
  }

  #hear(event: Event): void {
    if (event.type === "progress") this.progress.set(event.progress.run, event.progress);
    if (event.type === "worker") this.worker.data = event.status;
    if (event.type === "run_finished") void this.#finished(event.run, event.sync);
  }

  /** A rehearsal started from its sync's page opens when it is ready: it is what was asked for. */
  async #finished(run: string, sync: string): Promise<void> {
    await this.syncs.load();
    this.progress.delete(run);
    const last = this.sync(sync)?.last_run;
    if (last?.id === run) this.announcement = `${runState[last.state]}. ${verdictInFull(last)}.`;
    const asked = this.runs.takeStarted(run);
    const route = this.router.current;
    if (!asked?.rehearsal || route.page !== "sync" || route.id !== sync) return;
    if (last?.state === "done") this.router.go(href("run", run));
  }
}

const KEY = Symbol("app");

export function provideApp(platform: Platform): AppState {
  return setContext(KEY, new AppState(platform));
}

export function getApp(): AppState {
  return getContext<AppState>(KEY);
}
