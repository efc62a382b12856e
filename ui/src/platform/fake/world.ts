// The fake host's little world: one sync, its runs, and what happened.
import type {
  ActivityEntry,
  Change,
  ChangesQuery,
  Connection,
  ItemRules,
  ItemSettings,
  InboxItem,
  NeedsYou,
  RunSummary,
  Sync,
  Template,
} from "../contract";
import { changeAt, personName } from "./people";

export const AT = Date.parse("2026-11-24T14:00:00Z");
const ago = (minutes: number, from = AT) => new Date(from - minutes * 60_000).toISOString();

/** What every connection shows; a test changes what it is about. */
export const connection = (over: Partial<Connection> = {}, from = AT): Connection => ({
  id: "c-hl",
  service: "highlevel",
  name: "Northwind Agency",
  account: "ve9EPM428h8vShlRW1KT",
  base_url: "http://127.0.0.1:49153",
  sample: false,
  created_at: ago(90, from),
  requests_today: 1_204,
  budget: [
    { seconds: 10, limit: 100, left: 88 },
    { seconds: 86_400, limit: 200_000, left: 198_796 },
  ],
  sign_in: "key",
  client_id: null,
  secret_since: ago(60 * 24 * 12, from),
  remind_after_days: 90,
  replace_due: false,
  previous_until: null,
  writes_for: ["Sample data"],
  scopes_missing: [],
  check: {
    at: ago(3, from),
    state: "good",
    steps: [
      { title: "Sign-in", state: "good", says: "HighLevel let it in: Northwind Agency." },
      { title: "Scopes", state: "good", says: "Every scope that is needed is there." },
    ],
    missing_scopes: [],
    may_write: true,
  },
  ...over,
});

export const connections = (from = AT): Connection[] => [
  connection(
    {
      id: "c-af",
      service: "aimfox",
      name: "Northwind Outreach",
      account: "7c0b5c1e-8a43-4d0e-9a57-2f6f1f6f3c11",
      base_url: "http://127.0.0.1:49152/api/v2",
      sample: true,
      requests_today: 842,
      budget: [{ seconds: 60, limit: 60, left: 41 }],
      sign_in: "sample",
      remind_after_days: null,
      check: null,
    },
    from,
  ),
  connection({ sample: true, sign_in: "sample", remind_after_days: null, check: null }, from),
];

const row = (id: string, label: string, aimfox: string, highlevel: string) =>
  ({
    id,
    label,
    aimfox,
    highlevel,
    direction: "both",
    on_conflict: "highlevel_wins",
    create_only: id === "company",
    kind: "text",
    transform: [],
  }) as const satisfies Sync["mapping"][number];

export const mapping: Sync["mapping"] = [
  row("first_name", "First name", "first_name", "firstName"),
  row("last_name", "Last name", "last_name", "lastName"),
  row("email", "E-mail", "email", "email"),
  { ...row("phone", "Phone", "phone", "phone"), on_conflict: "ask" },
  { ...row("company", "Company", "company", "companyName"), direction: "to_highlevel" },
];

const rules = (
  direction: ItemRules["direction"],
  when_deleted: ItemRules["when_deleted"],
): ItemRules => ({ direction, on_conflict: "highlevel_wins", when_deleted, history: false });

export const items: ItemSettings = {
  notes: rules("to_aimfox", "mark"),
  tasks: rules("both", "ask"),
  appointments: rules("to_aimfox", "mark"),
  conversations: rules("off", "unlink"),
};

export const templates: Template[] = [
  {
    name: "standard",
    title: "Both ways",
    help: "Leads become contacts; what HighLevel knows is shown on the lead; tags and labels of the same name follow each other.",
    tag_writes: "edits",
    mapping,
    items,
  },
  {
    name: "no-tags",
    title: "Both ways, no tags into HighLevel",
    help: "As both ways, but no tag is ever written into HighLevel, where tags can start workflows.",
    tag_writes: "off",
    mapping,
    items,
  },
  {
    name: "to-highlevel",
    title: "Aimfox to HighLevel only",
    help: "Leads become contacts and keep them up to date. Nothing is written into Aimfox.",
    tag_writes: "off",
    mapping: mapping.map((one) => ({ ...one, direction: "to_highlevel" })),
    items,
  },
];

export const health = { in_sync: 712, excluded: 88, needs_you: 4, not_in_aimfox: 37 };

