// Believable people for the fake host, in any number, always the same.
import type { Change, FieldChange } from "../contract";

const first = [
  "Ada",
  "Björn",
  "Chidi",
  "Dóra",
  "Emre",
  "Fatima",
  "Grace",
  "Hiroshi",
  "Ingrid",
  "João",
  "Katarzyna",
  "Liang",
  "Małgorzata",
  "Noor",
  "Olumide",
  "Priya",
  "Quentin",
  "Renée",
  "Søren",
  "Thandiwe",
  "Uma",
  "Václav",
  "Wanjiru",
  "Ximena",
  "Yusuf",
  "Zsófia",
  "محمد",
  "Misaki",
  "Ирина",
];
const last = [
  "Lovelace",
  "Lindqvist",
  "Okafor",
  "Szabó",
  "Yılmaz",
  "Al-Rashid",
  "Hopper",
  "Tanaka",
  "Halvorsen",
  "Ferreira",
  "Nowak",
  "Chen",
  "Wiśniewska",
  "van den Berg",
  "Adeyemi",
  "Raman",
  "Dubois",
  "Lefèvre",
  "Kjær",
  "Dlamini",
  "Iyer",
  "Dvořák",
  "Mwangi",
  "Salazar",
  "Demir",
  "Kovács",
];
const companies = [
  "Northwind Analytics",
  "Halden & Sons",
  "Brightwell Health",
  "Kestrel Robotics",
  "Meridian Freight",
  "Juniper Legal",
  "Polaris Energy",
  "Thistle & Co",
];
const titles = ["Head of Sales", "Founder", "VP Marketing", "Operations Lead", "CTO", "Buyer"];
const campaigns = ["Founders, DACH", "Logistics Q4", "Health buyers"];

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

export const personName = (at: number): string => `${pick(first, at * 7)} ${pick(last, at * 11)}`;

const email = (at: number) =>
  `${pick(first, at * 7)}.${pick(last, at * 11)}`
    .normalize("NFD")
    .replace(/[^a-zA-Z.]/g, "")
    .toLowerCase()
    .replace(/^\.|\.$/g, "person") + `@${pick(companies, at).split(" ")[0]?.toLowerCase()}.example`;

const phone = (at: number) => `+44 20 7946 0${String(100 + (at % 900))}`;

const field = (
  id: string,
  label: string,
  before: string | null,
  after: string | null,
): FieldChange => ({ field: id, label, before, after });

const CREATE_WARNING =
  "Creating a contact in HighLevel can start the workflows of that location, and those can send messages to real people.";

/** The change at a position of the fake plan. */
export function changeAt(seq: number): Change {
  const record = {
    name: personName(seq),
    contact_id: `hl${(seq * 2654435761).toString(36)}`,
    lead_id: String(1_000_000 + seq * 37),
  };
  const base = {
    seq,
    record,
    before: null,
    after: null,
    effect: "write",
    state: "planned",
  } as const;
  if (seq < 3) {
    const name = ["Aimfox lead id", "Aimfox URN", "LinkedIn URL"][seq] ?? "";
    return {
      ...base,
      object: "custom_field",
      service: "highlevel",
      operation: "highlevel.custom-fields.create",
      kind: "prepare",
      record: { name, contact_id: null, lead_id: null },
      fields: [field("name", "Name", null, name)],
      reason:
        "Contacts are stamped with the ids of their lead, so that a fresh start creates nothing twice.",
    };
  }
  switch (seq % 7) {
    case 0:
    case 1:
    case 2:
      return {
        ...base,
        object: "contact",
        service: "highlevel",
        operation: "highlevel.contacts.create",
        kind: "create",
        record: { ...record, contact_id: null },
        fields: [
          field("firstName", "First name", null, pick(first, seq * 7)),
          field("lastName", "Last name", null, pick(last, seq * 11)),
          field("email", "E-mail", null, email(seq)),
          field("companyName", "Company", null, pick(companies, seq)),
          field("title", "Job title", null, pick(titles, seq)),
        ],
        reason: `The lead came from the campaign “${pick(campaigns, seq)}” and is not in HighLevel yet.`,
        warning: CREATE_WARNING,
      };
    case 3:
    case 4:
      return {
        ...base,
        object: "link",
        service: "foxbridge",
        operation: "",
        kind: "link",
        fields: [],
        reason: `The two are the same person by ${pick(["LinkedIn profile", "e-mail", "phone number"], seq)}.`,
      };
    case 5:
      return {
        ...base,
        object: "contact",
        service: "highlevel",
        operation: "highlevel.contacts.update",
        kind: "update",
        fields: [
          {
            ...field("companyName", "Company", pick(companies, seq + 1), pick(companies, seq)),
            ...(seq % 2
              ? { loser: { service: "aimfox" as const, value: pick(companies, seq + 3) } }
              : {}),
          },
          field("phone", "Phone", null, phone(seq)),
        ],
        reason: "The lead has newer values than the contact.",
      };
    default:
      return {
        ...base,
        object: "lead",
        service: "aimfox",
        operation: "aimfox.leads.notes.create",
        kind: "update",
        fields: [
          field(
            "card",
            "Card note",
            null,
            `E-mail: ${email(seq)}\nPhone: ${phone(seq)}\nStage: Qualified`,
          ),
        ],
        reason: "HighLevel knows something that the lead lacks.",
      };
  }
}
