// Activity, newest first, fetched a page at a time as it is scrolled.
import type { ActivityEntry, ActivityOutcome, ActivityQuery, Place } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export const PAGE = 100;
export type ActivityFilter = "all" | "run" | "change" | "firing" | "request";

/** One person, one run, or one change of it, whose activity is shown alone. */
export type About = { run: string; change?: number } | { lead_id: string } | { contact_id: string };

/** Midnight of a day as people write it (`2026-11-26`), by this computer's clock. */
function midnight(day: string, later = 0): string | undefined {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- gone when this returns
  const at = new Date(`${day}T00:00`);
  if (day === "" || Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

export class ActivityList {
  kind: ActivityFilter = $state("all");
  search = $state("");
  sync = $state("");
  place: Place | "" = $state("");
  outcome: ActivityOutcome | "" = $state("");
  /** Days, as `2026-11-26`; both count. Empty for no end. */
  from = $state("");
  to = $state("");
  about: About | undefined = $state.raw();

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

  /** What is asked for, without which page of it. */
  readonly query: ActivityQuery = $derived.by(() => {
    const query: ActivityQuery = { offset: 0, limit: PAGE, ...this.about };
    if (this.kind !== "all") query.kind = this.kind;
    const search = this.search.trim();
    if (search) query.search = search;
    if (this.sync) query.sync = this.sync;
    if (this.place) query.place = this.place;
    if (this.outcome) query.outcome = this.outcome;
    const since = midnight(this.from);
    if (since) query.since = since;
    const until = midnight(this.to, 1);
    if (until) query.until = until;
    return query;
  });

  /** How many filters besides the kind and the search are set. */
  readonly moreFilters: number = $derived.by(
    () => [this.sync, this.place, this.outcome, this.from, this.to].filter(Boolean).length,
  );
  readonly filtered: boolean = $derived.by(
    () =>
      this.kind !== "all" ||
      this.search.trim() !== "" ||
      this.moreFilters > 0 ||
      this.about !== undefined,
  );

  /** Shows everything again. */
  clear(): void {
    this.kind = "all";
    this.search = this.sync = this.place = this.outcome = this.from = this.to = "";
    this.about = undefined;
  }

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
    return this.#platform.call("activity.list", { ...this.query, offset });
  }
}
