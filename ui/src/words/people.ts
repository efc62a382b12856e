// The words of the people's list and of one person's page.
import type { PersonState } from "../platform/contract";
import { plural } from "../lib/format";

export const personState: Record<PersonState, { title: string; help: string }> = {
  linked: { title: "Linked", help: "A lead and a contact that are the same person." },
  lead: { title: "Only in Aimfox", help: "A lead that takes part and has no contact yet." },
  excluded: {
    title: "Excluded",
    help: "A lead that does not take part: no campaign, no chosen label.",
  },
  not_in_aimfox: {
    title: "Not in Aimfox yet",
    help: "A contact with a LinkedIn profile that is no lead.",
  },
  contact: { title: "Only in HighLevel", help: "A contact without a LinkedIn profile." },
};

export const people = {
  title: "People",
  search: "Name, company, address or id",
  filter: "Show",
  sync: "Sync",
  all: "All",
  needsYou: "Needs you",
  list: "People",
  total: (n: number) => plural(n, "person", "people"),
  none: {
    title: "Nobody was read yet",
    text: "A rehearsal reads both services; everybody it finds is listed here. It writes nothing.",
  },
  noMatch: { title: "Nobody matches", text: "Search for less, or show all." },
  noSync: { title: "No sync yet", text: "People show here once there is a sync." },
  open: "Open this person",
};

export const person = {
  back: "People",
  missing: {
    title: "Nobody is known by this address",
    text: "The record may be gone, or was never read.",
  },
  record: {
    aimfox: "Aimfox lead",
    highlevel: "HighLevel contact",
    id: "Id",
    labels: "Labels",
    tags: "Tags",
    campaigns: "Campaigns",
    card: "Card",
    read: "Read",
    gone: "No longer listed since",
    none: {
      aimfox: "No lead. Somebody with a LinkedIn profile waits until they are added to a campaign.",
      highlevel: "No contact yet. The next run makes one, if the lead takes part.",
    },
    unread: "It was made just now. The next run reads it.",
  },
  open: {
    aimfox: "Open the LinkedIn profile",
    highlevel: "Open in HighLevel",
  },
  link: {
    title: "Why the two are one",
    by: (how: string) => `By ${how}`,
    broken: "No longer linked",
    none: "The two records are not linked.",
  },
  history: {
    title: "History",
    none: "Foxbridge has changed nothing about this person.",
    openRun: "Open the run",
  },
};
