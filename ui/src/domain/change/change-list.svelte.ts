// The changes of a run, a page at a time: a plan of 100,000 records is never held as a whole.
import { SvelteMap } from "svelte/reactivity";
import type {
  Change,
  ChangeKind,
  ChangesPage,
  ChangesQuery,
  Decide,
  Decision,
  DecisionCounts,
  Place,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export const PAGE = 200;
/** Pages kept around the ones in sight. */
const KEEP = 12;
/** Changes of each kind looked at for warnings. */
const SAMPLE = 50;

export type KindFilter = ChangeKind | "all";
export type PlaceFilter = Place | "all";

export const kinds: readonly ChangeKind[] = ["prepare", "link", "create", "update", "delete"];
export const places: readonly Place[] = ["highlevel", "aimfox", "foxbridge"];

export class ChangeList {
  kind: KindFilter = $state("all");
  place: PlaceFilter = $state("all");
  search = $state("");

  /** How many match; `undefined` until the first answer. */
  total: number | undefined = $state();
  error: HostError | undefined = $state.raw();
  /** What was decided about a rehearsal's changes, over the whole plan. */
  decisions: DecisionCounts = $state.raw({ approved: 0, skipped: 0, of: 0 });
  /** Matches by kind at the chosen place, and by place for the chosen kind. */
  readonly counts = new SvelteMap<KindFilter | PlaceFilter, number>();
  /** Different warnings seen, in the order they were met. */
  readonly warnings = new SvelteMap<string, number>();

  readonly run: string;
  #platform: Platform;
  #pages = new SvelteMap<number, Change[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing shows it
  #loading = new Set<number>();
  /** Raised when the filter changes: answers to an older question are dropped. */
  #question = 0;
  #sight = { first: 0, end: 1 };

  constructor(platform: Platform, run: string) {
    this.#platform = platform;
    this.run = run;
  }

  readonly filtered: boolean = $derived.by(
    () => this.kind !== "all" || this.place !== "all" || this.search.trim() !== "",
  );

  /** The change at a position of the filtered list, if its page is here. */
  at(index: number): Change | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Asks for the rows in sight. */
  see(first: number, end: number): void {
    this.#sight = { first, end: Math.max(end, first + 1) };
    for (const page of this.#pagesInSight()) {
      if (!this.#pages.has(page)) void this.#load(page);
    }
    this.#forgetFar();
  }

  /** Starts over: another filter, another question. */
  async restart(): Promise<void> {
    this.#question++;
    this.#loading.clear();
    this.#pages.clear();
    this.total = undefined;
    this.#sight = { first: 0, end: 1 };
    await Promise.all([this.#load(0), this.#count()]);
  }

  /** The same question again, for states that have moved on. What is shown stays until then. */
  async refresh(): Promise<void> {
    const inSight = this.#pagesInSight();
    for (const page of [...this.#pages.keys()]) {
      if (!inSight.includes(page)) this.#pages.delete(page);
    }
    await Promise.all([...inSight.map((page) => this.#load(page, true)), this.#count()]);
  }

  /** Decides about one change, about a person, or about everything that the filter shows. */
  async decide(which: "shown" | { seq: number } | { person: number }, decision: Decision | null) {
    const request: Decide = { run: this.run, decision };
    if (which === "shown") {
      if (this.kind !== "all") request.kind = this.kind;
      if (this.place !== "all") request.place = this.place;
      if (this.search.trim()) request.search = this.search.trim();
    } else if ("seq" in which) request.seqs = [which.seq];
    else request.record_of = which.person;
    try {
      this.decisions = await this.#platform.call("runs.decide", request);
      await this.refresh();
    } catch (thrown) {
      this.error = toHostError(thrown);
    }
  }

  #pagesInSight(): number[] {
    const from = Math.floor(this.#sight.first / PAGE);
    const to = Math.floor((this.#sight.end - 1) / PAGE);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  #forgetFar(): void {
    if (this.#pages.size <= KEEP) return;
    const middle = (this.#sight.first + this.#sight.end) / 2 / PAGE;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.#pages.size - KEEP)) this.#pages.delete(page);
  }

  async #load(page: number, again = false): Promise<void> {
    if (this.#loading.has(page) && !again) return;
    this.#loading.add(page);
    const question = this.#question;
    try {
      const answer = await this.#ask(page * PAGE, PAGE, this.kind, this.place);
      if (question !== this.#question) return;
      this.#pages.set(page, answer.changes);
      this.total = answer.total;
      this.decisions = answer.decisions;
      this.error = undefined;
      this.#note(answer.changes);
    } catch (thrown) {
      if (question === this.#question) this.error = toHostError(thrown);
    } finally {
      if (question === this.#question) this.#loading.delete(page);
    }
  }

  async #count(): Promise<void> {
    const question = this.#question;
    const one = async (key: KindFilter | PlaceFilter, kind: KindFilter, place: PlaceFilter) => {
      const answer = await this.#ask(0, SAMPLE, kind, place);
      if (question !== this.#question) return;
      this.counts.set(key, answer.total);
      this.#note(answer.changes);
    };
    try {
      await Promise.all([
        ...kinds.map((kind) => one(kind, kind, this.place)),
        ...places.map((place) => one(place, this.kind, place)),
      ]);
    } catch {
      // The list itself tells when the host cannot be asked; counts are an extra.
    }
  }

  #note(changes: readonly Change[]): void {
    for (const { warning } of changes) {
      if (warning && !this.warnings.has(warning)) this.warnings.set(warning, this.warnings.size);
    }
  }

  #ask(offset: number, limit: number, kind: KindFilter, place: PlaceFilter): Promise<ChangesPage> {
    const query: ChangesQuery = { run: this.run, offset, limit };
    if (kind !== "all") query.kind = kind;
    if (place !== "all") query.place = place;
    const search = this.search.trim();
    if (search) query.search = search;
    return this.#platform.call("runs.changes", query);
  }
}
