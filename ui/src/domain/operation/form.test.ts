import { describe, expect, it } from "vitest";
import type { FieldProblem } from "../../platform/contract";
import { FieldNode } from "./field-node.svelte";
import { fieldOf } from "./schema";

const kindOf = (schema: unknown, name = "x") => fieldOf(name, schema, false).kind;

describe("a form made from a schema", () => {
  it("gives each type the control that fits it", () => {
    expect(kindOf({ type: "string" })).toBe("text");
    expect(kindOf({ type: ["string", "null"] }), "null only means that it may be left out").toBe(
      "text",
    );
    expect(kindOf({ type: "string" }, "body"), "a message needs room").toBe("long");
    expect(kindOf({ type: "string", format: "date" })).toBe("date");
    expect(kindOf({ type: "string", format: "date-time" })).toBe("moment");
    expect(kindOf({ type: "string", format: "binary" })).toBe("file");
    expect(kindOf({ type: "string", format: "password" })).toBe("secret");
    expect(kindOf({ type: "integer" })).toBe("number");
    expect(kindOf({ type: "boolean" })).toBe("boolean");
    expect(kindOf({ type: "string", enum: ["a", "b", null] })).toBe("choice");
    expect(kindOf({ anyOf: [{ const: "a" }, { const: "b" }] })).toBe("choice");
    expect(kindOf({ oneOf: [{ type: "null" }, { type: "number" }] })).toBe("number");
    expect(kindOf({ type: "array", items: { type: "string" } })).toBe("list");
    expect(kindOf({ properties: { a: {} } })).toBe("object");
  });

  it("falls back to raw JSON where a schema has no one shape", () => {
    for (const schema of [
      {},
      true,
      { type: "object" },
      { type: "array" },
      { type: ["string", "number"] },
      { oneOf: [{ type: "string" }, { type: "object" }] },
    ]) {
      expect(kindOf(schema), JSON.stringify(schema)).toBe("json");
    }
  });

  it("follows references within the document, and ends where they go round", () => {
    const root = {
      type: "object",
      properties: { child: { $ref: "#/$defs/node" } },
      $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
    };
    const child = fieldOf("", root, true).fields[0];
    expect(child?.kind).toBe("object");
    expect(child?.fields[0]?.fields[0]?.kind, "the deepest is JSON").toBe("json");
  });

  it("puts what is required first and keeps the rest in order", () => {
    const field = fieldOf(
      "",
      { type: "object", required: ["c"], properties: { a: {}, b: {}, c: {} } },
      true,
    );
    expect(field.fields.map((one) => one.name)).toEqual(["c", "a", "b"]);
  });
});

const everything = {
  type: "object",
  properties: {
    text: { type: "string" },
    count: { type: "integer" },
    sure: { type: "boolean" },
    level: { enum: [1, 2, "three"] },
    at: { type: "string", format: "date-time" },
    tags: { type: "array", items: { type: "string" } },
    links: { type: "array", items: { type: "object", properties: { url: { type: "string" } } } },
    extra: { type: "object" },
  },
};

describe("what was filled in", () => {
  it("is read back as it was written, with its types", () => {
    const value = {
      text: "a",
      count: 3,
      sure: false,
      level: 2,
      at: "2026-11-24T14:00:00.000Z",
      tags: ["x", "y"],
      links: [{ url: "u" }],
      extra: { any: [1, null] },
    };
    const node = new FieldNode(fieldOf("", everything, true));
    expect(node.write(value), "the form shows all of it").toBe(true);
    expect(node.read("body")).toEqual(value);
  });

  it("leaves out what is blank, and a required object is at least empty", () => {
    expect(new FieldNode(fieldOf("", everything, true)).read("body")).toEqual({});
    expect(new FieldNode(fieldOf("", everything, false)).read("body")).toBeUndefined();
  });

  it("admits what it cannot show", () => {
    const node = () => new FieldNode(fieldOf("", everything, true));
    for (const value of [{ strange: 1 }, { count: "3" }, { level: 9 }, { tags: "x" }, [1], null]) {
      expect(node().write(value), JSON.stringify(value)).toBe(false);
    }
  });

  it("sends on what is no number, so that the check names it, and names broken JSON itself", () => {
    const node = new FieldNode(fieldOf("", everything, true));
    node.children.find((child) => child.field.name === "count")!.text = "many";
    node.children.find((child) => child.field.name === "extra")!.text = "{";
    const problems: FieldProblem[] = [];
    expect(node.read("body", problems)).toEqual({ count: "many" });
    expect(problems.map((problem) => problem.at)).toEqual(["body.extra"]);
  });
});
