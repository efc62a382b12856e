// The switches of a connection as they are listed: filtered, then grouped. Pure.
import type { EffectName, PermissionRow, SwitchName } from "../../platform/contract";

export interface PermissionFilter {
  effect: EffectName | "all";
  state: SwitchName | "all";
  search: string;
}

export interface PermissionGroup {
  /** The resource, or `undefined` for the mission's endpoints. */
  resource: string | undefined;
  rows: PermissionRow[];
}

/** Every word of the search must be found somewhere in the row. */
export function filterPermissions(
  rows: readonly PermissionRow[],
  filter: PermissionFilter,
): PermissionRow[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter.effect !== "all" && row.effect !== filter.effect) return false;
    if (filter.state !== "all" && row.switch !== filter.state) return false;
    const text = [row.operation, row.title, row.method, row.path, ...row.scopes, ...row.needed_by]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The mission's endpoints, then the rest by resource, each in the order given. */
export function groupPermissions(
  rows: readonly PermissionRow[],
  resourceOf: (operation: string) => string,
): PermissionGroup[] {
  const groups = new Map<string, PermissionGroup>();
  const first = rows.filter((row) => row.mission);
  for (const row of rows.filter((one) => !one.mission)) {
    const resource = resourceOf(row.operation);
    let group = groups.get(resource);
    if (!group) {
      group = { resource, rows: [] };
      groups.set(resource, group);
    }
    group.rows.push(row);
  }
  const rest = [...groups.values()];
  return first.length > 0 ? [{ resource: undefined, rows: first }, ...rest] : rest;
}

/** The resource an id names when the catalog has not been read: `contacts` of `highlevel.contacts.get`. */
export const resourceInId = (operation: string): string => operation.split(".")[1] ?? operation;
