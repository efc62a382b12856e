// How far somebody has come, read from what exists. Nothing of it is stored: what was done elsewhere
// counts, and what was taken back no longer does.
import type { Connection, RunSummary, Sync } from "../../platform/contract";
import { totalOf } from "../../words";

export const stepIds = [
  "aimfox",
  "highlevel",
  "pair",
  "mapping",
  "match",
  "rehearse",
  "ten",
  "everything",
  "background",
] as const;
export type StepId = (typeof stepIds)[number];

export interface Known {
  connections: readonly Connection[];
  sync: Sync | undefined;
  runs: readonly RunSummary[];
  scheduled: boolean;
}

export const madeBy = (run: RunSummary): number =>
  totalOf(run.changed) + totalOf(run.changed_items);

/** Ordinary runs that came to their end, newest first; an undo is none. */
const ended = (runs: readonly RunSummary[]) =>
  runs.filter((run) => run.state === "done" && !run.purpose);

export const newestRehearsal = (runs: readonly RunSummary[]): RunSummary | undefined =>
  ended(runs).find((run) => run.rehearsal);

/** The newest run that wrote something, or found nothing left to write. */
export const newestRun = (runs: readonly RunSummary[]): RunSummary | undefined =>
  ended(runs).find((run) => !run.rehearsal);

/** Which steps are done. */
export function doneSteps({ connections, sync, runs, scheduled }: Known): Set<StepId> {
  const real = ended(runs).filter((run) => !run.rehearsal);
  const whole = real.some((run) => !run.partial);
  const done: Record<StepId, boolean> = {
    aimfox: connections.some((one) => one.service === "aimfox"),
    highlevel: connections.some((one) => one.service === "highlevel"),
    pair: sync !== undefined,
    mapping: sync !== undefined && sync.mapping.length > 0,
    match: Boolean(sync?.health),
    // Who ran everything at once has seen what it does, if not before.
    rehearse: newestRehearsal(runs) !== undefined || real.length > 0,
    ten: whole || real.some((run) => madeBy(run) > 0),
    everything: whole,
    background: scheduled,
  };
  return new Set(stepIds.filter((id) => done[id]));
}

/** The step to go on with. */
export const nextStep = (done: ReadonlySet<StepId>): StepId | undefined =>
  stepIds.find((id) => !done.has(id));
