// The words of the pages about what would happen and what happened.
import { count, duration, plural } from "../lib/format";

export const run = {
  title: { rehearsal: "Rehearsal", run: "Run" },
  runThis: "Run this",
  runThisHelp: "Reads both services again first, so that nothing older is written.",
  superseded: "A newer run has taken place since this rehearsal.",
  runAll: "Run everything",
  runApproved: (n: number) => `Run ${plural(n, "approved change")}`,
  runApprovedHelp: "Only what you approved is made, if it is still the same when it is read again.",
  decide: {
    label: "Approve changes",
    none: "Approve what you want, or run everything. Space approves, arrow left skips.",
    some: (approved: number, skipped: number, open: number) =>
      `${count(approved)} approved, ${count(skipped)} skipped, ${count(open)} undecided`,
    all: "Approve all shown",
    skipAll: "Skip all shown",
    clear: "Clear",
    approve: "Approve",
    skip: "Skip",
    person: (name: string) => `All of ${name}`,
  },
  nothing: {
    rehearsal: "Both sides already agree.",
    run: "Both sides already agreed.",
  },
  failed: (n: number) => `${plural(n, "change")} failed`,
  writes: "The plan's writes need",
  sent: "Requests sent",
  expected: (seconds: number) => `About ${duration(seconds)} at the services' limits`,
  health: "As it stands",
  healthAfter: "Afterwards",
  warnings: "Read first",
  filter: "Filter changes",
  kind: "Kind",
  place: "Where",
  all: "All",
  everywhere: "Everywhere",
  search: "Name, id or value",
  list: "Changes",
  shown: (n: number) => plural(n, "change"),
  noMatch: { title: "No change matches", text: "Take a filter away or search for less." },
  empty: {
    title: "Nothing was changed",
    text: "There is no change in this plan: both sides already agree.",
  },
  planning: {
    title: "The plan is being made",
    text: "Both services are being read. The changes show here as soon as they are known.",
  },
  pick: {
    title: "No change chosen",
    text: "Choose one to see it field by field. Arrow keys work.",
  },
  detail: {
    label: "The chosen change",
    field: "Field",
    before: "Before",
    after: "After",
    blank: "blank",
    reason: "Why",
    operation: "Operation",
    effect: "Effect",
    contact: "HighLevel contact",
    lead: "Aimfox lead",
    loser: (whose: string) => `${whose} had`,
    loserHelp: "kept in the history",
    noFields: "No field changes: the two records are only joined, in Foxbridge.",
    failed: "It failed. Other records were not affected.",
    skipped: "It was skipped.",
    warning: "Read first",
  },
  missing: { title: "There is no such run", text: "Its history may have been tidied away." },
};

export const activity = {
  title: "Activity",
  intro: "Every run, every change and every request, newest first.",
  filter: "Show",
  kinds: { all: "All", run: "Runs", change: "Changes", request: "Requests" },
  search: "Name, id, operation or path",
  more: "Show older",
  fresh: "New activity: show it",
  end: "That is all of it.",
  none: { title: "Nothing has happened yet", text: "Runs, changes and requests are kept here." },
  noMatch: { title: "Nothing matches", text: "Search for less, or show all kinds." },
  noAnswer: "no answer",
  attempt: (n: number) => `attempt ${n}`,
  openRun: "Open this run",
  details: "Details",
  fields: {
    when: "When",
    requests: "Requests",
    operation: "Operation",
    path: "Path",
    answer: "Answer",
  },
};

export const operations = {
  title: "Operations",
  intro:
    "Every request Foxbridge knows how to make. One row, one request, one place to see its effect.",
  search: "Title, id, path or scope",
  service: "Service",
  effect: "Effect",
  scope: "Scope",
  all: "All",
  columns: { title: "Operation", request: "Request", scopes: "Scopes", effect: "Effect" },
  anyScope: "none needed",
  none: { title: "No operation matches", text: "Search for less, or show all." },
  total: (n: number) => plural(n, "operation"),
};

export const connections = {
  title: "Connections",
  intro: "The accounts Foxbridge may use. Their keys are in the vault, not here.",
  add: "Connect",
  none: {
    title: "No connection yet",
    text: "Connect an Aimfox workspace and a HighLevel location, or try the sample data.",
  },
  columns: { name: "Account", id: "Id", url: "Base URL", requests: "Requests, 24 h" },
  sample: "Sample data on this computer",
  remove: "Remove",
  removeNamed: (name: string) => `Remove ${name}`,
  confirm: (name: string) => `Remove ${name}?`,
  confirmText:
    "Foxbridge wipes its key and removes the syncs that use it. Nothing is changed in the service, and the key works there until you delete it.",
};

export const settings = {
  title: "Settings",
  look: "Appearance",
  theme: "Theme",
  themeHelp: "System follows your computer.",
  about: "This computer",
  dataDir: "Data folder",
  dataDirHelp:
    "Everything Foxbridge knows, except keys. Delete it and a later sync creates nothing twice.",
  vault: "Keys are kept in",
  version: "Version",
  tray: "Closing the window leaves Foxbridge running in the tray. Quit from the tray's menu.",
};
