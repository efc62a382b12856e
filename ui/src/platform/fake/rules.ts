// The fake host's rules and webhooks: kept in memory, tried on two events, delivered to twice.
import type {
  Delivery,
  Firing,
  Hooks,
  Recipe,
  RuleAction,
  RuleDefinition,
  RuleDetail,
  RuleField,
  RuleRow,
  RuleTrial,
} from "../contract";
import { HostError } from "../platform";
import type { Handlers } from "./fake";

const at = "2026-11-24T14:00:00Z";

const action = (over: Partial<RuleAction> = {}): RuleAction => ({
  step: "tag",
  title: "Add tags",
  operation: "highlevel.contacts.tags.add",
  effect: "write",
  params: { contactId: "c-1" },
  body: { tags: ["replied on linkedin"] },
  note: null,
  at,
  done: true,
  undo: { deletes: false, never: null },
  ...over,
});

export const replied: RuleDefinition = {
  trigger: "foxbridge.contact.deleted",
  conditions: {
    all: [
      { field: "contact.id", is: "is_set" },
      { any: [{ field: "event.tag", is: "is", value: "vip" }, { cel: "size(lead.labels) < 5" }] },
    ],
  },
  steps: [
    {
      id: "label",
      kind: "find",
      operation: "aimfox.labels.list",
      params: {},
      list: "labels",
      field: "name",
      equals: "{{event.tag}}",
      make: {
        operation: "aimfox.labels.create",
        params: {},
        body: { name: "{{event.tag}}", color: "info" },
        at: "label",
      },
    },
    { id: "wait", kind: "wait", minutes: 2880, still: { all: [{ none_since: "x" }] } },
    {
      id: "tag",
      kind: "do",
      operation: "highlevel.contacts.create",
      params: { contactId: "{{contact.id}}" },
      body: { title: "Answer {{person.name}}" },
      ask: false,
      when: { all: [] },
    },
  ],
  own_effects: false,
};

export const recipe: Recipe = {
  id: "reply-to-task",
  title: "A reply on LinkedIn becomes a task",
  help: "Who answers a campaign gets a tag, and you get a task.",
  definition: replied,
};

const fields: RuleField[] = [
  { path: "event.tag", label: "event tag", kind: "string", sample: "VIP" },
  { path: "person.name", label: "person name", kind: "string", sample: "Ada Lovelace" },
  { path: "contact.id", label: "contact id", kind: "string", sample: "c-1" },
];

const trials: RuleTrial[] = [
  {
    event: 2,
    at,
    person: "Ada Lovelace",
    what: "Tag added: VIP",
    fires: true,
    why: null,
    actions: [action({ done: false, at: null })],
  },
  {
    event: 1,
    at,
    person: "Alan Turing",
    what: "Tag added: cold",
    fires: false,
    why: "The conditions do not hold.",
    actions: [],
  },
];

export const firing = (over: Partial<Firing> = {}): Firing => ({
  firing: 1,
  rule: "rule-1",
  name: "Replies",
  at,
  state: "done",
  due: null,
  person: "Ada Lovelace",
  what: "Tag added: VIP",
  event: { tag: "VIP" },
  actions: [action()],
  asks: null,
  can_undo: true,
  ...over,
});

export const rule = (over: Partial<RuleDetail> = {}): RuleDetail => ({
  id: "rule-1",
  name: "Replies",
  sync: "s-1",
  state: "test",
  why: null,
  trigger: "Contact deleted",
  sentence: "When a lead replied and 2 conditions hold: add tags.",
  last_fired: at,
  days: [0, 0, 1, 0, 3, 0, 0, 0, 0, 2, 0, 0, 0, 1],
  needs_you: 0,
  definition: replied,
  ...over,
});

export const delivery = (over: Partial<Delivery> = {}): Delivery => ({
  delivery: 1,
  connection: "c-hl",
  at,
  state: "done",
  why: null,
  event: "ContactUpdate",
  key: "w-1",
  repeats: 0,
  replays: 0,
  body: { type: "ContactUpdate", id: "c-1" },
  ...over,
});

