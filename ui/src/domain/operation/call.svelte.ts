// One operation being called by hand: what was filled in, what would be sent, what was answered.
import type {
  CalledOperation,
  FieldProblem,
  OperationCall,
  OperationDetail,
  ParamRow,
  ParamValue,
  PreparedCall,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";
import { operationCall as words } from "../../words";
import { FieldNode } from "./field-node.svelte";
import { fieldOf, type Field } from "./schema";

/** The host fills these in by itself, wherever HighLevel asks for them. */
const FROM_CONNECTION = ["locationId", "location_id"];

function withConnection(operation: OperationDetail, field: Field): Field {
  const known = operation.service === "highlevel" && FROM_CONNECTION.includes(field.name);
  return known ? { ...field, required: false, help: words.fromConnection } : field;
}

export interface Param {
  row: ParamRow;
  node: FieldNode;
  at: string;
}

export class CallController {
  readonly operation: OperationDetail;
  /** Which version it is called in; empty where there is none. */
  version = $state("");
  /** Path below the base URL, in that version. */
  path = $state("");
  params: readonly Param[] = $state.raw([]);
  body: FieldNode | undefined = $state.raw();
  /** How the body goes: `json`, `form` or `multipart`. */
  format = $state("json");
  /** The longest file, in bytes. */
  mostFileBytes = $state(0);
  /** Which connection; empty until there is one. */
  connection = $state("");
  /** The body as raw JSON instead of as fields. */
  raw = $state(false);
  rawText = $state("");
  /** Set when the raw JSON cannot be shown as fields. */
  unfit = $state("");
  /** What would be sent, as of the last check. */
  prepared: PreparedCall | undefined = $state.raw();
  /** What is wrong with it; shown once a dry run or a run was asked for. */
  problems: readonly FieldProblem[] = $state.raw([]);
  /** Whether a dry run was asked for: the request stays in sight, and up to date. */
  tried = $state(false);
  asking = $state(false);
  busy: "prepare" | "call" | undefined = $state();
  answer: CalledOperation | undefined = $state.raw();
  error: HostError | undefined = $state.raw();

  #platform: Platform;
  #asked = 0;

  constructor(platform: Platform, operation: OperationDetail) {
    this.#platform = platform;
    this.operation = operation;
    this.#readAs(operation.versions[0] ?? "");
  }

  /** Another version of the API: the form as it is there, with what both have in common. */
  chooseVersion(version: string): void {
    const params = this.params.map(({ row, node }) => [row.name, node.read("")] as const);
    const body = this.body?.read("body");
    const { raw, rawText } = this;
    this.#readAs(version);
    for (const [name, value] of params) {
      this.params.find(({ row }) => row.name === name)?.node.write(value);
    }
    this.body?.write(body);
    if (this.body && raw) this.raw = true;
    this.rawText = rawText;
    this.problems = [];
    this.answer = undefined;
    this.error = undefined;
    void this.check();
  }

  #readAs(version: string): void {
    const { operation } = this;
    const { path, params, body } =
      operation.variants.find((one) => one.version === version) ?? operation;
    this.version = version;
    this.path = path;
    this.params = params.map((row) => {
      const field = fieldOf(row.name, row.schema, row.required);
      const helped = { ...field, help: row.help || field.help };
      const node = new FieldNode(withConnection(operation, helped));
      return { row, node, at: `${row.place}.${row.name}` };
    });
    this.body = undefined;
    this.raw = false;
    this.format = body?.format ?? "json";
    this.mostFileBytes = body?.most_file_bytes ?? 0;
    if (body) {
      const field = fieldOf("", body.schema, body.required);
      const fields = field.fields.map((one) => withConnection(operation, one));
      this.body = new FieldNode({ ...field, fields });
      // Without fields there is only the raw form.
      this.raw = this.body.field.kind !== "object";
    }
  }

  /** Whether the body can be shown as fields at all. */
  get hasFields(): boolean {
    return this.body?.field.kind === "object";
  }

  /** Another account: what was answered by the last one is not its answer. */
  choose(connection: string): void {
    this.connection = connection;
    this.prepared = undefined;
    this.answer = undefined;
    this.error = undefined;
    void this.check();
  }

  /** What is wrong at exactly this place. */
  problemAt(at: string): string | undefined {
    const here = this.problems.filter((problem) => problem.at === at).map(({ what }) => what);
    return here.length > 0 ? here.join(", ") : undefined;
  }

  /** Problems that no field shows. */
  get elsewhere(): readonly FieldProblem[] {
    const shown = this.params.map((param) => param.at);
    if (!this.raw && this.body) collect(this.body, "body", shown);
    if (this.raw) shown.push("body");
    return this.problems.filter((problem) => !shown.includes(problem.at));
  }

  /** Goes from fields to raw JSON and back, with what was filled in. */
  showRaw(raw: boolean): void {
    this.unfit = "";
    if (!this.body || raw === this.raw) return;
    if (raw) {
      const value = this.body.read("body");
      this.rawText = value === undefined ? "" : JSON.stringify(value, null, 2);
      this.raw = true;
      return;
    }
    const problems: FieldProblem[] = [];
    const value = this.#rawBody(problems);
    const scratch = new FieldNode(this.body.field);
    if (problems.length > 0 || !scratch.write(value)) {
      this.unfit = problems.length > 0 ? words.rawBroken : words.unfit;
      return;
    }
    this.body.write(value);
    this.raw = false;
  }

  /** The request as filled in, and what could not even be read. */
  request(confirm: boolean): { call: OperationCall; problems: FieldProblem[] } {
    const problems: FieldProblem[] = [];
    const params: Record<string, ParamValue> = {};
    for (const { row, node, at } of this.params) {
      const value = node.read(at, problems);
      if (value !== undefined) params[row.name] = onTheWire(value);
    }
    const body = this.raw ? this.#rawBody(problems) : this.body?.read("body", problems);
    const call: OperationCall = {
      connection: this.connection,
      operation: this.operation.id,
      params,
      confirm,
    };
    if (body !== undefined) call.body = body;
    if (this.version !== (this.operation.versions[0] ?? "")) call.version = this.version;
    return { call, problems };
  }

  /** Asks what would be sent. Sends nothing to a service. */
  async check(): Promise<PreparedCall | undefined> {
    if (!this.connection) return undefined;
    const asked = ++this.#asked;
    const { call, problems } = this.request(false);
    try {
      const prepared = await this.#platform.call("operations.prepare", call);
      if (asked !== this.#asked) return undefined;
      // A field that could not be read is also missing to the host: one word about it is enough.
      const own = problems.map((problem) => problem.at);
      const all = [
        ...problems,
        ...prepared.problems.filter((problem) => !own.includes(problem.at)),
      ];
      this.prepared = { ...prepared, problems: all };
      if (this.tried) this.problems = all;
      this.error = undefined;
      return this.prepared;
    } catch (thrown) {
      if (asked === this.#asked) this.error = toHostError(thrown);
      return undefined;
    }
  }

  /** Shows the exact request. */
  async dryRun(): Promise<void> {
    if (this.busy) return;
    this.tried = true;
    this.answer = undefined;
    this.busy = "prepare";
    await this.check();
    this.busy = undefined;
  }

  /** Follows what is typed once the request is in sight. */
  edited(): void {
    if (this.tried && !this.busy) void this.check();
  }

  /** Checks, asks where it must, and sends. */
  async run(): Promise<void> {
    if (this.busy) return;
    this.tried = true;
    this.busy = "prepare";
    const prepared = await this.check();
    this.busy = undefined;
    if (!prepared || prepared.problems.length > 0 || prepared.switch === "blocked") return;
    if (prepared.needs_confirm) this.asking = true;
    else await this.send(false);
  }

  /** Sends it. */
  async send(confirm: boolean): Promise<void> {
    this.asking = false;
    this.busy = "call";
    this.answer = undefined;
    this.error = undefined;
    try {
      this.answer = await this.#platform.call("operations.call", this.request(confirm).call);
    } catch (thrown) {
      this.error = toHostError(thrown);
    } finally {
      this.busy = undefined;
    }
  }

  #rawBody(problems: FieldProblem[]): unknown {
    if (this.rawText.trim() === "") return undefined;
    try {
      return JSON.parse(this.rawText) as unknown;
    } catch {
      problems.push({ at: "body", what: words.notJson });
      return undefined;
    }
  }
}

/** The places of all fields below a node. */
function collect(node: FieldNode, at: string, into: string[]): void {
  into.push(at);
  for (const child of node.children) collect(child, `${at}.${child.field.name}`, into);
  node.items.forEach((item, index) => collect(item, `${at}[${index}]`, into));
  for (const extra of node.extras) collect(extra.node, `${at}.${extra.name}`, into);
}

function onTheWire(value: unknown): ParamValue {
  const one = (part: unknown) => (typeof part === "string" ? part : JSON.stringify(part));
  return Array.isArray(value) ? value.map(one) : one(value);
}
