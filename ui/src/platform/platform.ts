// The complete surface the interface may use to reach its host. Nothing outside this folder knows
// whether that host is the desktop shell, a development server or a test.
import type { AppError, Commands, ErrorCode, Event, SavedFile } from "./contract";

/** What the host can do beyond answering commands. */
export interface Capabilities {
  /** A desktop window: closing it leaves Foxbridge running in the tray. */
  tray: boolean;
}

/** Commands whose answer is a file. */
export type SavingCommand = "activity.export" | "backup.make" | "diagnostics.make";

/** A picked file: where it is, or what is in it (base64) where places are not told. */
export interface Picked {
  name: string;
  from?: string;
  content?: string;
}

/** The host. */
export interface Platform {
  readonly capabilities: Capabilities;
  /** Sends one command. Rejects with a {@link HostError} and with nothing else. */
  call<C extends keyof Commands>(
    command: C,
    request: Commands[C]["request"],
  ): Promise<Commands[C]["response"]>;
  /**
   * Makes a file by a command, where the person says: the system's dialog asks, a browser downloads
   * it. `undefined` when they thought better of it.
   */
  save<C extends SavingCommand>(
    command: C,
    request: Omit<Commands[C]["request"], "to">,
    name: string,
  ): Promise<SavedFile | undefined>;
  /** A file that the person picks; `undefined` when they thought better of it. */
  pick(extension: string): Promise<Picked | undefined>;
  /** Hears every event from now on. Returns the way to stop. */
  onEvent(hear: (event: Event) => void): () => void;
  /** Hears whether events arrive: `false` when the host is lost, `true` when it is back. */
  onReachable(hear: (reachable: boolean) => void): () => void;
}

/** An {@link AppError} that can be thrown. */
export class HostError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(error: AppError) {
    super(error.message);
    this.name = "HostError";
    this.code = error.code;
    this.hint = error.hint;
  }
}

function isAppError(value: unknown): value is AppError {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as AppError).code === "string" &&
    typeof (value as AppError).message === "string"
  );
}

/** Whatever was thrown, as the error it is or as an internal one that says so. */
export function toHostError(thrown: unknown): HostError {
  if (thrown instanceof HostError) return thrown;
  if (isAppError(thrown)) return new HostError(thrown);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new HostError({
    code: "internal",
    message: `Foxbridge gave an answer that could not be understood: ${detail}`,
    hint: "Nothing was changed by this screen. Try again; if it stays, restart Foxbridge.",
  });
}

/** The host did not answer at all. */
export function unreachable(): HostError {
  return new HostError({
    code: "offline",
    message: "Foxbridge's own host does not answer.",
    hint: "It may be starting or have ended. Start it again; what was planned or written is kept.",
  });
}

/** Listeners, with a way out for each. */
export class Listeners<T> {
  #all = new Set<(value: T) => void>();

  add(hear: (value: T) => void): () => void {
    this.#all.add(hear);
    return () => void this.#all.delete(hear);
  }

  tell(value: T): void {
    for (const hear of [...this.#all]) hear(value);
  }
}
