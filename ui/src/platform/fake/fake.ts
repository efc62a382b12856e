// A host that is only memory, for component tests and `vite --mode fake`. Never in a real build.
import type { AppError, Commands, Event, SavedFile } from "../contract";
import {
  HostError,
  Listeners,
  toHostError,
  type Picked,
  type Platform,
  type SavingCommand,
} from "../platform";

type Command = keyof Commands;
export type Handlers = {
  [C in Command]?: (request: Commands[C]["request"]) => Commands[C]["response"];
};

export class FakePlatform implements Platform {
  readonly capabilities = { tray: true };
  /** Every call, in order, for tests to look at. */
  readonly calls: { command: Command; request: unknown }[] = [];
  readonly #handlers: Handlers;
  readonly #failures = new Map<Command, AppError>();
  readonly #held = new Map<Command, (() => void)[]>();
  readonly #events = new Listeners<Event>();
  readonly #reachable = new Listeners<boolean>();

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  async call<C extends Command>(
    command: C,
    request: Commands[C]["request"],
  ): Promise<Commands[C]["response"]> {
    this.calls.push({ command, request });
    const held = this.#held.get(command);
    if (held) await new Promise<void>((go) => held.push(go));
    const failure = this.#failures.get(command);
    if (failure) throw new HostError(failure);
    const handler = this.#handlers[command];
    if (!handler) throw toHostError(new Error(`the fake does not answer ${command}`));
    // A copy, as over a wire: the page must not share objects with its host.
    return structuredClone(handler(request));
  }

  /** What the person picks next; nothing when they think better of it. */
  picked: Picked | undefined;

  async save<C extends SavingCommand>(
    command: C,
    request: Omit<Commands[C]["request"], "to">,
  ): Promise<SavedFile> {
    return this.call(command, request as Commands[C]["request"]);
  }

  async pick(): Promise<Picked | undefined> {
    return this.picked;
  }

  onEvent(hear: (event: Event) => void): () => void {
    return this.#events.add(hear);
  }

  onReachable(hear: (reachable: boolean) => void): () => void {
    return this.#reachable.add(hear);
  }

  /** Answers one command differently from now on. */
  answer<C extends Command>(command: C, handler: NonNullable<Handlers[C]>): void {
    this.#handlers[command] = handler;
  }

  /** Refuses a command until told otherwise. */
  fail(command: Command, error: AppError | undefined): void {
    if (error) this.#failures.set(command, error);
    else this.#failures.delete(command);
  }

  /** Keeps the answers of a command back. The returned function lets them go, in order. */
  hold(command: Command): () => void {
    const waiting: (() => void)[] = [];
    this.#held.set(command, waiting);
    return () => {
      this.#held.delete(command);
      waiting.forEach((go) => go());
    };
  }

  emit(event: Event): void {
    this.#events.tell(event);
  }

  reach(reachable: boolean): void {
    this.#reachable.tell(reachable);
  }

  /** The requests of one command so far. */
  requests<C extends Command>(command: C): Commands[C]["request"][] {
    return this.calls
      .filter((call) => call.command === command)
      .map((call) => call.request as Commands[C]["request"]);
  }
}