export function runSummary(
  id: string,
  minutes: number,
  over: Partial<RunSummary> = {},
  from = AT,
): RunSummary {
  const would = { create: 412, update: 96, delete: 0, link: 300 };
  return {
    id,
    sync: "s-1",
    rehearsal: true,
    state: "done",
    started_at: ago(minutes, from),
    finished_at: ago(minutes - 1, from),
    would,
    changed: { create: 0, update: 0, delete: 0, link: 0 },
    would_items: { create: 0, update: 0, delete: 0, link: 0 },
    changed_items: { create: 0, update: 0, delete: 0, link: 0 },
    failed: 0,
    requests: { highlevel: 24, aimfox: 61 },
    planned_requests: { highlevel: 415, aimfox: 96 },
    planned_seconds: 131,
    caught: null,
    health,
    error: null,
    ...over,
  };
}

export const sync = (over: Partial<Sync> = {}, from = AT): Sync => ({
  id: "s-1",
  name: "Sample data",
  highlevel: "c-hl",
  aimfox: "c-af",
  template: "standard",
  mapping,
  tag_writes: "edits",
  items,
  health: null,
  last_run: null,
  running: null,
  calls: {
    used: { highlevel: 1_160, aimfox: 842 },
    highlevel: { seconds: 86_400, limit: 200_000, left: 198_796 },
    aimfox: { seconds: 60, limit: 60, left: 41 },
  },
  created_at: ago(90, from),
  ...over,
});

export const needsYou = (from = AT): NeedsYou[] => [
  {
    id: "n-1",
    kind: "ambiguous",
    record: { name: "Małgorzata Kovács", contact_id: null, lead_id: "1000481" },
    what: "One Aimfox lead could be either of two HighLevel contacts.",
    why: "Both contacts carry the e-mail address of the lead, and neither has its LinkedIn profile.",
    next: "Merge the two contacts in HighLevel, or put the LinkedIn URL on the right one. The next run picks it up.",
    choices: [
      {
        service: "aimfox",
        id: "1000481",
        label: "Małgorzata Kovács\nHead of Sales, Kestrel Robotics",
      },
      { service: "highlevel", id: "hlq81d0", label: "Malgorzata Kovacs\nm.kovacs@kestrel.example" },
      { service: "highlevel", id: "hlq99x2", label: "Gosia Kovács\nm.kovacs@kestrel.example" },
    ],
    since: ago(42, from),
    options: ["this", "nobody"],
  },
  {
    id: "n-2",
    kind: "conflict",
    record: { name: "Olumide Adeyemi", contact_id: "hl77aa", lead_id: "1000777" },
    what: "The phone number was changed on both sides.",
    why: "The mapping says to ask when both sides change this field.",
    next: "Set the same number on both sides. Until then neither is touched.",
    choices: [
      { service: "aimfox", id: null, label: "+44 20 7946 0311" },
      { service: "highlevel", id: null, label: "+44 7700 900 118" },
    ],
    since: ago(42, from),
    options: ["highlevel", "aimfox", "value"],
  },
  {
    id: "n-3",
    kind: "failed",
    record: { name: "Quentin Dubois", contact_id: "hl12zz", lead_id: "1000912" },
    what: "HighLevel refused the e-mail address “q.dubois@”.",
    why: "It answered 422: email must be an email.",
    next: "Correct the address on the Aimfox lead. No other record was affected.",
    choices: [],
    since: ago(12, from),
  },
];

/** The inbox over one sync: the questions, two of which are alike, and a guard. */
export const inbox = (from = AT): InboxItem[] =>
  needsYou(from).map((item) => ({
    sync: "s-1",
    sync_name: "Sample data",
    run: null,
    alike: 1,
    item,
  }));

