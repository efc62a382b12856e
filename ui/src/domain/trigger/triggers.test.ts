import { describe, expect, it } from "vitest";
import type { TriggerRow } from "../../platform/contract";
import { payloadRows } from "./payload";
import { filterTriggers, groupTriggers } from "./triggers";

const row = (id: string, more: Partial<TriggerRow> = {}): TriggerRow => ({
  id,
  service: id.startsWith("foxbridge") ? null : "highlevel",
  title: id,
  help: "Help.",
  source: "webhook",
  basis: "documented",
  event: null,
  scopes: [],
  fields: [],
  ...more,
});
const all = [
  row("highlevel.events.note_create", { event: "NoteCreate", fields: ["body"] }),
  row("foxbridge.contact.created", { source: "detected" }),
  row("foxbridge.contact.deleted", { source: "detected" }),
  row("foxbridge.clock.schedule", { source: "schedule" }),
];
const ids = (rows: TriggerRow[]) => rows.map((one) => one.id);
const none = { place: "all", source: "all", search: "" } as const;

describe("triggers", () => {
  it("are found by whatever is known of them", () => {
    expect(ids(filterTriggers(all, { ...none, search: "NOTEcreate" }))).toEqual([all[0]?.id]);
    expect(ids(filterTriggers(all, { ...none, search: "body" })), "by a field").toHaveLength(1);
    expect(filterTriggers(all, { ...none, search: "contact help" })).toHaveLength(2);
    expect(filterTriggers(all, { ...none, search: "contact nothing" })).toEqual([]);
    expect(filterTriggers(all, { ...none, place: "foxbridge" })).toHaveLength(3);
    expect(filterTriggers(all, { ...none, source: "detected" })).toHaveLength(2);
  });

  it("stand under where they come from and what they are about, in the catalog's order", () => {
    const groups = groupTriggers(all).map(({ place, about, rows }) => [place, about, rows.length]);
    expect(groups).toEqual([
      ["highlevel", "events", 1],
      ["foxbridge", "contact", 2],
      ["foxbridge", "clock", 1],
    ]);
  });
});

describe("a payload", () => {
  it("is listed field by field, with what is inside of it, and ends where it goes round", () => {
    const rows = payloadRows({
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string", description: "Whose." },
        when: { type: ["string", "null"], format: "date-time" },
        kind: { enum: ["a", "b", null] },
        tags: { type: "array", items: { type: "string" } },
        people: { type: "array", items: { $ref: "#/$defs/person" } },
      },
      $defs: {
        person: { type: "object", properties: { friend: { $ref: "#/$defs/person" } } },
      },
    });
    expect(rows.map(({ path, type }) => `${path}: ${type}`)).toEqual([
      "id: string",
      "when: string, date-time",
      "kind: a | b",
      "tags: list of string",
      "people: list of object",
      "people[].friend: object",
      "people[].friend.friend: object",
    ]);
    expect(rows[0]).toMatchObject({ required: true, help: "Whose.", depth: 0 });
    expect(rows[5]?.depth).toBe(1);
    expect(payloadRows({}), "a payload may be nothing").toEqual([]);
  });
});
