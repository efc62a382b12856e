// Undo and redo of something that is replaced as a whole.

/** As many steps as anybody takes back. */
const DEEP = 200;

export class History<T> {
  now: T = $state.raw() as T;
  #past: T[] = $state.raw([]);
  #future: T[] = $state.raw([]);
  #topic: string | undefined;

  constructor(start: T) {
    this.now = start;
  }

  readonly canUndo: boolean = $derived.by(() => this.#past.length > 0);
  readonly canRedo: boolean = $derived.by(() => this.#future.length > 0);

  /** Takes a new state. Changes of one topic in a row (typing in a field) are one step. */
  set(next: T, topic?: string): void {
    const same = topic !== undefined && topic === this.#topic;
    if (!same) this.#past = [...this.#past.slice(1 - DEEP), this.now];
    this.#topic = topic;
    this.#future = [];
    this.now = next;
  }

  /** Starts over from a state, with nothing to take back. */
  reset(start: T): void {
    this.#past = [];
    this.#future = [];
    this.#topic = undefined;
    this.now = start;
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#future = [this.now, ...this.#future];
    this.#past = this.#past.slice(0, -1);
    this.#topic = undefined;
    this.now = before;
  }

  redo(): void {
    const [after, ...rest] = this.#future;
    if (after === undefined) return;
    this.#past = [...this.#past, this.now];
    this.#future = rest;
    this.#topic = undefined;
    this.now = after;
  }
}
