// What an operation takes, for the form of a step: its parameters and the fields of its body. Pure.
import type { OperationDetail } from "../../platform/contract";
import { fieldOf, type Field } from "../operation/schema";

/** What an operation takes. */
export interface Shape {
  params: readonly Field[];
  /** Fields of the body; none where it takes none. */
  body: readonly Field[];
  /** Whether it takes a body at all. */
  hasBody: boolean;
}

/** Values of a step. */
export interface Given {
  params: Record<string, unknown>;
  body: unknown;
}

/** The host fills these in by itself. */
const FROM_CONNECTION = ["locationId", "location_id"];
/** Whom a step is about, unless somebody says otherwise. */
const WHOM: Record<string, string> = { contactId: "{{contact.id}}", lead_id: "{{lead.id}}" };

const asked = (field: Field) => !FROM_CONNECTION.includes(field.name);

export function shapeOf(detail: OperationDetail): Shape {
  const params = detail.params.map((row) => {
    const field = fieldOf(row.name, row.schema, row.required);
    return { ...field, help: row.help || field.help };
  });
  const body = detail.body ? fieldOf("", detail.body.schema, detail.body.required).fields : [];
  return {
    params: params.filter(asked),
    body: body.filter(asked),
    hasBody: detail.body !== null,
  };
}

const entries = (value: unknown): [string, unknown][] =>
  value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];

/** What of these values another operation takes as well; whom it is about is filled in. */
export function fitting(
  shape: Shape,
  given: { params: Record<string, unknown>; body?: unknown },
): Given {
  const kept = (fields: readonly Field[], value: unknown) => {
    const known = entries(value).filter(([name]) => fields.some((field) => field.name === name));
    const whom = fields
      .filter((field) => field.required && WHOM[field.name])
      .map((field) => [field.name, WHOM[field.name]]);
    return Object.fromEntries([...whom, ...known]) as Record<string, unknown>;
  };
  return {
    params: kept(shape.params, given.params),
    body: shape.hasBody ? kept(shape.body, given.body) : null,
  };
}

/** A field for a value that no shape knows, by what it is. */
export function fieldFor(name: string, value: unknown): Field {
  const field: Field = {
    name,
    kind: "json",
    required: false,
    help: "",
    example: "",
    choices: [],
    item: undefined,
    fields: [],
    rest: undefined,
  };
  const plain = (one: unknown) => typeof one === "string";
  if (plain(value)) return { ...field, kind: "text" };
  if (typeof value === "number") return { ...field, kind: "number" };
  if (typeof value === "boolean") return { ...field, kind: "boolean", choices: [true, false] };
  if (Array.isArray(value) && value.every(plain)) {
    return { ...field, kind: "list", item: { ...field, name: "", kind: "text" } };
  }
  return field;
}

/** Whether a text takes its value from a field. */
export const isTemplate = (value: unknown): value is string =>
  typeof value === "string" && value.includes("{{");

/** What is wrong with a value, if something is. */
export function faultOf(field: Field, value: unknown): "number" | undefined {
  if (field.kind !== "number" || value === undefined || isTemplate(value)) return undefined;
  return typeof value === "number" ? undefined : "number";
}

/** A number as it was typed: what is none is kept as it is, and said to be none. */
export function numberOf(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}

/** An object with one member more, or less: `undefined` leaves it out. */
export function withMember(
  of: Record<string, unknown>,
  name: string,
  value: unknown,
): Record<string, unknown> {
  const changed = { ...of, [name]: value };
  if (value === undefined) delete changed[name];
  return changed;
}
