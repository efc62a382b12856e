// The catalog as it is listed: filtered, then grouped by service and resource. Pure.
import type { EffectName, OperationRow, ServiceName } from "../../platform/contract";

export interface Group {
  service: ServiceName;
  resource: string;
  rows: OperationRow[];
}

export interface OperationFilter {
  service: ServiceName | "all";
  effect: EffectName | "all";
  /** A scope of HighLevel's; empty for any. */
  scope: string;
  search: string;
}

/** Every scope that a row names, in order. */
export function scopesOf(rows: readonly OperationRow[]): string[] {
  return [...new Set(rows.flatMap((row) => row.scopes))].sort();
}

/** Every word of the search must be found somewhere in the row. */
export function filterOperations(
  rows: readonly OperationRow[],
  filter: OperationFilter,
): OperationRow[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter.service !== "all" && row.service !== filter.service) return false;
    if (filter.effect !== "all" && row.effect !== filter.effect) return false;
    if (filter.scope !== "" && !row.scopes.includes(filter.scope)) return false;
    const text = [row.id, row.title, row.help, row.method, row.path, row.resource, ...row.scopes]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Rows under their headings, in the catalog's own order. */
export function groupOperations(rows: readonly OperationRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = `${row.service} ${row.resource}`;
    let group = groups.get(key);
    if (!group) {
      group = { service: row.service, resource: row.resource, rows: [] };
      groups.set(key, group);
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}
