// Rows of a mapping as values: what fits, what changed, what a new one looks like. Pure.
import type {
  Direction,
  MappingField,
  MappingFields,
  MappingRow,
  Transform,
} from "../../platform/contract";

/** The lead's field of a row that lives on the card alone. */
export const CARD = "card";

export const writesHighLevel = (direction: Direction): boolean =>
  direction === "both" || direction === "to_highlevel";

/** Whether a lead's value fits into a contact's field as it is. The host holds the same rule. */
export function fits(left: MappingField, right: MappingField): boolean {
  return (
    left.id === CARD ||
    left.kind === right.kind ||
    right.kind === "text" ||
    right.kind === "name" ||
    (right.kind === "list" && left.kind === "text")
  );
}

/** The contact's fields a lead's field may meet, given what other rows write already. */
export function partners(
  fields: MappingFields,
  rows: readonly MappingRow[],
  left: MappingField | undefined,
  row?: MappingRow,
): MappingField[] {
  const taken = new Set(
    rows
      .filter((one) => one.id !== row?.id && writesHighLevel(one.direction))
      .map((one) => one.highlevel),
  );
  const shaped = (row?.transform.length ?? 0) > 0;
  return fields.highlevel.filter(
    (right) =>
      right.id === row?.highlevel ||
      (!taken.has(right.id) && (!left || shaped || fits(left, right))),
  );
}

/** The directions a row can have: what HighLevel never takes goes one way. */
export function directionsOf(right: MappingField | undefined, left: string): Direction[] {
  if (right?.writes === "never") return ["to_aimfox", "off"];
  if (left === CARD) return ["both", "to_aimfox", "off"];
  return ["both", "to_highlevel", "to_aimfox", "off"];
}

/** A row of two fields as it is first offered. */
export function rowOf(
  left: MappingField,
  right: MappingField,
  rows: readonly MappingRow[],
): MappingRow {
  const named = left.id === CARD || right.custom ? right.label : left.label;
  return {
    id: unused(`${left.id}-${right.id}`.replace(/[^\w-]/g, "_"), (id) =>
      rows.some((row) => row.id === id),
    ),
    label: unused(clean(named), (label) =>
      rows.some((row) => row.label.toLowerCase() === label.toLowerCase()),
    ),
    aimfox: left.id,
    highlevel: right.id,
    kind: right.kind,
    direction: right.writes === "never" ? "to_aimfox" : "both",
    on_conflict: "highlevel_wins",
    create_only: right.writes === "create_only",
    transform: [],
  };
}

/** A row that now meets another contact's field. */
export function withPartner(row: MappingRow, right: MappingField): MappingRow {
  const allowed = directionsOf(right, row.aimfox);
  return {
    ...row,
    highlevel: right.id,
    kind: right.kind,
    create_only: right.writes === "create_only",
    direction: allowed.includes(row.direction) ? row.direction : (allowed[0] ?? "off"),
  };
}

const clean = (label: string) =>
  label
    .replace(/[:[\n\r]/g, " ")
    .trim()
    .slice(0, 60) || "Field";

function unused(wanted: string, taken: (name: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken(`${wanted} ${n}`)) return `${wanted} ${n}`;
}

/** How many rows differ from the saved ones: changed, added, taken out. */
export function changedRows(saved: readonly MappingRow[], now: readonly MappingRow[]): string[] {
  const before = new Map(saved.map((row) => [row.id, JSON.stringify(row)]));
  const changed = now.filter((row) => before.get(row.id) !== JSON.stringify(row));
  const gone = saved.filter((row) => !now.some((one) => one.id === row.id));
  return [...changed, ...gone].map((row) => row.id);
}

/** The next of the directions a row can have. */
export function turned(row: MappingRow, right: MappingField | undefined): Direction {
  const on = directionsOf(right, row.aimfox).filter((direction) => direction !== "off");
  const at = on.findIndex((direction) => direction === row.direction);
  return on[(at + 1) % on.length] ?? row.direction;
}

/** A step as it begins. */
export function newStep(kind: Transform["kind"]): Transform {
  switch (kind) {
    case "case":
      return { kind, to: "title" };
    case "trim":
      return { kind };
    case "join":
      return { kind, fields: [], separator: " " };
    case "split":
      return { kind, separator: ",", part: 1 };
    case "date":
      return { kind, to: "%Y-%m-%d" };
    case "phone":
      return { kind, format: "e164" };
    case "map":
      return { kind, pairs: [{ from: "", to: "" }], otherwise: { do: "keep" } };
    case "default":
      return { kind, value: "" };
    case "expression":
      return { kind, cel: "value" };
  }
}
