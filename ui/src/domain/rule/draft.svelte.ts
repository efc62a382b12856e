// A rule that is being written: the definition as the page edits it, and what the host says of it.
import type {
  RuleDefinition,
  RuleField,
  RuleGroup,
  RuleStep,
  RuleTest,
  RuleTrials,
  RuleWhat,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";
import type { ChipText } from "./ChipFields.svelte";

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

  setStep(index: number, step: RuleStep): void {
    this.definition.steps = this.definition.steps.map((one, i) => (i === index ? step : one));
  }

  addStep(step: RuleWhat): void {
    const taken = this.definition.steps.map((one) => one.id);
    let number = this.definition.steps.length + 1;
    while (taken.includes(`step${number}`)) number += 1;
    this.definition.steps = [...this.definition.steps, { ...step, id: `step${number}` }];
  }

  /** Answers that a step can use: those of the steps before it. */
  stepsBefore(index: number): string[] {
    const before = this.definition.steps.slice(0, index).filter((step) => step.kind !== "wait");
    return before.map((step) => `steps.${step.id}.id`);
  }

  moveStep(index: number, by: number): void {
    const steps = [...this.definition.steps];
    const [step] = steps.splice(index, 1);
    if (step) steps.splice(index + by, 0, step);
    this.definition.steps = steps;
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

export function isGroup(test: RuleTest): test is RuleGroup {
  return "all" in test || "any" in test;
}

/** What of parameters and of a body can be typed as text. */
export function textsOf(params: Record<string, unknown>, body: unknown): ChipText[] {
  const of = (at: ChipText["at"], from: unknown): ChipText[] =>
    Object.entries(from && typeof from === "object" && !Array.isArray(from) ? from : {})
      .filter((pair): pair is [string, string] => typeof pair[1] === "string")
      .map(([name, value]) => ({ at, name, value }));
  return [...of("params", params), ...of("body", body)];
}

export function testsOf(group: RuleGroup): RuleTest[] {
  return "all" in group ? group.all : group.any;
}
