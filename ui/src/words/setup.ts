// The words of the window, the start, connecting, and a sync.
import { count, plural } from "../lib/format";

export const app = {
  name: "Foxbridge",
  skip: "Skip to the page",
  syncs: "Syncs",
  newSync: "New sync",
  nav: {
    label: "Main",
    start: "Start",
    home: "Home",
    needsYou: "Needs you",
    people: "People",
    activity: "Activity",
    rules: "Rules",
    webhooks: "Webhooks",
    operations: "Operations",
    triggers: "Triggers",
    permissions: "Permissions",
    connections: "Connections",
    settings: "Settings",
    help: "Help",
  },
  theme: (current: string) => `Theme: ${current}. Change it`,
  lost: {
    title: "Foxbridge's host does not answer",
    text: "What you see may be out of date. This page goes on by itself as soon as it is back.",
  },
  unknown: {
    title: "There is no such page",
    text: "The address points nowhere in Foxbridge.",
    action: "Go to the start",
  },
  loading: "Loading",
  retry: "Try again",
  dismiss: "Dismiss",
  copy: "Copy",
  copied: "Copied",
  cancel: "Cancel",
  close: "Close",
  back: "Back",
  search: "Search",
  clear: "Clear search",
  sample: "Sample",
  none: "Nothing",
};

export const start = {
  title: "Your outreach and your CRM, finally in step.",
  promise:
    "Foxbridge keeps an Aimfox workspace and a HighLevel location in sync, both ways. Every change is rehearsed before it is written, and explained afterwards.",
  sample: "Try with sample data",
  sampleBusy: "Preparing the sample…",
  sampleHelp: "No account needed. Two pretend services, on this computer only.",
  connect: "Connect",
  connectHelp: "Your own Aimfox workspace and HighLevel location.",
  points: [
    {
      title: "Rehearsed first",
      text: "See each record, before and after, with the reason. A rehearsal writes nothing, anywhere.",
    },
    {
      title: "Nothing lost, nothing twice",
      text: "When both sides changed a field, your policy picks and the other value is kept. A tie is a question, never a guess.",
    },
    {
      title: "Yours alone",
      text: "It all runs on this computer. Keys live in your keyring, people in a database on your own disk.",
    },
  ],
};

export const connect = {
  title: "Connect",
  intro: "Two keys and one choice. Nothing is read or written before you start a rehearsal.",
  step: (at: number) => `Step ${at} of 3`,
  aimfox: {
    title: "Connect Aimfox",
    key: "API key",
    keyHelp: "In Aimfox under Workspace settings, Integrations. A key is shown once.",
    submit: "Connect Aimfox",
  },
  highlevel: {
    title: "Connect HighLevel",
    location: "Location id",
    locationHelp: "The part after /location/ in HighLevel's address bar, or the whole address.",
    token: "Private integration token",
    tokenHelp:
      "In HighLevel under Settings, Private Integrations: create one, tick the scopes above, and copy the token.",
    submit: "Connect HighLevel",
  },
  secretHelp: "Goes to the vault and is shown nowhere again.",
  show: "Show",
  hide: "Hide",
  advanced: "Advanced",
  baseUrl: "Base URL",
  baseUrlHelp: "Leave it empty for the live service.",
  perMinute: "Requests per minute",
  perMinuteHelp:
    "Leave it empty for Aimfox's usual 60. Only a plan with a higher limit allows more.",
  perMinuteWrong: "A whole number from 1 on.",
  busy: "Checking with the service…",
  connected: (name: string) => `Connected to ${name}`,
  existing: "Use one that is connected already",
  another: "Connect another",
  sync: {
    title: "Create the sync",
    waiting: "Waits for both services.",
    template: "Start from",
    tags: "Tags in HighLevel",
    tagsWarning:
      "Adding a tag in HighLevel can start your own workflows there, and those can send messages to real people. Foxbridge leaves tags alone until you choose otherwise.",
    name: "Name",
    nameHelp: "Leave it empty and it is made from the two accounts.",
    submit: "Create the sync",
    busy: "Creating…",
  },
};