export function ruleHandlers(kept: RuleDetail[] = [rule()]): Handlers {
  let rules = kept;
  let firings: Firing[] = [firing()];
  const row = ({ definition: _definition, ...rest }: RuleDetail): RuleRow => rest;
  const find = (id: string): RuleDetail => {
    const found = rules.find((one) => one.id === id);
    if (!found) throw new HostError({ code: "not_found", message: `There is no rule ${id}.` });
    return found;
  };
  const put = (changed: RuleDetail): RuleDetail => {
    rules = [...rules.filter((one) => one.id !== changed.id), changed];
    return changed;
  };
  const endpoint = (connection: string, service: "highlevel" | "aimfox", name: string) => ({
    connection,
    name,
    service,
    on: false,
    url: null as string | null,
    key: null as string | null,
    registered: false,
    taken: 0,
    waiting: 0,
    failed: 0,
    repeated: 0,
    refused: 0,
    last_at: null,
  });
  let hooks: Hooks = {
    listening: null,
    error: null,
    port: 47113,
    public_url: null,
    endpoints: [
      endpoint("c-hl", "highlevel", "Sample location"),
      endpoint("c-af", "aimfox", "Aimfox of Ada"),
    ],
  };
  const change = (connection: string, over: Partial<Hooks["endpoints"][number]>): Hooks => {
    const endpoints = hooks.endpoints.map((one) =>
      one.connection === connection ? { ...one, ...over } : one,
    );
    const on = endpoints.some((one) => one.on);
    hooks = { ...hooks, endpoints, listening: on ? "http://127.0.0.1:47113" : null };
    return hooks;
  };
  const log = [
    delivery(),
    delivery({
      delivery: 2,
      state: "refused",
      event: "",
      key: null,
      why: "its signature is wrong",
    }),
  ];
  return {
    "rules.list": () => rules.map(row),
    "rules.get": ({ rule: id }) => find(id),
    "rules.save": ({ rule: id, sync, name, definition }) =>
      put({ ...rule(), id: id ?? "rule-2", sync, name, definition, state: "test" }),
    "rules.switch": ({ rule: id, state }) => row(put({ ...find(id), state })),
    "rules.remove": ({ rule: id }) => {
      rules = rules.filter((one) => one.id !== id);
      return {};
    },
    "rules.test": ({ definition }) => ({
      problems:
        definition.steps.length === 0
          ? [{ at: "steps", what: "are missing: it does nothing" }]
          : [],
      trials,
    }),
    "rules.fields": () => fields,
    "rules.recipes": () => [recipe],
    "rules.firings": () => firings,
    "rules.answer": ({ firing: id, answer }) => {
      const state = answer === "undo" ? "undone" : answer === "give_up" ? "given_up" : "done";
      firings = firings.map((one) =>
        one.firing === id ? { ...one, state, asks: null, can_undo: state === "done" } : one,
      );
      return firings.find((one) => one.firing === id) ?? firing();
    },
    "hooks.list": () => hooks,
    "hooks.set": ({ port, public_url }) =>
      (hooks = { ...hooks, port, public_url: public_url ?? null }),
    "hooks.turn": ({ connection, on, key }) =>
      change(connection, {
        on,
        url: "http://127.0.0.1:47113/hooks/0123456789abcdef0123456789abcdef",
        ...(key === undefined ? {} : { key: key || null }),
      }),
    "hooks.register": ({ connection, events }) =>
      change(connection, { registered: events.length > 0 }),
    "hooks.test": () => ({
      url: "http://127.0.0.1:47113/hooks/…",
      arrived: true,
      took_ms: 12,
      error: null,
    }),
    "hooks.deliveries": () => log,
    "hooks.replay": ({ delivery: id }) => ({ ...delivery({ delivery: id }), replays: 1 }),
  };
}
