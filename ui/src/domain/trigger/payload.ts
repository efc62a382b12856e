// A payload's schema as the rows of a table: every field with its place, type and help. Pure.

type Schema = Record<string, unknown>;

export interface PayloadRow {
  /** `contact.tags[]`. */
  path: string;
  type: string;
  help: string;
  required: boolean;
  depth: number;
}

/** Deeper than this a table is no help any more; the example shows the rest. */
const DEEPEST = 3;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const schemaOf = (value: unknown): Schema => (isSchema(value) ? value : {});

function followed(schema: Schema, root: Schema): Schema {
  const ref = typeof schema.$ref === "string" ? schema.$ref : "";
  if (!ref.startsWith("#/")) return schema;
  let target: unknown = root;
  for (const part of ref.slice(2).split("/")) target = schemaOf(target)[part];
  return { ...schemaOf(target), ...Object.fromEntries(without(schema)) };
}

const without = (schema: Schema) => Object.entries(schema).filter(([name]) => name !== "$ref");

/** The type in a few words; a list says what it holds. */
function typeOf(given: Schema, root: Schema): string {
  const schema = followed(given, root);
  if (Array.isArray(schema.enum)) {
    return schema.enum.filter((one) => one !== null).join(" | ");
  }
  const parts = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(parts)) {
    const names = parts.map((part) => typeOf(schemaOf(part), root));
    return [...new Set(names)].filter((name) => name !== "null").join(" | ");
  }
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type): type is string => typeof type === "string" && type !== "null",
  );
  if (types.length === 1 && types[0] === "array") {
    return `list of ${typeOf(schemaOf(schema.items), root)}`;
  }
  const format = typeof schema.format === "string" ? `, ${schema.format}` : "";
  return types.length > 0 ? types.join(" | ") + format : "any";
}

/** Every field of a payload, in order, those inside of others after them. */
export function payloadRows(payload: unknown): PayloadRow[] {
  const root = schemaOf(payload);
  const rows: PayloadRow[] = [];
  const walk = (given: unknown, prefix: string, depth: number) => {
    const schema = followed(schemaOf(given), root);
    const required = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
    for (const [name, field] of Object.entries(schemaOf(schema.properties))) {
      const inner = followed(schemaOf(field), root);
      rows.push({
        path: prefix + name,
        type: typeOf(inner, root),
        help: typeof inner.description === "string" ? inner.description : "",
        required: required.includes(name),
        depth,
      });
      if (depth + 1 >= DEEPEST) continue;
      const items = followed(schemaOf(inner.items), root);
      if (isSchema(inner.properties)) walk(inner, `${prefix}${name}.`, depth + 1);
      else if (isSchema(items.properties)) walk(items, `${prefix}${name}[].`, depth + 1);
    }
  };
  walk(root, "", 0);
  return rows;
}
