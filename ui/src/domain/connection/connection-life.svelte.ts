// What is done to one connection after it was made: check, rename, replace the key, sign in again.
import type { AccessName, Connection } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export type Doing = "check" | "rename" | "replace" | "back" | "remind" | "sign-in";

export class ConnectionLife {
  /** What is going on; one thing at a time. */
  doing: Doing | undefined = $state();
  error: HostError | undefined = $state.raw();
  /** The form that is open. */
  form: "rename" | "replace" | undefined = $state();
  name = $state("");
  secret = $state("");
  /** A sign-in that waits for the browser. */
  waiting: { id: string; url: string } | undefined = $state.raw();

  #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  open(form: "rename" | "replace", name: string): void {
    this.form = this.form === form ? undefined : form;
    this.name = name;
    this.secret = "";
    this.error = undefined;
  }

  check(one: Connection): Promise<boolean> {
    return this.#do("check", () =>
      this.#platform.call("connections.check", { connection: one.id }),
    );
  }

  rename(one: Connection): Promise<boolean> {
    return this.#do("rename", () =>
      this.#platform.call("connections.rename", { connection: one.id, name: this.name }),
    );
  }

  /** The secret is forgotten here as soon as the vault has it. */
  async replace(one: Connection): Promise<boolean> {
    const done = await this.#do("replace", () =>
      this.#platform.call("connections.replace_key", {
        connection: one.id,
        secret: this.secret.trim(),
      }),
    );
    if (done) this.secret = "";
    return done;
  }

  goBack(one: Connection): Promise<boolean> {
    return this.#do("back", () =>
      this.#platform.call("connections.go_back", { connection: one.id }),
    );
  }

  remind(one: Connection, days: number | null): Promise<boolean> {
    return this.#do("remind", () =>
      this.#platform.call("connections.remind", { connection: one.id, days }),
    );
  }

  /** Signs in again with the app that is known; its secret is in the vault. */
  signIn(one: Connection): Promise<boolean> {
    const access: AccessName = one.writes_for.length > 0 ? "write" : "read";
    return this.#do("sign-in", async () => {
      const started = await this.#platform.call("connections.sign_in_start", {
        client_id: one.client_id ?? "",
        access,
        connection: one.id,
        agency: false,
      });
      this.waiting = { id: started.sign_in, url: started.url };
      try {
        await this.#platform.call("connections.sign_in_wait", { sign_in: started.sign_in });
      } finally {
        this.waiting = undefined;
      }
    });
  }

  async cancelSignIn(): Promise<void> {
    const waiting = this.waiting;
    if (waiting) await this.#platform.call("connections.sign_in_cancel", { sign_in: waiting.id });
  }

  async #do(doing: Doing, work: () => Promise<unknown>): Promise<boolean> {
    if (this.doing) return false;
    this.doing = doing;
    this.error = undefined;
    try {
      await work();
      this.form = undefined;
      return true;
    } catch (thrown) {
      this.error = toHostError(thrown);
      return false;
    } finally {
      this.doing = undefined;
    }
  }
}
