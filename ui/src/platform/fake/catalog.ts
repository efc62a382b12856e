// The fake host's catalog: details made up for each row, calls that are only answered, switches.
import type {
  ActivityEntry,
  Commands,
  FieldProblem,
  OperationCall,
  OperationDetail,
  PermissionRow,
  PreparedCall,
  SwitchName,
  TriggerRow,
} from "../contract";
import { HostError } from "../platform";
import type { Handlers } from "./fake";
import * as world from "./world";

const taskBody = {
  type: "object",
  required: ["title", "dueDate", "completed"],
  properties: {
    title: { type: "string", description: "What is to be done.", examples: ["Call back"] },
    body: { type: "string", description: "More about it." },
    dueDate: { type: "string", format: "date-time", description: "When it is due." },
    completed: { type: "boolean", description: "Whether it is done." },
    assignedTo: { type: ["string", "null"], description: "Id of the user whose task it is." },
    priority: { enum: ["low", "normal", "high"], description: "How urgent it is." },
    reminders: { type: "array", items: { type: "integer" }, description: "Minutes before." },
    links: {
      type: "array",
      items: { type: "object", properties: { url: { type: "string" }, label: { type: "string" } } },
    },
    extra: { type: "object", description: "Whatever else belongs to it." },
  },
};

const contactBody = {
  type: "object",
  required: ["locationId"],
  properties: {
    locationId: { type: "string", description: "Id of the location." },
    firstName: { type: "string" },
    email: { type: "string", format: "email", examples: ["ada@example.com"] },
    tags: { type: "array", items: { type: "string" } },
  },
};

const bodies: Record<string, Record<string, unknown>> = {
  "highlevel.contacts.tasks.create": taskBody,
  "highlevel.contacts.create": contactBody,
  "highlevel.contacts.search": { type: "object" },
};

const triggerPayload = {
  type: "object",
  required: ["contactId"],
  properties: {
    contactId: { type: "string", description: "Id of the contact." },
    tags: { type: "array", items: { type: "string" } },
  },
};

const trigger = (id: string, title: string, more: Partial<TriggerRow> = {}): TriggerRow => ({
  id,
  service: "highlevel",
  title,
  help: `${title}.`,
  source: "webhook",
  basis: "documented",
  event: null,
  scopes: [],
  fields: Object.keys(triggerPayload.properties),
  ...more,
});

const triggers: TriggerRow[] = [
  trigger("highlevel.events.contact_create", "Contact created", { event: "ContactCreate" }),
  trigger("highlevel.events.note_create", "Note created", { event: "NoteCreate" }),
  trigger("aimfox.events.accepted", "Invitation accepted", {
    service: "aimfox",
    event: "accepted",
    basis: "observed",
  }),
  trigger("foxbridge.contact.deleted", "Contact deleted", { service: null, source: "detected" }),
];

