// Starting and cancelling runs, with what went wrong, by sync.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { RunSummary, StartRun } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export class RunControl {
  /** Syncs whose run was asked for and not yet answered. */
  readonly starting = new SvelteSet<string>();
  /** Runs that were asked to stop. */
  readonly cancelling = new SvelteSet<string>();
  /** Runs that were paused from here. */
  readonly paused = new SvelteSet<string>();
  /** Why the last start or cancel of a sync failed. */
  readonly errors = new SvelteMap<string, HostError>();

  #platform: Platform;
  #known: () => Promise<void>;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing shows it
  #started = new Map<string, StartRun>();

  /** `known` is awaited before a start counts as over: until then no page shows the run. */
  constructor(platform: Platform, known: () => Promise<void>) {
    this.#platform = platform;
    this.#known = known;
  }

  /** Starts a run or a rehearsal. `undefined` when it could not be: see `errors`. */
  async start(request: StartRun): Promise<RunSummary | undefined> {
    if (this.starting.has(request.sync)) return undefined;
    this.starting.add(request.sync);
    this.errors.delete(request.sync);
    try {
      const run = await this.#platform.call("runs.start", request);
      this.#started.set(run.id, request);
      await this.#known();
      return run;
    } catch (thrown) {
      this.errors.set(request.sync, toHostError(thrown));
      return undefined;
    } finally {
      this.starting.delete(request.sync);
    }
  }

  /** Asks a run to stop. It ends after the write in flight, and says so by its own event. */
  async cancel(run: string, sync: string): Promise<void> {
    this.cancelling.add(run);
    this.errors.delete(sync);
    try {
      await this.#platform.call("runs.cancel", { run });
    } catch (thrown) {
      this.cancelling.delete(run);
      this.errors.set(sync, toHostError(thrown));
    }
  }

  /** Holds a run before its next write, or lets it go on. */
  async pause(run: string, sync: string, paused: boolean): Promise<void> {
    this.errors.delete(sync);
    try {
      await this.#platform.call(paused ? "runs.pause" : "runs.resume", { run });
      if (paused) this.paused.add(run);
      else this.paused.delete(run);
    } catch (thrown) {
      this.errors.set(sync, toHostError(thrown));
    }
  }

  /** What a run that is going on was started with, if it was started here. */
  started(run: string): StartRun | undefined {
    return this.#started.get(run);
  }

  /** What a finished run was started with, if it was started here. Answers once. */
  takeStarted(run: string): StartRun | undefined {
    const request = this.#started.get(run);
    this.#started.delete(run);
    this.cancelling.delete(run);
    this.paused.delete(run);
    return request;
  }
}
