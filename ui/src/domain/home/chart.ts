// Changes by day, from the runs that made them. Pure: the moment is handed in.
import type { RunSummary } from "../../platform/contract";

export interface Day {
  /** Midnight of the day, local, in milliseconds. */
  at: number;
  changes: number;
}

/** The last `days` days, today last; days without a run count zero. */
export function changesByDay(runs: readonly RunSummary[], days: number, now: number): Day[] {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const list: Day[] = [];
  for (let back = days - 1; back >= 0; back--) {
    const day = new Date(now);
    day.setDate(day.getDate() - back);
    list.push({ at: midnight(day.getTime()), changes: 0 });
  }
  for (const run of runs) {
    if (run.rehearsal) continue;
    const { create, update, delete: deleted, link } = run.changed;
    const day = list.find((one) => one.at === midnight(Date.parse(run.started_at)));
    if (day) day.changes += create + update + deleted + link;
  }
  return list;
}
