// A filter on people, as rows of a form and as it is written: `tag:vip,label:warm !seat:7`. What the
// rows cannot show (brackets, several kinds in one "or") is edited as written.

/** What a condition is about; the last two name a field of the record. */
export const kinds = [
  "tag",
  "label",
  "campaign",
  "business",
  "assigned",
  "seat",
  "contact",
  "lead",
  "highlevel",
  "aimfox",
] as const;
export type ConditionKind = (typeof kinds)[number];

/** Somebody passes who has one of the values; turned round, who has none of them. */
export interface Condition {
  kind: ConditionKind;
  /** The field, where the kind names one. */
  field: string;
  not: boolean;
  values: string[];
}

export const hasField = (kind: ConditionKind): boolean => kind === "highlevel" || kind === "aimfox";

/** Splits outside of double quotes; empty parts are dropped. As the engine does. */
function split(text: string, at: (c: string) => boolean): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    if (!quoted && at(c)) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  parts.push(part);
  return parts.filter((one) => one !== "");
}

function single(text: string): Condition | undefined {
  const not = text.startsWith("!");
  const body = not ? text.slice(1) : text;
  const colon = body.indexOf(":");
  if (colon < 0 || /[()!]/.test(body.slice(0, colon))) return undefined;
  const [name = "", ...rest] = body.slice(0, colon).split(".");
  const value = body
    .slice(colon + 1)
    .replace(/^"|"$/g, "")
    .trim();
  const kind = kinds.find((one) => one === name);
  const field = rest.join(".");
  if (!kind || hasField(kind) === (field === "")) return undefined;
  return { kind, field, not, values: [value] };
}

const alike = (a: Condition, b: Condition) =>
  a.kind === b.kind && a.field === b.field && a.not === b.not;

/** The rows of a written filter; `undefined` when rows cannot show it. */
export function readFilter(text: string): Condition[] | undefined {
  const rows: Condition[] = [];
  for (const part of split(text, (c) => /\s/.test(c))) {
    const any = split(part, (c) => c === ",").map(single);
    const [first] = any;
    if (!first || !any.every((one) => one && alike(one, first))) return undefined;
    // "not this or not that" is something else than "none of these".
    if (first.not && any.length > 1) return undefined;
    const values = any.flatMap((one) => one?.values ?? []);
    const last = rows.at(-1);
    if (first.not && last && alike(last, first)) last.values.push(...values);
    else rows.push({ ...first, values });
  }
  return rows;
}

const quoted = (value: string) => (/[\s,]/.test(value) ? `"${value}"` : value);

/** Rows as they are written. Rows without a value say nothing yet and are left out. */
export function writeFilter(rows: readonly Condition[]): string {
  return rows
    .flatMap(({ kind, field, not, values }) => {
      const name = hasField(kind) ? `${kind}.${field}` : kind;
      if (hasField(kind) && field === "") return [];
      const each = values.map((value) => `${not ? "!" : ""}${name}:${quoted(value)}`);
      return not ? each : each.length ? [each.join(",")] : [];
    })
    .join(" ");
}

/** A value that a filter can hold: what is written in quotes cannot hold one. */
export const clean = (value: string): string => value.replaceAll('"', "").trim();
