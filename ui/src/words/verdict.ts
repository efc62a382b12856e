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

/** The parts of a run that its verdict speaks of. */
export type Told = {
  rehearsal: boolean;
  would: Counts;
  changed: Counts;
  would_items: Counts;
  changed_items: Counts;
};

/** What a rehearsal would do or a run did: of people, and of their notes, tasks and appointments. */
export const told = (run: Told): { people: Counts; items: Counts } =>
  run.rehearsal
    ? { people: run.would, items: run.would_items }
    : { people: run.changed, items: run.changed_items };

export function verdict(run: Told): Verdict {
  const { people, items } = told(run);
  if (totalOf(people) + totalOf(items) === 0) return "Nothing was changed";
  return run.rehearsal ? "Would change" : "Changed";
}

/** The verdict with its numbers: `Would change: 412 created, 300 linked; 3 notes, tasks or appointments`. */
export function verdictInFull(run: Told): string {
  const said = verdict(run);
  if (said === "Nothing was changed") return said;
  const { people, items } = told(run);
  const parts = [countsInWords(people), itemsInWords(items)].filter((part) => part !== "");
  return `${said}: ${parts.join("; ")}`;
}

/** `3 notes, tasks or appointments`. Empty when there are none. */
export const itemsInWords = (items: Counts): string => {
  const total = totalOf(items);
  if (total === 0) return "";
  return total === 1
    ? "1 note, task or appointment"
    : `${count(total)} notes, tasks or appointments`;
};
