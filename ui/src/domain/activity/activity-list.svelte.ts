// Activity, newest first, fetched a page at a time as it is scrolled.
import type { ActivityEntry, ActivityQuery } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export const PAGE = 100;
export type ActivityFilter = "all" | "run" | "change" | "request";

export class ActivityList {
  kind: ActivityFilter = $state("all");
  search = $state("");

  entries: ActivityEntry[] = $state.raw([]);
  more = $state(false);
  loading = $state(false);
  /** Whether the first page is here. */
  loaded = $state(false);
  /** Something newer has happened than the list shows. */
  fresh = $state(false);
  error: HostError | undefined = $state.raw();

  #platform: Platform;
  #question = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  readonly filtered: boolean = $derived.by(() => this.kind !== "all" || this.search.trim() !== "");

  /** The first page, as it is now. What is shown stays until it is here. */
  async restart(): Promise<void> {
    const question = ++this.#question;
    this.loading = true;
    try {
      const page = await this.#ask(0);
      if (question !== this.#question) return;
      this.entries = page.entries;
      this.more = page.more;
      this.loaded = true;
      this.fresh = false;
      this.error = undefined;
    } catch (thrown) {
      if (question === this.#question) this.error = toHostError(thrown);
    } finally {
      if (question === this.#question) this.loading = false;
    }
  }

  /** The next page. Entries that arrived meanwhile push old ones down: repeats are dropped. */
  async next(): Promise<void> {
    if (this.loading || !this.more) return;
    const question = this.#question;
    this.loading = true;
    try {
      const page = await this.#ask(this.entries.length);
      if (question !== this.#question) return;
      // eslint-disable-next-line svelte/prefer-svelte-reactivity -- gone when this returns
      const known = new Set(this.entries.slice(-PAGE).map((entry) => JSON.stringify(entry)));
      const news = page.entries.filter((entry) => !known.has(JSON.stringify(entry)));
      this.entries = [...this.entries, ...news];
      this.more = page.more;
      this.error = undefined;
    } catch (thrown) {
      if (question === this.#question) this.error = toHostError(thrown);
    } finally {
      if (question === this.#question) this.loading = false;
    }
  }

  #ask(offset: number) {
    const query: ActivityQuery = { offset, limit: PAGE };
    if (this.kind !== "all") query.kind = this.kind;
    const search = this.search.trim();
    if (search) query.search = search;
    return this.#platform.call("activity.list", query);
  }
}
