// What a run says of itself: exactly one of three things, with its numbers.
import type { Counts } from "../platform/contract";
import { count } from "../lib/format";

/** The counts a verdict is made of, in the order people ask for them. */
const verdictParts: { key: keyof Counts; done: string }[] = [
  { key: "create", done: "created" },
  { key: "link", done: "linked" },
  { key: "update", done: "updated" },
  { key: "delete", done: "deleted" },
];

export const totalOf = (counts: Counts): number =>
  counts.create + counts.update + counts.delete + counts.link;

/** `412 created, 300 linked`. Empty when all are zero. */
export const countsInWords = (counts: Counts): string =>
  verdictParts
    .filter(({ key }) => counts[key] > 0)
    .map(({ key, done }) => `${count(counts[key])} ${done}`)
    .join(", ");

/** Exactly one of the three things a run may say of itself. */
export type Verdict = "Nothing was changed" | "Would change" | "Changed";

export function verdict(run: { rehearsal: boolean; would: Counts; changed: Counts }): Verdict {
  if (run.rehearsal) return totalOf(run.would) > 0 ? "Would change" : "Nothing was changed";
  return totalOf(run.changed) > 0 ? "Changed" : "Nothing was changed";
}

/** The verdict with its numbers: `Would change: 412 created, 300 linked`. */
export function verdictInFull(run: { rehearsal: boolean; would: Counts; changed: Counts }): string {
  const said = verdict(run);
  if (said === "Nothing was changed") return said;
  return `${said}: ${countsInWords(run.rehearsal ? run.would : run.changed)}`;
}
