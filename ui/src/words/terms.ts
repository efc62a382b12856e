// The names of things: services, kinds, states, choices.
import type {
  ChangeKind,
  ChangeState,
  Decision,
  ConflictPolicy,
  Direction,
  EffectName,
  ObjectKind,
  Phase,
  Place,
  RunState,
  ServiceName,
  TagWrites,
  Theme,
  WhenDeleted,
} from "../platform/contract";

export const service: Record<ServiceName, string> = { highlevel: "HighLevel", aimfox: "Aimfox" };

export const place: Record<Place, string> = { ...service, foxbridge: "Foxbridge" };

/** What one account of a service is called there. */
export const account: Record<ServiceName, string> = {
  highlevel: "location",
  aimfox: "workspace",
};

export const kind: Record<ChangeKind, { verb: string; done: string }> = {
  prepare: { verb: "Prepare", done: "prepared" },
  link: { verb: "Link", done: "linked" },
  create: { verb: "Create", done: "created" },
  update: { verb: "Update", done: "updated" },
  delete: { verb: "Delete", done: "deleted" },
};

export const object: Record<ObjectKind, string> = {
  contact: "contact",
  lead: "lead",
  link: "link",
  tag: "tag",
  custom_field: "custom field",
  label: "label",
  note: "note",
  task: "task",
  appointment: "appointment",
  conversation: "LinkedIn conversation",
};

export const changeState: Record<ChangeState, string> = {
  planned: "Planned",
  intended: "Next",
  sent: "Sent",
  settled: "Settled",
  failed: "Failed",
  skipped: "Skipped",
};

export const decision: Record<Decision, string> = { approved: "Approved", skipped: "Skipped" };

export const runState: Record<RunState, string> = {
  running: "Running",
  done: "Done",
  stopped: "Stopped",
  cancelled: "Cancelled",
  failed: "Failed",
  interrupted: "Interrupted",
};

export const phase: Record<Phase, string> = {
  pull: "Read",
  match: "Match",
  merge: "Merge",
  plan: "Plan",
  apply: "Write",
};

export const effect: Record<EffectName, { title: string; help: string }> = {
  read: { title: "Read", help: "Reads only." },
  write: { title: "Write", help: "Writes a record in the service." },
  outreach: { title: "Outreach", help: "A real person is contacted." },
  destructive: { title: "Destructive", help: "Removes something that may not come back." },
};

export const direction: Record<Direction, string> = {
  both: "Both ways",
  to_highlevel: "To HighLevel",
  to_aimfox: "To Aimfox",
  off: "Off",
};

export const conflict: Record<ConflictPolicy, string> = {
  highlevel_wins: "HighLevel wins",
  aimfox_wins: "Aimfox wins",
  newest_seen: "The newest wins",
  ask: "Ask me",
};

export const whenDeleted: Record<WhenDeleted, string> = {
  mark: "Keep, and say so",
  unlink: "Keep",
  ask: "Ask me",
};

export const theme: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

export const tagWrites: Record<TagWrites, { title: string; help: string }> = {
  off: {
    title: "Off",
    help: "Foxbridge never adds or removes a tag in HighLevel.",
  },
  edits: {
    title: "Edits only",
    help: "The first run leaves tags alone. Later, adding or removing a label in Aimfox does the same to the tag.",
  },
  all: {
    title: "All",
    help: "Labels that people carry today become tags too, from the first run on.",
  },
};
