// The triggers as they are listed: filtered, then grouped by where they come from. Pure.
import type { Place, TriggerRow, TriggerSourceName } from "../../platform/contract";

export interface TriggerFilter {
  place: Place | "all";
  source: TriggerSourceName | "all";
  search: string;
}

export interface TriggerGroup {
  place: Place;
  /** The second word of the ids: what it is about, where that is said. */
  about: string;
  rows: TriggerRow[];
}

/** Whose a trigger is; our own have no service. */
export const placeOf = (row: TriggerRow): Place => row.service ?? "foxbridge";

/** Every word of the search must be found somewhere in the row. */
export function filterTriggers(rows: readonly TriggerRow[], filter: TriggerFilter): TriggerRow[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter.place !== "all" && placeOf(row) !== filter.place) return false;
    if (filter.source !== "all" && row.source !== filter.source) return false;
    const text = [row.id, row.title, row.help, row.event ?? "", ...row.scopes, ...row.fields]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Rows under their headings, in the catalog's own order. */
export function groupTriggers(rows: readonly TriggerRow[]): TriggerGroup[] {
  const groups = new Map<string, TriggerGroup>();
  for (const row of rows) {
    const place = placeOf(row);
    const about = row.id.split(".")[1] ?? "";
    const key = `${place} ${about}`;
    let group = groups.get(key);
    if (!group) {
      group = { place, about, rows: [] };
      groups.set(key, group);
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}
