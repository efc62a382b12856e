// A field with what was typed into it. Reading gives the JSON; what is blank is left out.
import type { FieldProblem } from "../../platform/contract";
import { operationCall } from "../../words";
import { toInput, toWire } from "./moment";
import type { Field } from "./schema";

/** An entry with a name of one's own. */
export class Extra {
  name = $state("");
  readonly node: FieldNode;

  constructor(field: Field) {
    this.node = new FieldNode(field);
  }
}

export class FieldNode {
  readonly field: Field;
  /** What was typed or chosen: everything but lists and objects. */
  text = $state("");
  /** Whether only a part of a date was typed: the control gives no text, and no event, for it. */
  isIncomplete: () => boolean = () => false;
  /** The entries of a list. */
  items: FieldNode[] = $state([]);
  /** The fields of an object. */
  readonly children: readonly FieldNode[];
  /** The entries of an object under names of one's own. */
  extras: Extra[] = $state([]);

  constructor(field: Field) {
    this.field = field;
    this.children = field.fields.map((one) => new FieldNode(one));
  }

  /** One more entry at the end of a list. */
  add(): FieldNode | undefined {
    if (!this.field.item) return undefined;
    const node = new FieldNode(this.field.item);
    this.items.push(node);
    return node;
  }

  /** One more entry with a name of one's own. */
  addExtra(): Extra | undefined {
    if (!this.field.rest) return undefined;
    this.extras.push(new Extra(this.field.rest));
    return this.extras.at(-1);
  }

  remove(at: number): void {
    this.items.splice(at, 1);
  }

  /** The value, or `undefined` for blank. What cannot be read is added to `problems`. */
  read(at: string, problems: FieldProblem[] = []): unknown {
    const { kind, choices, required } = this.field;
    if (kind === "object") {
      const entries = this.children
        .map((child) => [child.field.name, child.read(`${at}.${child.field.name}`, problems)])
        .filter(([, value]) => value !== undefined);
      for (const { name, node } of this.extras) {
        const value = node.read(`${at}.${name}`, problems);
        if (name.trim() !== "" && value !== undefined) entries.push([name.trim(), value]);
      }
      return entries.length > 0 || required ? Object.fromEntries(entries) : undefined;
    }
    if (kind === "list") {
      const values = this.items.map((item, index) => item.read(`${at}[${index}]`, problems));
      const given = values.filter((value) => value !== undefined);
      return given.length > 0 ? given : undefined;
    }
    if (this.isIncomplete()) problems.push({ at, what: operationCall.incomplete });
    if (this.text.trim() === "") return undefined;
    if (kind === "choice" || kind === "boolean") {
      return choices.find((choice) => String(choice) === this.text) ?? this.text;
    }
    if (kind === "number") {
      const number = Number(this.text);
      // What is no number is sent on as it is, so that the check names it.
      return Number.isFinite(number) ? number : this.text;
    }
    if (kind === "moment") {
      return toWire(this.text);
    }
    if (kind === "json") {
      try {
        return JSON.parse(this.text) as unknown;
      } catch {
        problems.push({ at, what: operationCall.notJson });
        return undefined;
      }
    }
    return this.text;
  }

  /** Takes a value over. Answers whether the form shows all of it. */
  write(value: unknown): boolean {
    const { kind, choices } = this.field;
    this.text = "";
    this.items = [];
    this.extras = [];
    if (kind === "object") {
      const given = isObject(value) ? value : {};
      const taken = this.children.map((child) => child.write(given[child.field.name]));
      const known = this.children.map((child) => child.field.name);
      const strange = Object.keys(given).filter((name) => !known.includes(name));
      const named = strange.map((name) => {
        const extra = this.addExtra();
        if (extra) extra.name = name;
        return extra?.node.write(given[name]) ?? false;
      });
      const all = [...taken, ...named];
      return (value === undefined || isObject(value)) && all.every(Boolean);
    }
    if (value === undefined) return true;
    if (kind === "json") {
      this.text = JSON.stringify(value, null, 2);
      return true;
    }
    if (kind === "list") {
      if (!Array.isArray(value)) return false;
      return value.map((one: unknown) => this.add()?.write(one) ?? false).every(Boolean);
    }
    if (typeof value === "object") return false;
    if (kind === "moment") {
      this.text = toInput(String(value));
      return this.text !== "";
    }
    this.text = String(value);
    if (kind === "choice" || kind === "boolean") return choices.includes(value);
    return kind === "number" ? typeof value === "number" : typeof value === "string";
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