export const operations = [
  [
    "highlevel.contacts.search",
    "highlevel",
    "contacts",
    "Search contacts",
    "POST",
    "/contacts/search",
    ["contacts.readonly"],
    "read",
  ],
  [
    "highlevel.contacts.create",
    "highlevel",
    "contacts",
    "Create a contact",
    "POST",
    "/contacts/",
    ["contacts.write"],
    "write",
  ],
  [
    "highlevel.contacts.update",
    "highlevel",
    "contacts",
    "Update a contact",
    "PUT",
    "/contacts/{contactId}",
    ["contacts.write"],
    "write",
  ],
  [
    "highlevel.contacts.delete",
    "highlevel",
    "contacts",
    "Delete a contact",
    "DELETE",
    "/contacts/{contactId}",
    ["contacts.write"],
    "destructive",
  ],
  [
    "highlevel.contacts.workflow.add",
    "highlevel",
    "contacts",
    "Add a contact to a workflow",
    "POST",
    "/contacts/{contactId}/workflow/{workflowId}",
    ["contacts.write"],
    "outreach",
  ],
  [
    "highlevel.contacts.tasks.create",
    "highlevel",
    "contacts",
    "Create a task",
    "POST",
    "/contacts/{contactId}/tasks",
    ["contacts.write"],
    "write",
  ],
  [
    "highlevel.tags.list",
    "highlevel",
    "tags",
    "List tags",
    "GET",
    "/locations/{locationId}/tags",
    ["locations/tags.readonly"],
    "read",
  ],
  ["aimfox.leads.search", "aimfox", "leads", "Search leads", "POST", "/leads:search", [], "read"],
  [
    "aimfox.leads.labels.add",
    "aimfox",
    "leads",
    "Put a label on a lead",
    "POST",
    "/leads/{leadId}/labels/{labelId}",
    [],
    "write",
  ],
  [
    "aimfox.campaigns.audience.add",
    "aimfox",
    "campaigns",
    "Add a profile to a campaign",
    "POST",
    "/campaigns/{campaignId}/audience",
    [],
    "outreach",
  ],
].map(([id, service, resource, title, method, path, scopes, effect]) => ({
  id: id as string,
  service: service as "highlevel" | "aimfox",
  resource: resource as string,
  title: title as string,
  help: `${title as string}, as the service describes it.`,
  method: method as string,
  path: path as string,
  scopes: scopes as string[],
  effect: effect as "read" | "write" | "outreach" | "destructive",
}));

/** Activity without end: a run now and then, its changes and its requests. */
export function activityAt(at: number, from = AT): ActivityEntry {
  const when = new Date(from - at * 47_000).toISOString();
  if (at % 17 === 0) {
    return {
      at: when,
      run: "r-1",
      sync: "s-1",
      kind: "run",
      summary: runSummary("r-1", 5, {}, from),
    };
  }
  if (at % 3 === 0) {
    const change: Change = { ...changeAt(at + 3), state: at % 51 === 0 ? "failed" : "settled" };
    if (change.state === "failed") change.error = "HighLevel answered 422: email must be an email.";
    return { at: when, run: "r-1", sync: "s-1", kind: "change", change };
  }
  const highlevel = at % 2 === 0;
  return {
    at: when,
    run: "r-1",
    sync: "s-1",
    kind: "request",
    request: {
      service: highlevel ? "highlevel" : "aimfox",
      connection: highlevel ? "c-hl" : "c-af",
      operation: highlevel ? "highlevel.contacts.create" : "aimfox.leads.search",
      method: "POST",
      path: highlevel ? "/contacts/" : "/leads:search",
      status: at % 40 === 4 ? 429 : 200,
      duration_ms: 60 + ((at * 37) % 240),
      error: null,
      attempt: at % 40 === 4 ? 2 : 1,
    },
  };
}

const plans = new Map<number, Change[]>();

/** Made once: a filter looks through all of it, and counts ask for every filter. */
function wholePlan(size: number): Change[] {
  const known = plans.get(size) ?? Array.from({ length: size }, (_, at) => changeAt(at));
  plans.set(size, known);
  return known;
}

/** A page of a plan of `size` changes. Slow only when searching, as a real one may be. */
export function planPage(
  size: number,
  query: ChangesQuery,
  states?: (seq: number) => Change["state"],
) {
  const search = query.search?.toLowerCase();
  const fits = (change: Change) =>
    (!query.kind || change.kind === query.kind) &&
    (!query.place || change.service === query.place) &&
    (!search || JSON.stringify(change).toLowerCase().includes(search));
  const open = !query.kind && !query.place && !search;
  const done = (change: Change) => (states ? { ...change, state: states(change.seq) } : change);
  if (open) {
    const length = Math.max(0, Math.min(query.limit, size - query.offset));
    const changes = Array.from({ length }, (_, at) => done(changeAt(query.offset + at)));
    return { total: size, changes, decisions: { approved: 0, skipped: 0, of: size } };
  }
  const all = wholePlan(size).filter(fits);
  return {
    total: all.length,
    changes: all.slice(query.offset, query.offset + query.limit).map(done),
    decisions: { approved: 0, skipped: 0, of: size },
  };
}

export const someone = personName;
