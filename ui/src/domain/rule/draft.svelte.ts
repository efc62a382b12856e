// A rule that is being written: the definition as the page edits it, and what the host says of it.
import type {
  RuleDefinition,
  RuleField,
  RuleGroup,
  RuleStep,
  RuleTest,
  RuleTrials,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";

export class RuleDraft {
  name = $state("");
  definition: RuleDefinition = $state({
    trigger: "foxbridge.tag.added",
    conditions: { all: [] },
    steps: [],
    own_effects: false,
  });
  fields: RuleField[] = $state.raw([]);
  trials: RuleTrials | undefined = $state.raw();
  error: HostError | undefined = $state.raw();
  busy = $state(false);

  readonly #platform: Platform;
  readonly #sync: () => string | undefined;

  constructor(platform: Platform, sync: () => string | undefined) {
    this.#platform = platform;
    this.#sync = sync;
  }

  load(name: string, definition: RuleDefinition): void {
    this.name = name;
    this.definition = structuredClone($state.snapshot(definition)) as RuleDefinition;
    this.trials = undefined;
    void this.look();
  }

  get all(): boolean {
    return "all" in this.definition.conditions;
  }

  get tests(): RuleTest[] {
    return testsOf(this.definition.conditions);
  }

  setTests(tests: RuleTest[], all = this.all): void {
    this.definition.conditions = all ? { all: tests } : { any: tests };
  }

  setStep(index: number, step: RuleStep): void {
    this.definition.steps = this.definition.steps.map((one, i) => (i === index ? step : one));
  }

  addStep(
    step:
      | Omit<Extract<RuleStep, { kind: "do" }>, "id">
      | Omit<Extract<RuleStep, { kind: "wait" }>, "id">,
  ): void {
    const taken = this.definition.steps.map((one) => one.id);
    let number = this.definition.steps.length + 1;
    while (taken.includes(`step${number}`)) number += 1;
    this.definition.steps = [
      ...this.definition.steps,
      { ...step, id: `step${number}` } as RuleStep,
    ];
  }

  removeStep(index: number): void {
    this.definition.steps = this.definition.steps.filter((_, i) => i !== index);
  }

  /** The fields that can be picked follow from the trigger. */
  async look(): Promise<void> {
    const sync = this.#sync();
    if (!sync) return;
    await this.#do(async () => {
      const definition = $state.snapshot(this.definition) as RuleDefinition;
      this.fields = await this.#platform.call("rules.fields", { sync, definition });
    });
  }

  async tryOut(): Promise<void> {
    const sync = this.#sync();
    if (!sync) return;
    await this.#do(async () => {
      const definition = $state.snapshot(this.definition) as RuleDefinition;
      this.trials = await this.#platform.call("rules.test", { sync, definition });
    });
  }

  /** Gives the id of what was saved. */
  async save(rule: string | undefined): Promise<string | undefined> {
    const sync = this.#sync();
    if (!sync) return undefined;
    let id: string | undefined;
    await this.#do(async () => {
      const definition = $state.snapshot(this.definition) as RuleDefinition;
      const request = { sync, name: this.name, definition };
      const saved = await this.#platform.call("rules.save", rule ? { ...request, rule } : request);
      id = saved.id;
    });
    return id;
  }

  async #do(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await work();
    } catch (thrown) {
      this.error = toHostError(thrown);
    } finally {
      this.busy = false;
    }
  }
}

export function testsOf(group: RuleGroup): RuleTest[] {
  return "all" in group ? group.all : group.any;
}
