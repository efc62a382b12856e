// The words of whom a sync is narrowed to, and of what it is careful about.
import type { DeletePolicyName, SyncGuards } from "../platform/contract";
import type { ConditionKind } from "../domain/sync/filter";
import { count, plural } from "../lib/format";

export const filter = {
  title: "People who take part",
  everybody: "Everybody",
  narrowed: "Narrowed",
  help: "Leads outside the filter are left alone, and nobody is deleted by it.",
  change: "Change",
  add: "Add a condition",
  remove: (kind: string) => `Remove the condition on ${kind}`,
  kind: "Condition on",
  kinds: {
    tag: "HighLevel tag",
    label: "Aimfox label",
    campaign: "Campaign",
    business: "Business",
    assigned: "Assigned user",
    seat: "LinkedIn account (seat)",
    contact: "One contact, by id",
    lead: "One lead, by id",
    highlevel: "A field of the contact",
    aimfox: "A field of the lead",
  } satisfies Record<ConditionKind, string>,
  field: "Field",
  chooseField: "Choose a field",
  is: "Whether",
  isOne: "is one of",
  isNone: "is none of",
  value: "Value",
  addValue: "Add",
  removeValue: (value: string) => `Remove ${value === "" ? "blank" : value}`,
  blank: "blank",
  people: (n: number) => plural(n, "person", "people"),
  and: "and",
  written: "As written",
  writtenHelp:
    "A space means “and”, a comma “or”, ! “not”. Quotes go around a value that has a space.",
  countOf: (people: number, of: number) => `${count(people)} of ${plural(of, "person", "people")}`,
  counting: "Counting",
  asRead: "as last read",
  save: "Save the filter",
  discard: "Discard",
  asks: "The next run shows what the new filter means, and asks before it writes.",
};

export const safety = {
  title: "Care",
  help: "A run over one of these limits stops before its first write, and asks.",
  summary: (changed: number) =>
    changed === 0 ? "Usual limits" : `${plural(changed, "limit")} of your own`,
  change: "Change",
  save: "Save",
  discard: "Discard",
  usual: "Back to the usual limits",
  usualIs: (value: string) => `usually ${value}`,
  units: { percent: "%", people: "people", writes: "writes", hours: "hours" },
  groups: {
    read: "What is read",
    changes: "What one run may change",
    pace: "How much in a time",
  },
  limits: {
    shrink_percent: {
      name: "A listing that shrinks",
      help: "It may lose this share of its records from one run to the next.",
    },
    update_percent: {
      name: "People changed in one run",
      help: "This share of the linked people …",
    },
    update_floor: { name: "… but so many in any case", help: "" },
    create_floor: {
      name: "New contacts at once",
      help: "Or as many as are linked already. A first run is free of it.",
    },
    delete_percent: {
      name: "Records found deleted",
      help: "Of this share of the linked people a record may be gone …",
    },
    delete_floor: { name: "… but of so many in any case", help: "" },
    everything_percent: {
      name: "One field for nearly everybody",
      help: "A field may change for this share of the linked people …",
    },
    everything_floor: { name: "… but for so many in any case", help: "" },
    changed_filter: {
      name: "A changed filter asks",
      help: "The first run with another filter, or other tags, shows what it means first.",
    },
    edits_per_hour: {
      name: "Writes about one person, an hour",
      help: "More is a loop between the two services.",
    },
    writes_per_day: { name: "Writes of this sync, a day", help: "Counted over 24 hours." },
  } satisfies Record<keyof SyncGuards, { name: string; help: string }>,
  compare: {
    name: "Compare everything after",
    help: "Between these, only what the services say has changed is read. From 1 to 720 hours.",
  },
  wrong: (least: number, most: number) => `A whole number from ${least} to ${count(most)}.`,
  deletes: {
    legend: "When a record of a linked person was deleted",
    help: "A deletion is only believed after the record itself was asked for and is gone.",
    options: {
      ignore: {
        title: "Leave the other one",
        help: "It stays as it is; the two are no longer one.",
      },
      unlink_and_tag: {
        title: "Mark the other one",
        help: "A tag or a label on it says that its partner is gone.",
      },
      delete_after_approval: {
        title: "Ask me",
        help: "It waits in Needs you; a contact is deleted only after your yes.",
      },
    } satisfies Record<DeletePolicyName, { title: string; help: string }>,
  },
  saved: "Saved. It holds from the next run on.",
};