export const sync = {
  rehearse: "Rehearse",
  run: "Run",
  starting: "Starting…",
  both: "both ways with",
  never: {
    title: "Rehearse it first",
    text: "A rehearsal reads both services, compares every person and shows what would change. It writes nothing.",
  },
  health: {
    title: "Health",
    inSync: "In sync",
    inSyncHelp: "People linked on both sides, with nothing left to do.",
    excluded: "Excluded",
    excludedHelp: "Leads that take no part: no campaign, no chosen label.",
    needsYou: "Needs you",
    needsYouHelp: "Questions and failures that wait for a person.",
    open: "Open",
    notInAimfox: (n: number) =>
      n === 1
        ? "1 HighLevel contact with a LinkedIn profile is not in Aimfox yet"
        : `${count(n)} HighLevel contacts with a LinkedIn profile are not in Aimfox yet`,
  },
  last: {
    rehearsal: "Last rehearsal",
    run: "Last run",
    see: { rehearsal: "See the plan", run: "See what happened", stopped: "See the plan" },
  },
  guard: {
    title: "A guard stopped it",
    approve: { rehearsal: "Rehearse past the guard", run: "Run past the guard" },
    confirmTitle: "Go past the guard?",
    confirmText:
      "The guard stopped because this looked like a mistake. Go on only if you have read the plan and mean every change in it.",
  },
  mapping: {
    title: "Mapping",
    table: "Mapping, field by field",
    help: (n: number) => plural(n, "field"),
    aimfox: "Aimfox",
    direction: "Direction",
    highlevel: "HighLevel",
    conflict: "If both changed",
    tags: "Tags",
    labels: "Labels",
    tagsOff: "Never written in HighLevel",
    tagsNone: "Left alone on both sides",
    tagsEdits: "Later edits only",
    tagsAll: "All, from the first run",
    createOnly: "Set when made",
    createOnlyWhy:
      "HighLevel takes it when the contact is made, and not afterwards. Later changes go to Aimfox only.",
  },
  items: {
    title: "Notes, tasks, appointments, conversations",
    help: "The first three show in Aimfox as notes on the lead; a conversation shows in HighLevel as one note",
    kinds: {
      notes: {
        name: "Notes",
        help: "New and changed ones. Notes from before the sync stay where they are.",
      },
      tasks: {
        name: "Tasks",
        help: "Both ways: tick, re-date or reword the note and the task follows; a note that begins “todo:” becomes a task.",
      },
      appointments: {
        name: "Appointments",
        help: "Both ways: the Status line can be changed in Aimfox. Nobody is told about it.",
      },
      conversations: {
        name: "LinkedIn conversations",
        help: "One note in HighLevel for each, extended as messages arrive. What you write into it stays.",
      },
    },
    direction: "Direction",
    conflict: "If both changed",
    deleted: "If one was deleted",
    of: (what: string, which: string) => `${what}: ${which}`,
    history: "Also copy notes from before the sync",
    conversationHistory:
      "Also copy conversations from before the sync; otherwise each once it goes on",
  },
  runs: { title: "Recent runs", none: "No run yet.", rehearsal: "Rehearsal", run: "Run" },
  missing: {
    title: "There is no such sync",
    text: "It may have been removed.",
  },
};

export const progress = {
  title: { rehearsal: "Rehearsing", run: "Running" },
  starting: "Starting",
  waiting: (whose: string) => `Waiting for ${whose}'s rate limit. It goes on by itself.`,
  cancel: "Cancel",
  pause: "Pause",
  resume: "Go on",
  pausing: "Pausing before the next write…",
  paused: "Paused. What is done stays done.",
  cancelling: "Stopping after the request in flight…",
  steps: "Steps",
  requests: "Requests",
  of: (done: number, total: number) => `${count(done)} of ${count(total)}`,
};
