// The words of taking something back.
import type { RunSummary } from "../platform/contract";

export const undo = {
  run: "Undo this run",
  change: "Undo this change",
  now: "Undo now",
  delete: "Also delete what it made",
  never: "It cannot be undone",
  of: "Takes back an earlier run",
  openOf: "Open that run",
  toSync: "Open the sync",
  nothing: "There is nothing that can be taken back: each change below says why.",
};

/** What a run is, as the title of its page. */
export function runTitle(run: RunSummary): string {
  if (run.purpose?.kind === "restore") return "Put back";
  if (run.purpose) return run.rehearsal ? "Undo, rehearsed" : "Undo";
  return run.rehearsal ? "Rehearsal" : "Run";
}
