// From a JSON Schema to what a form can show. Pure. What has no shape becomes a field of raw JSON.

type Schema = Record<string, unknown>;

export type FieldKind =
  | "text"
  | "long"
  | "number"
  | "boolean"
  | "choice"
  | "date"
  | "moment"
  | "file"
  | "secret"
  | "list"
  | "object"
  | "json";

/** A value of the form, and what is known of it. */
export interface Field {
  name: string;
  kind: FieldKind;
  required: boolean;
  help: string;
  /** Something that would be accepted, to show in the empty field. */
  example: string;
  /** The values of a choice, as they go on the wire. */
  choices: readonly unknown[];
  /** What a list holds. */
  item: Field | undefined;
  /** What an object holds: the required ones first. */
  fields: readonly Field[];
  /** What an object holds under names of one's own; only files are asked for so. */
  rest: Field | undefined;
}

/** Deeper than this a form is no help any more. */
const DEEPEST = 3;
/** A text that may be this long gets room. */
const LONG = 400;
const longNames = /^(body|html|message|description|notes?|text|content)$/i;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Follows `$ref` within the document, and takes `null` out of a choice of schemas. */
function resolve(schema: unknown, root: Schema, hops = 0): Schema {
  if (!isSchema(schema) || hops > 8) return {};
  const ref = text(schema.$ref);
  if (ref.startsWith("#/")) {
    let target: unknown = root;
    for (const part of ref.slice(2).split("/")) {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      target = isSchema(target) ? target[name] : undefined;
    }
    return { ...resolve(target, root, hops + 1), ...without(schema, "$ref") };
  }
  for (const key of ["anyOf", "oneOf"] as const) {
    const all = schema[key];
    if (!Array.isArray(all)) continue;
    const real = all
      .map((one) => resolve(one, root, hops + 1))
      .filter((one) => one.type !== "null");
    if (real.length === 1) return { ...real[0], ...without(schema, key) };
    const values = real.map((one) => (one.const !== undefined ? [one.const] : one.enum));
    if (values.length > 0 && values.every(Array.isArray)) {
      return { ...without(schema, key), enum: values.flat() };
    }
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((one) => resolve(one, root, hops + 1));
    return parts.reduce<Schema>(
      (sum, part) => ({
        ...sum,
        ...part,
        properties: { ...asSchema(sum.properties), ...asSchema(part.properties) },
        required: [...names(sum.required), ...names(part.required)],
      }),
      without(schema, "allOf"),
    );
  }
  return schema;
}

const asSchema = (value: unknown): Schema => (isSchema(value) ? value : {});
const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

function exampleOf(schema: Schema): string {
  const given =
    schema.example ?? (Array.isArray(schema.examples) ? schema.examples[0] : schema.default);
  if (given === undefined || given === null) return "";
  return typeof given === "object" ? JSON.stringify(given) : String(given);
}

/** The one type of a schema, `null` aside; empty when it has none or several. */
function typeOf(schema: Schema): string {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type) => type !== "null",
  );
  if (types.length === 1 && typeof types[0] === "string") return types[0];
  if (schema.type === undefined && isSchema(schema.properties)) return "object";
  return "";
}

function choicesOf(schema: Schema): unknown[] {
  const all = schema.const !== undefined ? [schema.const] : schema.enum;
  if (!Array.isArray(all)) return [];
  const plain = all.filter((one) => one !== null);
  return plain.every((one) => typeof one !== "object") ? plain : [];
}

function textKind(name: string, schema: Schema): FieldKind {
  if (schema.format === "date") return "date";
  if (schema.format === "date-time") return "moment";
  if (schema.format === "binary") return "file";
  if (schema.format === "password") return "secret";
  const long = typeof schema.maxLength === "number" && schema.maxLength >= LONG;
  return long || longNames.test(name) ? "long" : "text";
}

/** What a form shows for a schema. */
export function fieldOf(
  name: string,
  schema: unknown,
  required: boolean,
  root: Schema = asSchema(schema),
  depth = 0,
): Field {
  const known = resolve(schema, root);
  const field: Field = {
    name,
    kind: "json",
    required,
    help: text(known.description) || text(known.title),
    example: exampleOf(known),
    choices: choicesOf(known),
    item: undefined,
    fields: [],
    rest: undefined,
  };
  if (field.choices.length > 0) return { ...field, kind: "choice" };
  switch (typeOf(known)) {
    case "string":
      return { ...field, kind: textKind(name, known) };
    case "integer":
    case "number":
      return { ...field, kind: "number" };
    case "boolean":
      return { ...field, kind: "boolean", choices: [true, false] };
    case "array": {
      if (!isSchema(known.items) || depth >= DEEPEST) return field;
      return { ...field, kind: "list", item: fieldOf("", known.items, true, root, depth + 1) };
    }
    case "object": {
      const properties = Object.entries(asSchema(known.properties));
      if (properties.length === 0 || depth >= DEEPEST) return field;
      const needed = new Set(names(known.required));
      const fields = properties.map(([key, value]) =>
        fieldOf(key, value, needed.has(key), root, depth + 1),
      );
      const rest = known.additionalProperties;
      return {
        ...field,
        kind: "object",
        rest:
          isSchema(rest) && rest.format === "binary"
            ? fieldOf("", rest, true, root, depth + 1)
            : undefined,
        fields: [...fields.filter((one) => one.required), ...fields.filter((one) => !one.required)],
      };
    }
    default:
      return field;
  }
}