/** A row in full. */
export function detail(id: string): OperationDetail {
  const row = world.operations.find((one) => one.id === id);
  if (!row) throw new HostError({ code: "not_found", message: `There is no operation ${id}.` });
  const names = [...row.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const schema = bodies[id];
  return {
    ...row,
    params: names.map((name) => ({
      name,
      place: "path" as const,
      required: true,
      schema: { type: "string" },
      help: `Id in the address: ${name}.`,
    })),
    body: schema
      ? { required: true, format: "json", schema, most_file_bytes: 10 * 1024 * 1024 }
      : null,
    result: { type: "object" },
    key: row.service === "aimfox" ? "normal" : null,
    idempotent: row.method !== "POST",
    versions: row.service === "highlevel" ? ["2021-07-28", "v3"] : [],
    deprecated: id === "highlevel.contacts.workflow.add" ? "Use the workflows app instead." : null,
    mission: mission(id),
    variants: [],
  };
}

const mission = (id: string) => id.startsWith("highlevel.contacts.") && !id.includes("workflow");

/** Answers about the catalog, with switches that stay as they are set. */
export function catalogHandlers(): Handlers {
  const chosen = new Map<string, SwitchName>();
  const calls: ActivityEntry[] = [];

  function permission(connection: string, id: string): PermissionRow {
    const row = detail(id);
    const standard = row.effect === "read" || row.effect === "write" ? "allowed" : "blocked";
    const set = chosen.get(`${connection} ${id}`);
    const needed = [
      "highlevel.contacts.create",
      "highlevel.contacts.update",
      "aimfox.leads.search",
    ];
    return {
      operation: id,
      title: row.title,
      method: row.method,
      path: row.path,
      effect: row.effect,
      switch: set ?? standard,
      default: standard,
      chosen: set !== undefined,
      needed_by: needed.includes(id) ? ["Sample data"] : [],
      mission: row.mission,
      scopes: row.scopes,
    };
  }

  function prepare(call: OperationCall): PreparedCall {
    const operation = detail(call.operation);
    const problems: FieldProblem[] = [];
    let path = operation.path;
    for (const param of operation.params) {
      const value = call.params[param.name] ?? (param.name === "locationId" ? "loc" : undefined);
      if (value === undefined) problems.push({ at: `path.${param.name}`, what: "is missing" });
      else path = path.replace(`{${param.name}}`, encodeURIComponent(String(value)));
    }
    const body = (call.body ?? {}) as Record<string, unknown>;
    for (const name of (operation.body?.schema.required as string[] | undefined) ?? []) {
      const filled = body[name] !== undefined || name === "locationId";
      if (!filled) problems.push({ at: `body.${name}`, what: "is missing" });
    }
    const url = `https://services.leadconnectorhq.com${path}`;
    const state = permission(call.connection, call.operation).switch;
    const risky = operation.effect === "outreach" || operation.effect === "destructive";
    return {
      method: operation.method,
      url,
      headers: [
        { name: "Authorization", value: "Bearer $TOKEN" },
        { name: "Version", value: "2021-07-28" },
      ],
      body: call.body ?? null,
      form: [],
      curl: `curl -X ${operation.method} '${url}' \\\n  -H "Authorization: Bearer $TOKEN"`,
      problems,
      switch: state,
      needs_confirm: state === "ask" || risky,
      effect: operation.effect,
    };
  }

  return {
    "operations.list": () => world.operations,
    "operations.get": ({ id }) => detail(id),
    "operations.prepare": prepare,
    "operations.call": (call: Commands["operations.call"]["request"]) => {
      const prepared = prepare(call);
      calls.unshift({
        at: new Date(world.AT).toISOString(),
        run: null,
        sync: null,
        kind: "request",
        request: {
          service: detail(call.operation).service,
          connection: call.connection,
          operation: call.operation,
          method: prepared.method,
          path: new URL(prepared.url).pathname,
          status: 201,
          duration_ms: 84,
          error: null,
          attempt: 1,
        },
      });
      return { status: 201, answer: { task: call.body ?? null }, duration_ms: 84, refused: null };
    },
    "operations.recent": () => calls,
    "triggers.list": () => triggers,
    "triggers.get": ({ id }) => {
      const row = triggers.find((one) => one.id === id);
      if (!row) throw new HostError({ code: "not_found", message: `There is no trigger ${id}.` });
      return { ...row, payload: triggerPayload, example: { contactId: "c1", tags: ["warm"] } };
    },
    "permissions.list": ({ connection }) => {
      const service = world.connections().find((one) => one.id === connection)?.service;
      const all = world.operations
        .filter((row) => row.service === service)
        .map((row) => permission(connection, row.id));
      const scopes = (rows: PermissionRow[]) =>
        [...new Set(rows.flatMap((row) => row.scopes.slice(0, 1)))].sort();
      return {
        rows: [...all.filter((row) => row.mission), ...all.filter((row) => !row.mission)],
        scopes_needed: scopes(
          all.filter((row) => row.needed_by.length > 0 && row.switch !== "blocked"),
        ),
        scopes_allowed: scopes(all.filter((row) => row.switch === "allowed")),
      };
    },
    "permissions.set": ({ connection, operation, switch: state }) => {
      const key = `${connection} ${operation}`;
      if (state) chosen.set(key, state);
      else chosen.delete(key);
      return permission(connection, operation);
    },
  };
}
