// The fake host's mapping: a few fields, one person, and rules simple enough to be seen through.
import type { MappingField, MappingRow, PersonRow } from "../contract";
import { personName } from "./people";
import type { Handlers } from "./fake";
import { mapping } from "./world";

const field = (
  service: MappingField["service"],
  id: string,
  label: string,
  over: Partial<MappingField> = {},
): MappingField => ({
  id,
  service,
  label,
  kind: "text",
  writes: service === "aimfox" ? "never" : "always",
  locked: null,
  options: [],
  custom: id.startsWith("cf."),
  ...over,
});

const aimfox = [
  field("aimfox", "first_name", "First name"),
  field("aimfox", "last_name", "Last name"),
  field("aimfox", "email", "E-mail"),
  field("aimfox", "phone", "Phone"),
  field("aimfox", "company", "Company"),
  field("aimfox", "job_title", "Job title"),
];
const highlevel = [
  field("highlevel", "firstName", "First name"),
  field("highlevel", "lastName", "Last name"),
  field("highlevel", "email", "E-mail"),
  field("highlevel", "phone", "Phone"),
  field("highlevel", "companyName", "Company", {
    writes: "create_only",
    locked: "HighLevel takes it when a contact is made, and not afterwards.",
  }),
  field("highlevel", "city", "City"),
  field("highlevel", "cf.title", "Job title"),
];

const seen = (row: MappingRow) => ({
  row: row.id,
  aimfox: `${row.label} of the lead`,
  card: null,
  highlevel: `${row.label} of the contact`,
  result: null,
  outcome: "rest" as const,
  detail: null,
});

/** How many people the fake has. */
const PEOPLE = 100_000;

export function personAt(at: number): PersonRow {
  const linked = at % 3 !== 0;
  return {
    name: personName(at),
    detail: `person${at}@example.com`,
    lead_id: linked ? String(1000 + at) : null,
    contact_id: `c${at}`,
    state: linked ? "linked" : "contact",
    needs_you: at % 97 === 0,
  };
}

export function mappingHandlers(): Handlers {
  let rows: MappingRow[] = mapping;
  let revision = 0;
  return {
    "syncs.mapping_get": ({ sync }) => ({ sync, rows, revision }),
    "syncs.mapping_fields": () => ({
      aimfox,
      highlevel,
      suggestions: [
        {
          row: {
            ...(mapping[0] as MappingRow),
            id: "title",
            label: "Job title",
            aimfox: "job_title",
            highlevel: "cf.title",
          },
          why: "They sound alike.",
        },
      ],
      stale: null,
    }),
    "syncs.mapping_preview": (request) => ({
      person: { name: "Ada Byron", lead_id: "1", contact_id: "c1" },
      rows: request.rows.map(seen),
      problems: [],
    }),
    "syncs.mapping_affected": () => ({ people: 214, linked: 712 }),
    "syncs.mapping_save": (request) => {
      rows = request.rows;
      return { sync: request.sync, rows, revision: ++revision };
    },
    "people.list": ({ offset, limit, state }) => ({
      total: state === "linked" ? 66_666 : PEOPLE,
      counts: {
        all: PEOPLE,
        linked: 66_666,
        lead: 0,
        excluded: 0,
        not_in_aimfox: 0,
        contact: 33_334,
        needs_you: 1_031,
      },
      people: Array.from({ length: Math.min(limit, PEOPLE - offset) }, (_, at) =>
        personAt(offset + at),
      ),
    }),
  };
}
