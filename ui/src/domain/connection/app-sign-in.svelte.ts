// Signing in to HighLevel with an app of one's own: a page in the browser, and back.
import type { AccessName, Connection, LocationChoice } from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export class AppSignIn {
  clientId = $state("");
  clientSecret = $state("");
  agency = $state(false);
  port = $state("");
  baseUrl = $state("");
  authorizeUrl = $state("");
  error: HostError | undefined = $state.raw();
  starting = $state(false);
  /** The sign-in that waits for the browser. */
  waiting: { id: string; url: string } | undefined = $state.raw();
  /** An agency's locations, when there is more than one. */
  locations: readonly LocationChoice[] = $state.raw([]);

  readonly complete: boolean = $derived.by(
    () => this.clientId.trim() !== "" && this.clientSecret.trim() !== "",
  );

  #platform: Platform;
  #id = "";

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** From the button to the connection; `undefined` when it failed or a location is to be chosen. */
  async start(access: AccessName): Promise<Connection | undefined> {
    if (this.starting || this.waiting || !this.complete) return undefined;
    this.starting = true;
    this.error = undefined;
    try {
      const optional = {
        ...(this.port.trim() ? { port: Number(this.port) } : {}),
        ...(this.baseUrl.trim() ? { base_url: this.baseUrl.trim() } : {}),
        ...(this.authorizeUrl.trim() ? { authorize_url: this.authorizeUrl.trim() } : {}),
      };
      const started = await this.#platform.call("connections.sign_in_start", {
        client_id: this.clientId.trim(),
        client_secret: this.clientSecret.trim(),
        access,
        agency: this.agency,
        ...optional,
      });
      this.#id = started.sign_in;
      this.waiting = { id: started.sign_in, url: started.url };
      const outcome = await this.#platform.call("connections.sign_in_wait", {
        sign_in: started.sign_in,
      });
      this.locations = outcome.locations;
      if (outcome.connection) this.clientSecret = "";
      return outcome.connection ?? undefined;
    } catch (thrown) {
      this.error = toHostError(thrown);
      return undefined;
    } finally {
      this.starting = false;
      this.waiting = undefined;
    }
  }

  async choose(location: string): Promise<Connection | undefined> {
    try {
      const made = await this.#platform.call("connections.sign_in_choose", {
        sign_in: this.#id,
        location,
      });
      this.locations = [];
      this.clientSecret = "";
      return made;
    } catch (thrown) {
      this.error = toHostError(thrown);
      return undefined;
    }
  }

  async cancel(): Promise<void> {
    if (this.waiting) {
      await this.#platform.call("connections.sign_in_cancel", { sign_in: this.waiting.id });
    }
  }
}
