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
import { SvelteMap } from "svelte/reactivity";
import { fitting, shapeOf, type Shape } from "./shape";

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
  /** What operations take, as far as somebody asked. */
  readonly #shapes = new SvelteMap<string, Shape>();
  /** The operation that was chosen last, by step and place in it. */
  readonly #chosen: Record<string, string> = {};
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

  /** What an operation takes; absent until it is read. */
  shapeOf = (operation: string): Shape | undefined => this.#shapes.get(operation);

  async #readShape(operation: string): Promise<Shape> {
    const known = this.#shapes.get(operation);
    if (known) return known;
    const shape = shapeOf(await this.#platform.call("operations.get", { id: operation }));
    this.#shapes.set(operation, shape);
    return shape;
  }

  /** Reads what the steps' operations take. One that nobody knows is named when the rule is tried. */
  async readShapes(): Promise<void> {
    await Promise.allSettled(this.operations.map((operation) => this.#readShape(operation)));
  }

  /** Another operation for a step: what it does not take is left behind. */
  async chooseOperation(id: string, operation: string, of: "step" | "make"): Promise<void> {
    let shape: Shape;
    const place = `${of} ${id}`;
    this.#chosen[place] = operation;
    try {
      shape = await this.#readShape(operation);
    } catch (thrown) {
      this.error = toHostError(thrown);
      return;
    }
    // Another was chosen meanwhile.
    if (this.#chosen[place] !== operation) return;
    const change = (step: RuleStep): RuleStep => {
      if (step.kind === "do") return { ...step, operation, ...fitting(shape, step) };
      if (step.kind !== "find") return step;
      if (of === "step") {
        return { ...step, operation, params: fitting(shape, { ...step, body: null }).params };
      }
      return step.make
        ? { ...step, make: { ...step.make, operation, ...fitting(shape, step.make) } }
        : step;
    };
    this.definition.steps = this.definition.steps.map((step) =>
      step.id === id ? change($state.snapshot(step) as RuleStep) : step,
    );
  }

  /** Operations that the steps name. */
  get operations(): string[] {
    return this.definition.steps.flatMap((step) => {
      if (step.kind === "wait") return [];
      const made = step.kind === "find" ? step.make?.operation : undefined;
      return made ? [step.operation, made] : [step.operation];
    });
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

export function testsOf(group: RuleGroup): RuleTest[] {
  return "all" in group ? group.all : group.any;
}
