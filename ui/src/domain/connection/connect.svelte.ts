// The connect form: two services, then the sync. Everything typed stays until it has worked.
import type {
  AccessName,
  Connection,
  ServiceName,
  Sync,
  TagWrites,
  Template,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

import { AppSignIn } from "./app-sign-in.svelte";

/** One service's part of the form. */
export class ServiceForm {
  account = $state("");
  secret = $state("");
  baseUrl = $state("");
  requestsPerMinute = $state("");
  busy = $state(false);
  error: HostError | undefined = $state.raw();
  /** The connection chosen or made. */
  connection: Connection | undefined = $state.raw();

  readonly service: ServiceName;

  constructor(service: ServiceName) {
    this.service = service;
  }

  /** Whether what the service needs has been typed. */
  readonly complete: boolean = $derived.by(
    () => this.secret.trim() !== "" && (this.service === "aimfox" || this.account.trim() !== ""),
  );

  /** A per-minute limit is a whole number from 1 on, or left out. */
  readonly limitIsValid: boolean = $derived.by(() => {
    const text = this.requestsPerMinute.trim();
    return text === "" || /^[1-9]\d{0,4}$/.test(text);
  });
}

export class ConnectController {
  readonly aimfox = new ServiceForm("aimfox");
  readonly highlevel = new ServiceForm("highlevel");
  /** How HighLevel is signed in to. */
  highlevelWay: "token" | "app" = $state("token");
  /** What is asked for there. */
  access: AccessName = $state("write");
  readonly appSignIn: AppSignIn;
  template = $state("standard");
  tagWrites: TagWrites | undefined = $state();
  name = $state("");
  creating = $state(false);
  createError: HostError | undefined = $state.raw();

  #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.appSignIn = new AppSignIn(platform);
  }

  /** Takes connections that are there already, so that a half-finished start can go on. */
  resume(connections: readonly Connection[]): void {
    for (const form of [this.aimfox, this.highlevel]) {
      const known = connections.filter((one) => one.service === form.service);
      const chosen = form.connection;
      if (chosen && !known.some((one) => one.id === chosen.id)) form.connection = undefined;
      form.connection ??= known.find((one) => !one.sample);
    }
  }

  /** Connects one service. The secret is forgotten here as soon as the vault has it. */
  async connect(form: ServiceForm): Promise<void> {
    if (form.busy || !form.complete || !form.limitIsValid) return;
    form.busy = true;
    form.error = undefined;
    try {
      form.connection = await this.#send(form);
      form.secret = "";
    } catch (thrown) {
      form.error = toHostError(thrown);
    } finally {
      form.busy = false;
    }
  }

  /** The tag choice in force: the user's, or the template's. */
  tagWritesFor(template: Template | undefined): TagWrites {
    return this.tagWrites ?? template?.tag_writes ?? "off";
  }

  /** Makes the sync. `undefined` when it could not be: see `createError`. */
  async create(template: Template | undefined): Promise<Sync | undefined> {
    const highlevel = this.highlevel.connection;
    const aimfox = this.aimfox.connection;
    if (this.creating || !highlevel || !aimfox) return undefined;
    this.creating = true;
    this.createError = undefined;
    try {
      const name = this.name.trim();
      const sync = await this.#platform.call("syncs.create", {
        highlevel: highlevel.id,
        aimfox: aimfox.id,
        template: template?.name ?? this.template,
        tag_writes: this.tagWritesFor(template),
        ...(name ? { name } : {}),
      });
      this.#reset();
      return sync;
    } catch (thrown) {
      this.createError = toHostError(thrown);
      return undefined;
    } finally {
      this.creating = false;
    }
  }

  #send(form: ServiceForm): Promise<Connection> {
    const baseUrl = form.baseUrl.trim();
    const base = baseUrl ? { base_url: baseUrl } : {};
    if (form.service === "highlevel") {
      return this.#platform.call("connections.connect_highlevel", {
        ...base,
        location_id: form.account.trim(),
        token: form.secret.trim(),
      });
    }
    const limit = form.requestsPerMinute.trim();
    return this.#platform.call("connections.connect_aimfox", {
      ...base,
      api_key: form.secret.trim(),
      ...(limit ? { requests_per_minute: Number(limit) } : {}),
    });
  }

  #reset(): void {
    for (const form of [this.aimfox, this.highlevel]) {
      form.account = "";
      form.secret = "";
      form.baseUrl = "";
      form.requestsPerMinute = "";
      form.error = undefined;
    }
    this.name = "";
    this.tagWrites = undefined;
  }
}
