// Everything that waits for a person, over all syncs, and what was just answered.
import type { InboxItem, Resolution } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";
import { answerKey, isOpen, keyOf } from "./answers";

/** Which questions are shown: all that are open, those of one kind, or those that were answered. */
export type InboxFilter = string;
export const ALL = "all";
export const ANSWERED = "answered";

/** An answer that was just given, so that it can be taken back at once. */
export interface Given {
  sync: string;
  keys: string[];
  name: string;
  count: number;
}

export class Inbox {
  items: InboxItem[] | undefined = $state.raw();
  error: HostError | undefined = $state.raw();
  /** Why the last answer was not taken. */
  refused: HostError | undefined = $state.raw();
  filter: InboxFilter = $state(ALL);
  busy = $state(false);
  given: Given | undefined = $state.raw();

  #platform: Platform;
  #sync: () => string | undefined;
  #asked = 0;

  /** `sync` narrows it to the questions of one sync. */
  constructor(platform: Platform, sync: () => string | undefined) {
    this.#platform = platform;
    this.#sync = sync;
  }

  readonly open: InboxItem[] = $derived.by(() => this.items?.filter(isOpen) ?? []);
  readonly answered: InboxItem[] = $derived.by(
    () => this.items?.filter((one) => !isOpen(one)) ?? [],
  );
  readonly shown: InboxItem[] = $derived.by(() =>
    this.filter === ANSWERED
      ? this.answered
      : this.open.filter((one) => this.filter === ALL || one.item.kind === this.filter),
  );

  /** How many open ones there are of each kind, in the order in which they are met. */
  readonly kinds: [string, number][] = $derived.by(() => {
    const counts: Record<string, number> = {};
    for (const { item } of this.open) counts[item.kind] = (counts[item.kind] ?? 0) + 1;
    return Object.entries(counts);
  });

  async load(): Promise<void> {
    const asked = ++this.#asked;
    const sync = this.#sync();
    try {
      const items = await this.#platform.call("questions.list", sync ? { sync } : {});
      if (asked !== this.#asked) return;
      this.items = items;
      this.error = undefined;
    } catch (thrown) {
      if (asked === this.#asked) this.error = toHostError(thrown);
      return;
    }
    const kept =
      this.filter === ALL ||
      (this.filter === ANSWERED
        ? this.answered.length > 0
        : this.kinds.some(([kind]) => kind === this.filter));
    if (!kept) this.filter = ALL;
  }

  /** Keeps an answer; with `alike` for all of its sort. Says for how many. */
  async answer(one: InboxItem, resolution: Resolution, alike: boolean): Promise<number> {
    return this.#tell(async () => {
      // eslint-disable-next-line svelte/prefer-svelte-reactivity -- gone when this returns
      const before = new Set(this.open.map(keyOf));
      const request = { sync: one.sync, id: one.item.id, resolution, alike };
      const { answered } = await this.#platform.call("questions.resolve", request);
      await this.load();
      const news = this.answered.filter((other) => before.has(keyOf(other)));
      const keys = news.map((other) => answerKey(other.item));
      this.given = { sync: one.sync, keys, name: one.item.record.name, count: answered };
      return answered;
    });
  }

  /** Takes back what was just answered. */
  async takeBack(): Promise<number> {
    const given = this.given;
    if (!given) return 0;
    return this.#tell(async () => {
      this.given = undefined;
      await this.#forget(given.sync, given.keys);
      return given.keys.length;
    });
  }

  /** Takes one answer back, whenever it was given. */
  async reopen(one: InboxItem): Promise<number> {
    return this.#tell(async () => {
      if (this.given?.keys.includes(answerKey(one.item))) this.given = undefined;
      await this.#forget(one.sync, [answerKey(one.item)]);
      return 1;
    });
  }

  async #forget(sync: string, keys: readonly string[]): Promise<void> {
    for (const id of keys) await this.#platform.call("questions.forget", { sync, id });
    await this.load();
  }

  async #tell(work: () => Promise<number>): Promise<number> {
    if (this.busy) return 0;
    this.busy = true;
    this.refused = undefined;
    try {
      return await work();
    } catch (thrown) {
      this.refused = toHostError(thrown);
      await this.load();
      return 0;
    } finally {
      this.busy = false;
    }
  }
}
