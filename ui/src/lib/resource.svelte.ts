// One answer of the host, kept fresh: loaded when asked for, again when the host says it changed.
import type { Commands } from "../platform/contract";
import { toHostError, type HostError, type Platform } from "../platform/platform";

type Command = keyof Commands;

/** Events can come by the hundred; a screen needs no more than this. */
const GAP_MS = 200;

export class Resource<C extends Command> {
  /** The last good answer. Kept while a newer one loads and when that fails. */
  data: Commands[C]["response"] | undefined = $state.raw();
  /** Why the last attempt failed; cleared by the next success. */
  error: HostError | undefined = $state.raw();
  loading = $state(false);

  #platform: Platform;
  #command: C;
  #request: () => Commands[C]["request"] | undefined;
  #asked = 0;
  #inFlight: Promise<void> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #lastStart = 0;

  /** `request` may give `undefined`: then there is nothing to load. */
  constructor(platform: Platform, command: C, request: () => Commands[C]["request"] | undefined) {
    this.#platform = platform;
    this.#command = command;
    this.#request = request;
  }

  /** Loads now. An older answer that comes later is dropped. */
  async load(): Promise<void> {
    const request = this.#request();
    const asked = ++this.#asked;
    if (request === undefined) {
      this.data = undefined;
      this.error = undefined;
      this.loading = false;
      return;
    }
    this.loading = true;
    this.#lastStart = Date.now();
    const work = this.#platform.call(this.#command, request).then(
      (data) => {
        if (asked !== this.#asked) return;
        this.data = data;
        this.error = undefined;
      },
      (thrown: unknown) => {
        if (asked === this.#asked) this.error = toHostError(thrown);
      },
    );
    this.#inFlight = work;
    await work;
    if (asked === this.#asked) this.loading = false;
    if (this.#inFlight === work) this.#inFlight = undefined;
  }

  /** Forgets the answer, for a request about something else. */
  clear(): void {
    this.#asked++;
    this.data = undefined;
    this.error = undefined;
  }

  /** Loads soon: many calls in a short time become one load. */
  refresh(): void {
    if (this.#again !== undefined) return;
    const wait = Math.max(0, this.#lastStart + GAP_MS - Date.now());
    this.#again = setTimeout(async () => {
      await this.#inFlight;
      this.#again = undefined;
      await this.load();
    }, wait);
  }

  /** Reloads whenever the host says so, until the returned function is called. */
  watch(): () => void {
    const stopEvents = this.#platform.onEvent((event) => {
      if (event.type === "changed" && event.commands.includes(this.#command)) this.refresh();
    });
    const stopReachable = this.#platform.onReachable((reachable) => {
      if (reachable) this.refresh();
    });
    return () => {
      stopEvents();
      stopReachable();
      clearTimeout(this.#again);
      this.#again = undefined;
    };
  }
}

/**
 * A resource for the life of a component: loaded at once, again when the request changes, and
 * when the host says so. Another request forgets the old answer first.
 */
export function useResource<C extends Command>(
  platform: Platform,
  command: C,
  request: () => Commands[C]["request"] | undefined,
): Resource<C> {
  const resource = new Resource(platform, command, request);
  let known: string | undefined;
  $effect(() => {
    const key = JSON.stringify(request());
    if (key !== known) {
      if (known !== undefined) resource.clear();
      known = key;
      void resource.load();
    }
  });
  $effect(() => resource.watch());
  return resource;
}
