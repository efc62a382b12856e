import { describe, expect, it } from "vitest";
import type { OperationDetail } from "../../platform/contract";
import { detail } from "../../platform/fake/catalog";
import { faultOf, fieldFor, fitting, numberOf, shapeOf, withMember } from "./shape";

const operation = (over: Partial<OperationDetail>): OperationDetail => ({
  ...detail("highlevel.contacts.create"),
  ...over,
});
const param = (name: string, schema: Record<string, unknown> = { type: "string" }) => ({
  name,
  place: "path" as const,
  required: true,
  schema,
  help: "",
});
const tags = operation({
  params: [param("contactId")],
  body: {
    required: true,
    format: "json",
    most_file_bytes: 0,
    schema: {
      type: "object",
      required: ["tags"],
      properties: {
        tags: { type: "array", items: { type: "string" } },
        locationId: { type: "string" },
        amount: { type: "number" },
      },
    },
  },
});

describe("what a step is called with", () => {
  it("leaves out what the host fills in by itself", () => {
    expect(shapeOf(tags).body.map((field) => field.name)).toEqual(["tags", "amount"]);
  });

  it("keeps of another operation's values what this one takes, and says whom it is about", () => {
    const old = { params: { lead_id: "{{lead.id}}" }, body: { title: "x", amount: 3 } };
    expect(fitting(shapeOf(tags), old)).toEqual({
      params: { contactId: "{{contact.id}}" },
      body: { amount: 3 },
    });
    const bodiless = shapeOf(operation({ params: [param("contactId")], body: null }));
    const chosen = { params: { contactId: "c-9" }, body: { title: "x" } };
    expect(fitting(bodiless, chosen)).toEqual({ params: { contactId: "c-9" }, body: null });
  });

  it("takes numbers as numbers, fields as they are, and names what is neither", () => {
    expect(numberOf(" 12.5 ")).toBe(12.5);
    expect(numberOf("")).toBeUndefined();
    const amount = shapeOf(tags).body[1]!;
    expect(faultOf(amount, numberOf("a dozen"))).toBe("number");
    expect(faultOf(amount, numberOf("{{event.amount}}"))).toBeUndefined();
    expect(faultOf(amount, undefined)).toBeUndefined();
  });

  it.each([
    ["text", "text"],
    [3, "number"],
    [true, "boolean"],
    [["a"], "list"],
    [[{ a: 1 }], "json"],
    [{ a: 1 }, "json"],
  ])("shows %j, which no operation describes, as %s", (value, kind) => {
    expect(fieldFor("x", value).kind).toBe(kind);
  });

  it("changes one member and leaves the others", () => {
    const before = { a: 1, b: 2 };
    expect(withMember(before, "b", undefined)).toEqual({ a: 1 });
    expect(withMember(before, "c", 3)).toEqual({ a: 1, b: 2, c: 3 });
    expect(before).toEqual({ a: 1, b: 2 });
  });
});
