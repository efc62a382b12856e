// A list of any length, fetched a page at a time as it is scrolled; pages far away are forgotten.
import { SvelteMap } from "svelte/reactivity";
import { toHostError, type HostError } from "../platform/platform";

/** Rows of one page. */
export const PAGE = 200;
/** Pages kept around the ones in sight. */
const KEEP = 12;

export interface Page<T> {
  total: number;
  rows: readonly T[];
}

export class Paged<T> {
  /** How many there are; `undefined` until the first answer. */
  total: number | undefined = $state();
  error: HostError | undefined = $state.raw();

  #ask: (offset: number, limit: number) => Promise<Page<T>>;
  #pages = new SvelteMap<number, readonly T[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing shows it
  #loading = new Set<number>();
  /** Raised when the question changes: answers to an older one are dropped. */
  #question = 0;
  #sight = { first: 0, end: 1 };

  constructor(ask: (offset: number, limit: number) => Promise<Page<T>>) {
    this.#ask = ask;
  }

  /** The row at a position, if its page is here. */
  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Asks for the rows in sight. */
  see(first: number, end: number): void {
    this.#sight = { first, end: Math.max(end, first + 1) };
    for (const page of this.#inSight()) if (!this.#pages.has(page)) void this.#load(page);
    if (this.#pages.size > KEEP) this.#forgetFar();
  }

  /** Another question: starts at the top. What is shown stays until the answer is here. */
  async restart(): Promise<void> {
    this.#question++;
    this.#loading.clear();
    this.#sight = { first: 0, end: 1 };
    await this.#load(0, true);
  }

  /** The same question again. */
  async refresh(): Promise<void> {
    const inSight = this.#inSight();
    for (const page of [...this.#pages.keys()]) {
      if (!inSight.includes(page)) this.#pages.delete(page);
    }
    await Promise.all(inSight.map((page) => this.#load(page)));
  }

  #inSight(): number[] {
    const from = Math.floor(this.#sight.first / PAGE);
    const to = Math.floor((this.#sight.end - 1) / PAGE);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  #forgetFar(): void {
    const middle = (this.#sight.first + this.#sight.end) / 2 / PAGE;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.#pages.size - KEEP)) this.#pages.delete(page);
  }

  async #load(page: number, fresh = false): Promise<void> {
    if (this.#loading.has(page)) return;
    this.#loading.add(page);
    const question = this.#question;
    try {
      const answer = await this.#ask(page * PAGE, PAGE);
      if (question !== this.#question) return;
      if (fresh) this.#pages.clear();
      this.#pages.set(page, answer.rows);
      this.total = answer.total;
      this.error = undefined;
    } catch (thrown) {
      if (question === this.#question) this.error = toHostError(thrown);
    } finally {
      if (question === this.#question) this.#loading.delete(page);
    }
  }
}
