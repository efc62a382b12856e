// Generated from crates/contract by `cargo xtask generate`. Do not edit.

export type ErrorCode = "bad_request" | "not_found" | "not_authorised" | "missing_scope" | "offline" | "rate_limited" | "service_failed" | "guard_stopped" | "busy" | "cancelled" | "vault" | "store" | "blocked" | "internal";

export type AppError = { 
/**
 * For programs.
 */
code: ErrorCode, 
/**
 * One or two sentences: what happened, to which record, and why.
 */
message: string, 
/**
 * What to do next.
 */
hint?: string, };

export type ServiceName = "highlevel" | "aimfox";

export type Secret = string;

export type SignInKind = "key" | "oauth" | "sample";

export type BudgetWindow = { 
/**
 * Length of the window in seconds.
 */
seconds: number, 
/**
 * Requests allowed in it.
 */
limit: number, 
/**
 * Requests that may still be sent in it.
 */
left: number, };

export type Calls = { 
/**
 * Requests of its runs that began in the last 24 hours.
 */
used: Requests, 
/**
 * What HighLevel has left of the day.
 */
highlevel: BudgetWindow, 
/**
 * What Aimfox, which knows no day, has left of the minute.
 */
aimfox: BudgetWindow, };

export type CheckState = "good" | "warning" | "failed" | "skipped";

export type CheckStep = { 
/**
 * What, in two or three words.
 */
title: string, 
/**
 * How it went.
 */
state: CheckState, 
/**
 * What was found, in a sentence.
 */
says: string, 
/**
 * What to do about it.
 */
fix?: string, };

export type ConnectionCheck = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * The worst of its steps.
 */
state: CheckState, 
/**
 * In the order they were looked at.
 */
steps: Array<CheckStep>, 
/**
 * HighLevel scopes that are needed and not given.
 */
missing_scopes: Array<string>, 
/**
 * Whether it may write; `None` when that was not tried.
 */
may_write: boolean | null, };

export type Connection = { 
/**
 * Our id of it.
 */
id: string, 
/**
 * Whose account.
 */
service: ServiceName, 
/**
 * A name to show: the location's or the workspace's.
 */
name: string, 
/**
 * HighLevel location id, or Aimfox workspace id where it could be learnt.
 */
account: string | null, 
/**
 * Where requests go.
 */
base_url: string, 
/**
 * Whether it is the built-in sandbox with sample data.
 */
sample: boolean, 
/**
 * RFC 3339.
 */
created_at: string, 
/**
 * Requests sent in the last 24 hours.
 */
requests_today: number, 
/**
 * What is left of the service's limits, shortest window first.
 */
budget: Array<BudgetWindow>, 
/**
 * How it is signed in.
 */
sign_in: SignInKind, 
/**
 * Id of the app it is signed in with.
 */
client_id: string | null, 
/**
 * RFC 3339: since when its key is in use, or when it was last signed in.
 */
secret_since: string, 
/**
 * Age of the key in days at which to remind; `None` for never.
 */
remind_after_days: number | null, 
/**
 * Whether the key has reached that age.
 */
replace_due: boolean, 
/**
 * RFC 3339: until when the key before this one is kept.
 */
previous_until: string | null, 
/**
 * Names of the syncs that write through it. While there is none, it only reads.
 */
writes_for: Array<string>, 
/**
 * Scopes its syncs need that its token is known to lack.
 */
scopes_missing: Array<string>, 
/**
 * The last check; `None` before the first.
 */
check: ConnectionCheck | null, };

export type CheckConnection = { 
/**
 * Our id of it.
 */
connection: string, };

export type RenameConnection = { 
/**
 * Our id of it.
 */
connection: string, 
/**
 * The new name; empty goes back to the service's.
 */
name: string, };

export type ReplaceKey = { 
/**
 * Our id of it.
 */
connection: string, 
/**
 * The new key or token. Goes to the vault and nowhere else.
 */
secret: Secret, };

export type RemindConnection = { 
/**
 * Our id of it.
 */
connection: string, 
/**
 * Age in days at which to remind; `null` for never.
 */
days: number | null, };

export type Removed = { 
/**
 * What was wiped, and what stays where, a sentence each.
 */
says: Array<string>, };

export type AccessName = "read" | "write";

export type ScopesQuery = { 
/**
 * An existing one: what its syncs and switches need counts, too.
 */
connection?: string, 
/**
 * What it is to be able to do.
 */
access: AccessName, };

export type ScopeRow = { 
/**
 * As HighLevel names it.
 */
scope: string, 
/**
 * Whether it lets anything be changed.
 */
writes: boolean, 
/**
 * Titles of the operations that need it.
 */
opens: Array<string>, };

export type ScopeAdvice = { 
/**
 * The least set; those that only read come first.
 */
scopes: Array<ScopeRow>, };

export type SignInDefaults = { 
/**
 * What to register as the app's redirect URL.
 */
redirect_url: string, 
/**
 * The service that is signed in to.
 */
service: ServiceName, };

export type SignInStart = { 
/**
 * The app's client id.
 */
client_id: string, 
/**
 * The app's client secret. Goes to the vault and nowhere else. Left out when an existing
 * connection signs in again: the vault has it.
 */
client_secret?: Secret, 
/**
 * What to ask for.
 */
access: AccessName, 
/**
 * The connection that signs in again; its switches and syncs stay.
 */
connection?: string, 
/**
 * Port of this computer that the app's redirect URL names; the usual one when left out.
 */
port?: number, 
/**
 * Where the API is, when it is not the live service.
 */
base_url?: string, 
/**
 * The page to choose a location on: of a white-label host, or of the sandbox.
 */
authorize_url?: string, 
/**
 * Whether the app is installed for a whole agency.
 */
agency: boolean, };

export type SignInStarted = { 
/**
 * Names it in the other commands.
 */
sign_in: string, 
/**
 * What to open in the browser.
 */
url: string, 
/**
 * What must be registered as the app's redirect URL.
 */
redirect_url: string, };

export type SignInId = { 
/**
 * Which.
 */
sign_in: string, };

export type LocationChoice = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, };

export type SignInOutcome = { 
/**
 * The connection, when it is made.
 */
connection: Connection | null, 
/**
 * Where it is not: choose one of these with `connections.sign_in_choose`.
 */
locations: Array<LocationChoice>, };

export type ChooseLocation = { 
/**
 * Which sign-in.
 */
sign_in: string, 
/**
 * The location's id.
 */
location: string, };

export type VaultKind = "keyring" | "passphrase" | "key_file";

export type VaultState = "ready" | "locked" | "missing" | "denied" | "timed_out" | "broken";

export type VaultStatus = { 
/**
 * Which kind is in use.
 */
kind: VaultKind, 
/**
 * The same for people: "the system keyring".
 */
name: string, 
/**
 * How it is.
 */
state: VaultState, 
/**
 * What is wrong with it, when something is.
 */
message?: string, 
/**
 * What to do about it.
 */
hint?: string, 
/**
 * Whether an option of this start decides, so that it cannot be changed here.
 */
fixed: boolean, 
/**
 * Path of the key file that is offered, or in use.
 */
key_file: string, };

export type ChooseVault = { 
/**
 * Which.
 */
kind: VaultKind, 
/**
 * For a passphrase: at least eight characters. Kept nowhere.
 */
passphrase?: Secret, 
/**
 * For a key file: where it is or is to be made; beside the data when left out.
 */
key_file?: string, };

export type UnlockVault = { 
/**
 * The passphrase. Kept nowhere.
 */
passphrase: Secret, };

export type ConnectHighLevel = { 
/**
 * Left out: the live service.
 */
base_url?: string, 
/**
 * The location the token belongs to.
 */
location_id: string, 
/**
 * Private integration token. Goes to the vault and nowhere else.
 */
token: Secret, };

export type ConnectAimfox = { 
/**
 * Left out: the live service.
 */
base_url?: string, 
/**
 * Workspace key. Goes to the vault and nowhere else.
 */
api_key: Secret, 
/**
 * For a plan with a higher limit; 60 when left out.
 */
requests_per_minute?: number, };

export type ConnectionId = { 
/**
 * Our id of it.
 */
connection: string, };

export type Direction = "both" | "to_highlevel" | "to_aimfox" | "off";

export type ConflictPolicy = "highlevel_wins" | "aimfox_wins" | "newest_seen" | "ask";

export type FieldKindName = "text" | "name" | "email" | "phone" | "url" | "number" | "date" | "flag" | "list";

export type TextCase = "lower" | "upper" | "title" | "sentence";

export type PhoneFormat = "e164" | "international" | "national";

export type ValuePair = { 
/**
 * The value as it comes; case and spaces at the ends do not count.
 */
from: string, 
/**
 * What it becomes.
 */
to: string, };

export type Otherwise = { "do": "keep" } | { "do": "blank" } | { "do": "value", value: string, };

export type Transform = { "kind": "case", 
/**
 * How.
 */
to: TextCase, } | { "kind": "trim" } | { "kind": "join", 
/**
 * Field ids of the same record.
 */
fields: Array<string>, 
/**
 * What stands between.
 */
separator: string, } | { "kind": "split", 
/**
 * What stands between the parts; a blank one means white space.
 */
separator: string, 
/**
 * Which part: 1 is the first, -1 the last.
 */
part: number, } | { "kind": "date", 
/**
 * How it is written now (`strftime`); ISO 8601 and Unix times when left out.
 */
from?: string, 
/**
 * How it is to be written (`strftime`).
 */
to: string, } | { "kind": "phone", 
/**
 * How.
 */
format: PhoneFormat, } | { "kind": "map", 
/**
 * The list.
 */
pairs: Array<ValuePair>, 
/**
 * What is not on it.
 */
otherwise: Otherwise, } | { "kind": "default", 
/**
 * The value.
 */
value: string, } | { "kind": "expression", 
/**
 * Its text.
 */
cel: string, };

export type MappingRow = { 
/**
 * Id of the row within its sync, e.g. `email`.
 */
id: string, 
/**
 * What it is called on the card and on screen, e.g. "E-mail".
 */
label: string, 
/**
 * Aimfox field id.
 */
aimfox: string, 
/**
 * HighLevel field id.
 */
highlevel: string, 
/**
 * Which way.
 */
direction: Direction, 
/**
 * Who wins.
 */
on_conflict: ConflictPolicy, 
/**
 * How values are compared.
 */
kind: FieldKindName, 
/**
 * HighLevel takes the value when a contact is made, and not afterwards.
 */
create_only: boolean, 
/**
 * What reshapes the value on its way across, step by step.
 */
transform: Array<Transform>, };

export type TagWrites = "off" | "edits" | "all";

export type WhenDeleted = "unlink" | "mark" | "ask";

export type ItemRules = { 
/**
 * Which way.
 */
direction: Direction, 
/**
 * Who wins when both sides changed a field.
 */
on_conflict: ConflictPolicy, 
/**
 * When one half was deleted.
 */
when_deleted: WhenDeleted, 
/**
 * Whether what was there before is copied too, not only what is new or changes. Notes only:
 * open tasks and coming appointments are copied in any case.
 */
history: boolean, };

export type ItemSettings = { 
/**
 * Notes of either side.
 */
notes: ItemRules, 
/**
 * HighLevel's tasks, and notes in Aimfox that begin `todo:`. Never `to_highlevel` alone.
 */
tasks: ItemRules, 
/**
 * HighLevel's appointments; `both` lets their status be changed from Aimfox. Never
 * `to_highlevel` alone.
 */
appointments: ItemRules, 
/**
 * LinkedIn conversations as notes in HighLevel: `to_highlevel` or `off`.
 */
conversations: ItemRules, };

export type SetItems = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Its notes, tasks and appointments from the next run on.
 */
items: ItemSettings, };

export type CreateSync = { 
/**
 * Connection id.
 */
highlevel: string, 
/**
 * Connection id.
 */
aimfox: string, 
/**
 * A template's name; `standard` when left out.
 */
template?: string, 
/**
 * A name to show; made from the connections' names when left out.
 */
name?: string, 
/**
 * Overrides the template's choice.
 */
tag_writes?: TagWrites, 
/**
 * Names of the tags and labels that follow each other; a missing label is made. Every name that
 * exists on both sides when left out.
 */
tags?: Array<string>, 
/**
 * Overrides the template's choice about notes, tasks and appointments.
 */
items?: ItemSettings, 
/**
 * Conditions that narrow it to some people: see `syncs.safety_set`. Everybody when left out.
 */
filter?: string, };

export type Template = { 
/**
 * Its name, e.g. `standard`.
 */
name: string, 
/**
 * Its title.
 */
title: string, 
/**
 * One or two sentences on what it does.
 */
help: string, 
/**
 * What it chooses about tags.
 */
tag_writes: TagWrites, 
/**
 * Its mapping.
 */
mapping: Array<MappingRow>, 
/**
 * What it chooses about notes, tasks and appointments.
 */
items: ItemSettings, };

export type Health = { 
/**
 * People linked on both sides, with nothing left to do.
 */
in_sync: number, 
/**
 * Leads that do not take part (no campaign, no chosen label).
 */
excluded: number, 
/**
 * Questions and failures waiting for a person.
 */
needs_you: number, 
/**
 * HighLevel contacts with a LinkedIn profile that is no lead in Aimfox yet.
 */
not_in_aimfox: number, };

export type Sync = { 
/**
 * Our id of it.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Connection id.
 */
highlevel: string, 
/**
 * Connection id.
 */
aimfox: string, 
/**
 * The template it was made from.
 */
template: string, 
/**
 * Field by field.
 */
mapping: Array<MappingRow>, 
/**
 * Tags.
 */
tag_writes: TagWrites, 
/**
 * Notes, tasks and appointments.
 */
items: ItemSettings, 
/**
 * As of the last run or rehearsal; `None` before the first.
 */
health: Health | null, 
/**
 * The newest run or rehearsal.
 */
last_run: RunSummary | null, 
/**
 * The run going on now, if any.
 */
running: string | null, 
/**
 * What it costs, and what is left.
 */
calls: Calls, 
/**
 * RFC 3339.
 */
created_at: string, };

export type SyncId = { 
/**
 * Our id of it.
 */
sync: string, };

export type Mapping = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Field by field.
 */
rows: Array<MappingRow>, 
/**
 * Goes up with every saving.
 */
revision: number, };

export type FieldWrites = "always" | "create_only" | "never";

export type MappingField = { 
/**
 * Field id: `firstName`, `cf.<id>`, `headline`.
 */
id: string, 
/**
 * Whose.
 */
service: ServiceName, 
/**
 * Its name for people.
 */
label: string, 
/**
 * How its values are compared.
 */
kind: FieldKindName, 
/**
 * Whether a value can be written into it.
 */
writes: FieldWrites, 
/**
 * Why not, or only sometimes.
 */
locked: string | null, 
/**
 * The only values it takes; empty when it takes any.
 */
options: Array<string>, 
/**
 * A custom field of the location.
 */
custom: boolean, };

export type Suggestion = { 
/**
 * The row.
 */
row: MappingRow, 
/**
 * Why.
 */
why: string, };

export type MappingFields = { 
/**
 * A lead's fields.
 */
aimfox: Array<MappingField>, 
/**
 * A contact's fields.
 */
highlevel: Array<MappingField>, 
/**
 * Rows that the saved mapping lacks.
 */
suggestions: Array<Suggestion>, 
/**
 * Why the location's custom fields could not be asked for just now; those known from before are
 * shown then.
 */
stale: AppError | null, };

export type SaveMapping = { 
/**
 * The sync.
 */
sync: string, 
/**
 * The whole mapping.
 */
rows: Array<MappingRow>, 
/**
 * The revision it was made from; refused when somebody saved another one meanwhile.
 */
revision?: number, };

export type TryMapping = { 
/**
 * The sync.
 */
sync: string, 
/**
 * The whole mapping.
 */
rows: Array<MappingRow>, 
/**
 * Lead id of the person to try it on; somebody with much filled in when left out.
 */
person?: string, };

export type SamplePerson = { 
/**
 * A name to show.
 */
name: string, 
/**
 * Aimfox lead id.
 */
lead_id: string, 
/**
 * HighLevel contact id; `None` for somebody who would become a new contact.
 */
contact_id: string | null, };

export type RowOutcome = "rest" | "to_highlevel" | "to_aimfox" | "ask" | "broken";

export type RowPreview = { 
/**
 * The row's id.
 */
row: string, 
/**
 * The lead's profile.
 */
aimfox: string | null, 
/**
 * The card's line.
 */
card: string | null, 
/**
 * HighLevel's value.
 */
highlevel: string | null, 
/**
 * What the transform makes of the value that is carried.
 */
result: string | null, 
/**
 * What the next run would do.
 */
outcome: RowOutcome, 
/**
 * What would be written, or why it does not work.
 */
detail: string | null, };

export type RowProblem = { 
/**
 * The row's id.
 */
row: string, 
/**
 * What is wrong, as a sentence.
 */
message: string, };

export type MappingPreview = { 
/**
 * Who; `None` before anything was read.
 */
person: SamplePerson | null, 
/**
 * Row by row.
 */
rows: Array<RowPreview>, 
/**
 * What must be put right.
 */
problems: Array<RowProblem>, };

export type MappingAffected = { 
/**
 * People to whom the next run would do something else than under the saved mapping.
 */
people: number, 
/**
 * Linked people.
 */
linked: number, };

export type AddField = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Its name.
 */
name: string, 
/**
 * `TEXT`, `LARGE_TEXT`, `NUMERICAL`, `PHONE` or `DATE`.
 */
data_type: string, };

export type TemplateField = { 
/**
 * The row that needs it.
 */
row: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its key, e.g. `contact.job_title`.
 */
key: string, 
/**
 * HighLevel's type.
 */
data_type: string, };

export type MappingTemplate = { 
/**
 * `foxbridge-mapping/1`.
 */
format: string, 
/**
 * A title.
 */
title: string, 
/**
 * Field by field; a custom field stands as `cf:<key>`.
 */
rows: Array<MappingRow>, 
/**
 * The custom fields that rows name.
 */
custom_fields: Array<TemplateField>, 
/**
 * When labels become tags.
 */
tag_writes: TagWrites, };

export type ImportMapping = { 
/**
 * The sync it is for.
 */
sync: string, 
/**
 * The template.
 */
template: MappingTemplate, };

export type ImportedMapping = { 
/**
 * The rows that fit.
 */
rows: Array<MappingRow>, 
/**
 * Custom fields that the location lacks; their rows are left out.
 */
missing: Array<TemplateField>, };

export type NeedsYou = { 
/**
 * Our id of it.
 */
id: string, 
/**
 * `ambiguous`, `conflict`, `deleted`, `failed`, `missing`, `guard`.
 */
kind: string, 
/**
 * Who or what it is about.
 */
record: RecordRef, 
/**
 * What happened.
 */
what: string, 
/**
 * Why.
 */
why: string, 
/**
 * What to do.
 */
next: string, 
/**
 * The records it could be, or the values that differ.
 */
choices: Array<Choice>, 
/**
 * RFC 3339.
 */
since: string, 
/**
 * The answers it takes here; absent where it is settled in the service itself.
 */
options?: Array<ResolutionName>, 
/**
 * What was answered; the next run honours it.
 */
answer?: Resolution, };

export type Choice = { 
/**
 * Whose record or value.
 */
service: ServiceName, 
/**
 * Record id, if it is a record.
 */
id: string | null, 
/**
 * What to show.
 */
label: string, };

export type Place = "highlevel" | "aimfox" | "foxbridge";

export type ObjectKind = "contact" | "lead" | "link" | "tag" | "custom_field" | "label" | "note" | "task" | "appointment" | "conversation";

export type ChangeKind = "prepare" | "link" | "create" | "update" | "delete";

export type EffectName = "read" | "write" | "outreach" | "destructive";

export type RecordRef = { 
/**
 * A name to show.
 */
name: string, 
/**
 * HighLevel contact id, where there is one.
 */
contact_id: string | null, 
/**
 * Aimfox lead id, where there is one.
 */
lead_id: string | null, };

export type FieldChange = { 
/**
 * Field id at the place of the change.
 */
field: string, 
/**
 * Name to show.
 */
label: string, 
/**
 * Value now; `None` for blank.
 */
before: string | null, 
/**
 * Value afterwards; `None` for blank.
 */
after: string | null, 
/**
 * The value that lost a conflict, and whose it was.
 */
loser?: Loser, };

export type Loser = { 
/**
 * Whose value it was.
 */
service: ServiceName, 
/**
 * The value.
 */
value: string, };

export type ChangeState = "planned" | "intended" | "sent" | "settled" | "failed" | "skipped";

export type Decision = "approved" | "skipped";

export type Change = { 
/**
 * Position in its run's plan, from 0.
 */
seq: number, 
/**
 * What it is about.
 */
object: ObjectKind, 
/**
 * Where it happens.
 */
service: Place, 
/**
 * Catalog operation it is made with; empty for a link.
 */
operation: string, 
/**
 * What it does.
 */
kind: ChangeKind, 
/**
 * Who it is about.
 */
record: RecordRef, 
/**
 * The values it replaces, by field id; `null` when there were none.
 */
before: Record<string, unknown> | null, 
/**
 * The values it sets, by field id.
 */
after: Record<string, unknown> | null, 
/**
 * The same, field by field, for people.
 */
fields: Array<FieldChange>, 
/**
 * Why.
 */
reason: string, 
/**
 * What it does in the world.
 */
effect: EffectName, 
/**
 * A warning the user should read first (e.g. "can start HighLevel workflows").
 */
warning?: string, 
/**
 * How far it has come.
 */
state: ChangeState, 
/**
 * Why it failed or was skipped.
 */
error?: string, 
/**
 * How it can be taken back; absent while it was not made.
 */
undo?: Undoing, 
/**
 * What was decided about it, in a rehearsal.
 */
decision?: Decision, };

export type Counts = { create: number, update: number, delete: number, link: number, };

export type Requests = { highlevel: number, aimfox: number, };

export type RunState = "running" | "done" | "stopped" | "cancelled" | "failed" | "interrupted";

export type RunPurpose = { "kind": "undo", 
/**
 * The run.
 */
run: string, 
/**
 * The change; `None` for all of them.
 */
change: number | null, 
/**
 * Whether what was made may be deleted.
 */
delete: boolean, } | { "kind": "restore", 
/**
 * HighLevel's field id.
 */
field: string, };

export type Undoing = { 
/**
 * Taking it back deletes what it made.
 */
deletes: boolean, 
/**
 * Why it can never be taken back; `None` where it can, as far as nobody edited it since.
 */
never: string | null, };

export type UndoRun = { 
/**
 * The run to take back.
 */
run: string, 
/**
 * Stop at the plan: a preview.
 */
rehearsal: boolean, 
/**
 * Also delete what the run made. Without it such changes are left as they are.
 */
delete: boolean, };

export type UndoChange = { 
/**
 * Its run.
 */
run: string, 
/**
 * Its position in that run's plan.
 */
seq: number, 
/**
 * Stop at the plan: a preview.
 */
rehearsal: boolean, 
/**
 * Delete what the change made. Without it such a change is left as it is.
 */
delete: boolean, };

export type UndoReport = { 
/**
 * The id of the run that took back, or would.
 */
run: string, 
/**
 * Whether it stopped at the plan.
 */
rehearsal: boolean, 
/**
 * What the plan holds.
 */
would: Counts, 
/**
 * What was done.
 */
changed: Counts, 
/**
 * The changes that take back.
 */
changes: Array<Change>, 
/**
 * What is left as it is; `error` says why.
 */
left: Array<Change>, 
/**
 * Requests sent, reads included.
 */
requests: Requests, };

export type HistoryValue = { 
/**
 * RFC 3339: when it was written, or gave way.
 */
at: string, 
/**
 * The run.
 */
run: string, 
/**
 * The change's position in that run's plan.
 */
seq: number, 
/**
 * The field's name.
 */
label: string, 
/**
 * Field id in HighLevel, where the value can be put back there.
 */
field: string | null, 
/**
 * The value; `None` for blank.
 */
value: string | null, 
/**
 * The value that it replaced; `None` for blank.
 */
before: string | null, 
/**
 * Where it was written.
 */
written_to: Place, 
/**
 * Whose value it is; absent where nobody's is known, as of an undo.
 */
from: ServiceName | null, 
/**
 * It lost a conflict, and was not written.
 */
lost: boolean, 
/**
 * Why the change was made.
 */
reason: string, };

export type RestoreValue = { 
/**
 * The sync.
 */
sync: string, 
/**
 * The person's lead id.
 */
lead_id: string, 
/**
 * Field id in HighLevel.
 */
field: string, 
/**
 * The value.
 */
value: string, 
/**
 * Stop at the plan: a preview.
 */
rehearsal: boolean, };

export type Resolution = { "take": "highlevel" } | { "take": "aimfox" } | { "take": "value", 
/**
 * The value.
 */
value: string, } | { "take": "this", 
/**
 * The contact's id, one of the choices.
 */
contact: string, } | { "take": "nobody" } | { "take": "unlink" } | { "take": "wait" } | { "take": "delete" } | { "take": "approve" };

export type ResolutionName = "highlevel" | "aimfox" | "value" | "this" | "nobody" | "unlink" | "wait" | "delete" | "approve";

export type ResolveQuestion = { 
/**
 * The sync.
 */
sync: string, 
/**
 * The question's id.
 */
id: string, 
/**
 * The answer.
 */
resolution: Resolution, 
/**
 * Answer every question of the same sort alike: the same field, the same kind.
 */
alike: boolean, };

export type Resolved = { 
/**
 * How many questions were answered.
 */
answered: number, };

export type ForgetAnswer = { 
/**
 * The sync.
 */
sync: string, 
/**
 * The answer's key: the question's id, or `out:` and a lead's id.
 */
id: string, };

export type KeptAnswer = { 
/**
 * Its key.
 */
id: string, 
/**
 * What was decided, for people.
 */
what: string, 
/**
 * RFC 3339.
 */
at: string, };

export type QuestionsQuery = { 
/**
 * Only of this sync.
 */
sync?: string, };

export type InboxItem = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Its name.
 */
sync_name: string, 
/**
 * The run that shows more of it: for a guard the one that was stopped, for a failure the one
 * that failed.
 */
run: string | null, 
/**
 * How many open questions one answer could do for, this one included. 1 for what is answered
 * one by one.
 */
alike: number, 
/**
 * What it is. Besides the kinds of a sync's own questions there is `run`: the last run failed.
 */
item: NeedsYou, };

export type DeletePolicyName = "ignore" | "unlink_and_tag" | "delete_after_approval";

export type SyncGuards = { 
/**
 * A listing may lose this share of its records from one run to the next.
 */
shrink_percent: number, 
/**
 * This share of the linked people may be changed in one run …
 */
update_percent: number, 
/**
 * … but so many in any case.
 */
update_floor: number, 
/**
 * So many contacts may be made at once, or as many as are linked.
 */
create_floor: number, 
/**
 * Of this share of the linked people a record may be gone in one run …
 */
delete_percent: number, 
/**
 * … but of so many in any case.
 */
delete_floor: number, 
/**
 * One field may change for this share of the linked people …
 */
everything_percent: number, 
/**
 * … but for so many in any case.
 */
everything_floor: number, 
/**
 * Whether a run with another filter than the last one stops before it writes.
 */
changed_filter: boolean, 
/**
 * So many writes about one person may be made in an hour.
 */
edits_per_hour: number, 
/**
 * So many writes of the sync may be made in 24 hours.
 */
writes_per_day: number, };

export type SyncSafety = { 
/**
 * Conditions on people, as they are written (`tag:vip label:warm`); empty for everybody.
 */
filter: string, 
/**
 * What becomes of a person of whom one record was deleted.
 */
deletes: DeletePolicyName, 
/**
 * What stops a run.
 */
guards: SyncGuards, 
/**
 * What stops a run where nobody chose.
 */
usual: SyncGuards, 
/**
 * After so many hours a run reads and compares everything, whatever the services say has
 * changed; from 1 to 720.
 */
compare_hours: number, };

export type SetSafety = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Conditions on people.
 */
filter?: string, 
/**
 * What becomes of a person of whom one record was deleted.
 */
deletes?: DeletePolicyName, 
/**
 * What stops a run.
 */
guards?: SyncGuards, 
/**
 * After how many hours a run compares everything.
 */
compare_hours?: number, };

export type CountPeople = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Conditions on people.
 */
filter: string, };

export type PeopleCount = { 
/**
 * Leads that pass.
 */
people: number, 
/**
 * Leads that could.
 */
of: number, };

export type FilterValues = { 
/**
 * Tags of contacts.
 */
tags: Array<FilterValueCount>, 
/**
 * Labels of leads.
 */
labels: Array<FilterValueCount>, 
/**
 * Campaigns of leads, by name.
 */
campaigns: Array<FilterValueCount>, 
/**
 * Businesses of contacts, by id, with names where they are known.
 */
businesses: Array<FilterValueCount>, 
/**
 * Users that contacts are assigned to, by id, with names where they are known.
 */
assigned: Array<FilterValueCount>, 
/**
 * Seats (LinkedIn accounts) that know a lead, by id, with names where they are known.
 */
seats: Array<FilterValueCount>, };

export type FilterValueCount = { 
/**
 * As a filter takes it.
 */
value: string, 
/**
 * As people know it, where that is something else.
 */
name?: string, 
/**
 * How many records have it.
 */
people: number, };

export type RunSummary = { 
/**
 * Our id of it.
 */
id: string, 
/**
 * The sync it belongs to.
 */
sync: string, 
/**
 * Whether it stopped (or stops) at the plan.
 */
rehearsal: boolean, 
/**
 * How it stands.
 */
state: RunState, 
/**
 * RFC 3339.
 */
started_at: string, 
/**
 * RFC 3339; `None` while it runs.
 */
finished_at: string | null, 
/**
 * What the plan holds.
 */
would: Counts, 
/**
 * What was done.
 */
changed: Counts, 
/**
 * What the plan holds of notes, tasks and appointments.
 */
would_items: Counts, 
/**
 * What was done of notes, tasks and appointments.
 */
changed_items: Counts, 
/**
 * Changes that failed.
 */
failed: number, 
/**
 * Requests sent by this run.
 */
requests: Requests, 
/**
 * Requests the plan's writes need.
 */
planned_requests: Requests, 
/**
 * Expected time of the plan's writes at the services' limits, in seconds.
 */
planned_seconds: number, 
/**
 * How many contacts, pages of leads, and contacts' notes a complete compare found changed or gone
 * that asking for changes would not have shown; `None` where this run asked for changes only, or nothing was known before it.
 */
caught: number | null, 
/**
 * Health as this run found (rehearsal) or left it.
 */
health: Health, 
/**
 * Why it stopped or failed.
 */
error: AppError | null, 
/**
 * Whether it makes a part of its plan only: what was approved, or of some people.
 */
partial?: boolean, 
/**
 * What it is for; absent for an ordinary run.
 */
purpose?: RunPurpose, 
/**
 * A mark of its plan: two plans with the same mark make the same changes.
 */
plan?: string, };

export type StartRun = { 
/**
 * The sync to run.
 */
sync: string, 
/**
 * Stop at the plan.
 */
rehearsal: boolean, 
/**
 * Go past the guard that stopped the last run.
 */
approve: boolean, 
/**
 * Make exactly the plan of this rehearsal (its run's id), past every guard, and refuse when the
 * plan is another one by now: `sync run --approve RUN`. All of it, whatever was decided change by
 * change; that is `approved`.
 */
plan?: string, 
/**
 * Only these people, as a filter is written: `tag:vip`, `label:warm`, `lead:123`.
 */
only?: string, 
/**
 * Only changes about these kinds of object, and the links and definitions they need; all when
 * empty.
 */
objects?: Array<ObjectKind>, 
/**
 * A complete compare: read everything anew, also what no hint says has changed.
 */
full?: boolean, 
/**
 * Make only the changes that were approved one by one in this rehearsal (its run's id), as far as
 * they are still asked for: `sync run --approved RUN`. The whole of it, or nothing, is `plan`.
 */
approved?: string, };

export type RunId = { 
/**
 * Our id of it.
 */
run: string, };

export type Decide = { 
/**
 * The rehearsal.
 */
run: string, 
/**
 * What; `null` takes a decision back.
 */
decision: Decision | null, 
/**
 * These positions of the plan. Without this and `record_of`: all that match the rest.
 */
seqs?: Array<number>, 
/**
 * Every change of the person that the change at this position is about.
 */
record_of?: number, 
/**
 * Only this kind.
 */
kind?: ChangeKind, 
/**
 * Only at this place.
 */
place?: Place, 
/**
 * Only what a search for this finds.
 */
search?: string, };

export type DecisionCounts = { 
/**
 * To be made.
 */
approved: number, 
/**
 * To be left alone.
 */
skipped: number, 
/**
 * All changes of the plan.
 */
of: number, };

export type ChangesQuery = { 
/**
 * The run.
 */
run: string, 
/**
 * Skip this many.
 */
offset: number, 
/**
 * At most this many; 1,000 at most.
 */
limit: number, 
/**
 * Only this kind.
 */
kind?: ChangeKind, 
/**
 * Only at this place.
 */
place?: Place, 
/**
 * Only records whose name, ids or values contain this, whatever the case.
 */
search?: string, };

export type ChangesPage = { 
/**
 * How many match.
 */
total: number, 
/**
 * The page.
 */
changes: Array<Change>, 
/**
 * What was decided, over the whole plan.
 */
decisions: DecisionCounts, };

export type RehearsalReport = { 
/**
 * The run's id, to look at it again.
 */
run: string, 
/**
 * Counts of people's records.
 */
would: Counts, 
/**
 * Counts of notes, tasks and appointments.
 */
would_items: Counts, 
/**
 * The whole plan.
 */
changes: Array<Change>, 
/**
 * What waits for a person.
 */
needs_you: Array<NeedsYou>, 
/**
 * Requests that applying the plan would send.
 */
requests: Requests, 
/**
 * Health.
 */
health: Health, };

export type RunReport = { 
/**
 * The run's id.
 */
run: string, 
/**
 * Counts of people's records.
 */
changed: Counts, 
/**
 * Counts of notes, tasks and appointments.
 */
changed_items: Counts, 
/**
 * What waits for a person.
 */
needs_you: Array<NeedsYou>, 
/**
 * Changes a service refused.
 */
failed: Array<Change>, 
/**
 * Requests sent, reads included.
 */
requests: Requests, 
/**
 * What the sync's calls come to today, and what is left.
 */
calls: Calls, 
/**
 * What a complete compare found that nothing had told of; `None` where there was none.
 */
caught: number | null, 
/**
 * Health afterwards.
 */
health: Health, 
/**
 * Wall time.
 */
duration_ms: number, };

export type RequestEntry = { 
/**
 * Whose service.
 */
service: ServiceName, 
/**
 * Connection id.
 */
connection: string, 
/**
 * Catalog operation id.
 */
operation: string, 
/**
 * HTTP method.
 */
method: string, 
/**
 * Path with ids filled in, without query. Never holds a secret.
 */
path: string, 
/**
 * HTTP status; `None` when no answer came.
 */
status: number | null, 
/**
 * Time from sending to the end of the answer.
 */
duration_ms: number | null, 
/**
 * What went wrong, if no answer came.
 */
error: string | null, 
/**
 * The change of the run that it was sent for, by its position in the plan; absent for reads and
 * outside runs.
 */
change?: number, 
/**
 * Which attempt of the same call, from 1.
 */
attempt: number, };

export type ActivityKind = { "kind": "request", request: RequestEntry, } | { "kind": "change", change: Change, } | { "kind": "run", summary: RunSummary, } | { "kind": "firing", firing: Firing, };

export type ActivityEntry = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * The run it belongs to, if any.
 */
run: string | null, 
/**
 * The sync of that run.
 */
sync: string | null, } & ({ "kind": "request", request: RequestEntry, } | { "kind": "change", change: Change, } | { "kind": "run", summary: RunSummary, } | { "kind": "firing", firing: Firing, });

export type ActivityOutcome = "ok" | "failed";

export type ActivityQuery = { 
/**
 * Only entries of this kind: `request`, `change`, `run` or `firing`.
 */
kind?: string, 
/**
 * Only of this run.
 */
run?: string, 
/**
 * Of that run only this change, by its position in the plan, and the requests sent for it.
 */
change?: number, 
/**
 * Only of this sync: its runs, their changes, and the requests sent for them.
 */
sync?: string, 
/**
 * Only what was done at this place; a run is at none.
 */
place?: Place, 
/**
 * Only what went well (`ok`), or only what did not (`failed`).
 */
outcome?: ActivityOutcome, 
/**
 * Only what is about this lead: its changes, and the requests that name it.
 */
lead_id?: string, 
/**
 * Only what is about this contact; with a lead too, about either.
 */
contact_id?: string, 
/**
 * Nothing before this time, RFC 3339.
 */
since?: string, 
/**
 * Nothing at or after this time, RFC 3339.
 */
until?: string, 
/**
 * Only entries that mention this, whatever the case.
 */
search?: string, 
/**
 * Skip this many.
 */
offset: number, 
/**
 * At most this many; 500 at most.
 */
limit: number, };

export type SavedFile = { 
/**
 * A name for it, e.g. `foxbridge-activity-2026-11-26.csv`.
 */
name: string, 
/**
 * Where it was written; `None` when it is in `content`.
 */
path: string | null, 
/**
 * The file in base64, when no place to write it was named.
 */
content: string | null, 
/**
 * Its length in bytes.
 */
bytes: number, 
/**
 * How many entries it holds, where it is a list.
 */
entries: number | null, };

export type ExportFormat = "csv" | "jsonl";

export type ExportActivity = { 
/**
 * What; its `offset` and `limit` do not count.
 */
query: ActivityQuery, 
/**
 * As what.
 */
format: ExportFormat, 
/**
 * Path of the file to write, in place of what may be there; handed over when left out.
 */
to?: string, };

export type Retention = { 
/**
 * Days that runs and their changes are kept; 0 for good. A change that is gone can be undone no
 * more. The newest runs of each sync stay in any case.
 */
activity_days: number, 
/**
 * Days that requests, deliveries and what rules look at are kept; from 2, because the limits of
 * a day are counted from them.
 */
request_days: number, };

export type MakeBackup = { 
/**
 * At least eight characters. Nobody can open the file without it.
 */
passphrase: Secret, 
/**
 * Whether the keys and tokens of the connections go along.
 */
secrets: boolean, 
/**
 * Path of the file to write; handed over when left out.
 */
to?: string, };

export type OpenBackup = { 
/**
 * Path of the file.
 */
from?: string, 
/**
 * The file in base64.
 */
content?: string, 
/**
 * What it was made with.
 */
passphrase: Secret, };

export type BackupInfo = { 
/**
 * RFC 3339.
 */
made_at: string, 
/**
 * Version of the program that made it.
 */
version: string, 
/**
 * Whether keys and tokens are in it.
 */
secrets: boolean, 
/**
 * Names of its connections.
 */
connections: Array<string>, 
/**
 * Names of its syncs.
 */
syncs: Array<string>, };

export type Restored = { 
/**
 * What was in it.
 */
info: BackupInfo, 
/**
 * Where everything from before the restore is kept: a database, not encrypted, without secrets.
 */
before: string, 
/**
 * Connections that must be signed in again, by name: their secrets were not in the backup.
 */
to_connect_again: Array<string>, };

export type MakeDiagnostics = { 
/**
 * Path of the file to write; handed over when left out.
 */
to?: string, };

export type ActivityPage = { 
/**
 * Whether there is more.
 */
more: boolean, 
/**
 * The page, newest first.
 */
entries: Array<ActivityEntry>, };

export type PersonState = "linked" | "lead" | "excluded" | "not_in_aimfox" | "contact";

export type PersonRow = { 
/**
 * A name to show.
 */
name: string, 
/**
 * A second line: an address or a company. May be empty.
 */
detail: string, 
/**
 * Aimfox lead id.
 */
lead_id: string | null, 
/**
 * HighLevel contact id.
 */
contact_id: string | null, 
/**
 * How they stand.
 */
state: PersonState, 
/**
 * Whether a question about them is open.
 */
needs_you: boolean, };

export type PeopleQuery = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Only in this state.
 */
state?: PersonState, 
/**
 * Only those with an open question.
 */
needs_you: boolean, 
/**
 * Only those of whom every word begins one of theirs: name, company, addresses, ids.
 */
search?: string, 
/**
 * Skip this many.
 */
offset: number, 
/**
 * At most this many; 1,000 at most.
 */
limit: number, };

export type PeopleCounts = { all: number, linked: number, lead: number, excluded: number, not_in_aimfox: number, contact: number, needs_you: number, };

export type PeoplePage = { 
/**
 * How many match.
 */
total: number, 
/**
 * For the filters.
 */
counts: PeopleCounts, 
/**
 * The page.
 */
people: Array<PersonRow>, };

export type PersonQuery = { 
/**
 * The sync.
 */
sync: string, 
/**
 * Aimfox lead id.
 */
lead_id?: string, 
/**
 * HighLevel contact id.
 */
contact_id?: string, };

export type FieldValue = { 
/**
 * Field id.
 */
field: string, 
/**
 * Its name for people.
 */
label: string, 
/**
 * The value.
 */
value: string, };

export type PersonRecord = { 
/**
 * Whose.
 */
service: ServiceName, 
/**
 * Its id there.
 */
id: string, 
/**
 * Its fields, without blanks.
 */
fields: Array<FieldValue>, 
/**
 * Tags or labels.
 */
tags: Array<string>, 
/**
 * Campaigns the lead came from.
 */
campaigns: Array<string>, 
/**
 * The card's text, on a lead that has one.
 */
card: string | null, 
/**
 * RFC 3339, when it was read.
 */
read_at: string, 
/**
 * RFC 3339, since when complete listings lack it.
 */
missing_since: string | null, 
/**
 * Where it is on the web; `None` for sample data.
 */
url: string | null, };

export type PersonLink = { 
/**
 * In words: "the LinkedIn profile".
 */
how: string, 
/**
 * RFC 3339.
 */
since: string, 
/**
 * Why it no longer holds.
 */
broken: string | null, };

export type PersonDetail = { 
/**
 * A name to show.
 */
name: string, 
/**
 * The lead.
 */
lead: PersonRecord | null, 
/**
 * The contact.
 */
contact: PersonRecord | null, 
/**
 * Why the two are one.
 */
link: PersonLink | null, 
/**
 * Open questions.
 */
needs_you: Array<NeedsYou>, 
/**
 * What was changed, newest first.
 */
history: Array<ActivityEntry>, };

export type Phase = "pull" | "match" | "merge" | "plan" | "apply";

export type Progress = { 
/**
 * The run.
 */
run: string, 
/**
 * Its sync.
 */
sync: string, 
/**
 * Which step.
 */
phase: Phase, 
/**
 * What is being done, for people: "Reading leads from Aimfox".
 */
doing: string, 
/**
 * How much of this step is done.
 */
done: number, 
/**
 * Of how much; `None` while unknown.
 */
total: number | null, 
/**
 * Requests sent so far.
 */
requests: Requests, 
/**
 * Set while waiting for a service's rate limit: whose.
 */
waiting_for: ServiceName | null, 
/**
 * Whether somebody paused it.
 */
paused: boolean, };

export type Event = { "type": "progress", progress: Progress, } | { "type": "run_finished", run: string, sync: string, } | { "type": "changed", commands: Array<string>, } | { "type": "worker", status: WorkerStatus, };

export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export type TimeWindow = { 
/**
 * The days it begins on; every day when empty.
 */
days: Array<Weekday>, 
/**
 * `HH:MM`.
 */
from: string, 
/**
 * `HH:MM`, exclusive.
 */
until: string, };

export type Schedule = { 
/**
 * Minutes from the start of one run to the start of the next, 1 to 10,080 (a week); `None` for
 * on demand only.
 */
every_minutes: number | null, 
/**
 * Runs start only inside one of these; at any time when empty.
 */
windows: Array<TimeWindow>, };

export type SetSchedule = { 
/**
 * Which sync.
 */
sync: string, 
/**
 * Its new schedule.
 */
schedule: Schedule, };

export type SyncSchedule = { 
/**
 * Which sync.
 */
sync: string, 
/**
 * As chosen.
 */
schedule: Schedule, 
/**
 * RFC 3339: the next times it would start, if every run ended at once and well. None while it
 * runs on demand only.
 */
next_runs: Array<string>, 
/**
 * IANA name of the time zone that `HH:MM` is read in: the computer's.
 */
time_zone: string, };

export type PauseUntil = "hour" | "tomorrow" | "resumed";

export type PauseWorker = { 
/**
 * How long.
 */
until: PauseUntil, };

export type SetQuietHours = { 
/**
 * When nothing begins by itself, whatever the schedules say; `null` for none.
 */
quiet: TimeWindow | null, };

export type WorkerState = "syncing" | "paused" | "offline" | "error" | "needs_you" | "idle";

export type WorkerPlace = "here" | "elsewhere" | "nowhere";

export type WorkerSync = { 
/**
 * Which sync.
 */
sync: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it runs now.
 */
running: boolean, 
/**
 * RFC 3339: when it starts next by itself; `None` for on demand only. May be past: then it is
 * due, and waits for its turn or for the end of a pause.
 */
next_run: string | null, 
/**
 * RFC 3339: the end of the last run that was no rehearsal and ended well.
 */
last_success: string | null, 
/**
 * Runs that failed since, one after the other.
 */
failures: number, 
/**
 * Whether a service it needs cannot be reached.
 */
offline: boolean, 
/**
 * Why the last run failed.
 */
error: AppError | null, 
/**
 * Questions and failures that wait for a person.
 */
needs_you: number, };

export type WorkerStatus = { 
/**
 * In one word.
 */
state: WorkerState, 
/**
 * Whether anybody is at work.
 */
place: WorkerPlace, 
/**
 * RFC 3339: when the pause ends; `None` with the state `paused` is until somebody resumes.
 */
paused_until: string | null, 
/**
 * Whether it is paused, also while a run that had begun goes on.
 */
paused: boolean, 
/**
 * When nothing begins by itself.
 */
quiet: TimeWindow | null, 
/**
 * RFC 3339: the next time anything begins by itself.
 */
next_run: string | null, 
/**
 * Questions and failures that wait for a person, over all syncs.
 */
needs_you: number, 
/**
 * Every sync.
 */
syncs: Array<WorkerSync>, };

export type Nothing = Record<string, never>;

export type AppInfo = { 
/**
 * Version of the program.
 */
version: string, 
/**
 * Where its data is kept.
 */
data_dir: string, 
/**
 * Where secrets are kept, for people: "the system keyring", "an encrypted file".
 */
vault: string, };

export type OperationRow = { 
/**
 * Never changes.
 */
id: string, 
/**
 * `highlevel` or `aimfox`.
 */
service: ServiceName, 
/**
 * The group it is listed under.
 */
resource: string, 
/**
 * A short title.
 */
title: string, 
/**
 * One line of help.
 */
help: string, 
/**
 * HTTP method.
 */
method: string, 
/**
 * Path below the base URL.
 */
path: string, 
/**
 * Scopes, any one of which opens it.
 */
scopes: Array<string>, 
/**
 * What it does in the world.
 */
effect: EffectName, };

export type CatalogId = { 
/**
 * Id of the row.
 */
id: string, };

export type ParamPlaceName = "path" | "query";

export type ParamRow = { 
/**
 * Name on the wire.
 */
name: string, 
/**
 * Path or query.
 */
place: ParamPlaceName, 
/**
 * Whether a call without it is refused.
 */
required: boolean, 
/**
 * JSON Schema of the value.
 */
schema: Record<string, unknown>, 
/**
 * A few words about it.
 */
help: string, };

export type BodyRow = { 
/**
 * Whether a call without a body is refused.
 */
required: boolean, 
/**
 * `json`, `form` or `multipart`.
 */
format: string, 
/**
 * JSON Schema, self-contained. A text of the format `binary` is a file, as a data URL
 * (`data:audio/mpeg;name=call.mp3;base64,…`); one of the format `password` is a secret.
 */
schema: Record<string, unknown>, 
/**
 * The longest file it takes, in bytes.
 */
most_file_bytes: number, };

export type VariantRow = { 
/**
 * Value of the `Version` header.
 */
version: string, 
/**
 * Path below the base URL.
 */
path: string, 
/**
 * Path parameters in path order, then query parameters.
 */
params: Array<ParamRow>, 
/**
 * The body, if it takes one.
 */
body: BodyRow | null, 
/**
 * JSON Schema of a successful answer.
 */
result: Record<string, unknown>, };

export type OperationDetail = { 
/**
 * Path parameters in path order, then query parameters.
 */
params: Array<ParamRow>, 
/**
 * The body, if it takes one.
 */
body: BodyRow | null, 
/**
 * JSON Schema of a successful answer.
 */
result: Record<string, unknown>, 
/**
 * Aimfox key type, `normal` or `master`; `null` for HighLevel.
 */
key: string | null, 
/**
 * Whether sending it twice leaves the same state as sending it once.
 */
idempotent: boolean, 
/**
 * Values of the `Version` header it exists in; the first is the one sent.
 */
versions: Array<string>, 
/**
 * Set when the vendor deprecated it: what to use instead.
 */
deprecated: string | null, 
/**
 * One of the sixteen endpoints the product promises.
 */
mission: boolean, 
/**
 * How it reads in other versions than the first, where that differs.
 */
variants: Array<VariantRow>, 
/**
 * Never changes.
 */
id: string, 
/**
 * `highlevel` or `aimfox`.
 */
service: ServiceName, 
/**
 * The group it is listed under.
 */
resource: string, 
/**
 * A short title.
 */
title: string, 
/**
 * One line of help.
 */
help: string, 
/**
 * HTTP method.
 */
method: string, 
/**
 * Path below the base URL.
 */
path: string, 
/**
 * Scopes, any one of which opens it.
 */
scopes: Array<string>, 
/**
 * What it does in the world.
 */
effect: EffectName, };

export type ParamValue = string | Array<string>;

export type OperationCall = { 
/**
 * Which account.
 */
connection: string, 
/**
 * Catalog operation id.
 */
operation: string, 
/**
 * Value of the `Version` header; left out for the one that is sent by default.
 */
version?: string, 
/**
 * Path and query parameters by name. The location's id may be left out.
 */
params: { [key in string]: ParamValue }, 
/**
 * The body; left out or `null` for none.
 */
body?: unknown, 
/**
 * The user means it: needed for what is switched to "ask", contacts people or destroys.
 */
confirm: boolean, };

export type HeaderRow = { 
/**
 * Name.
 */
name: string, 
/**
 * Value; `$TOKEN` stands for the secret.
 */
value: string, };

export type FileRow = { 
/**
 * Media type.
 */
media_type: string, 
/**
 * Length in bytes.
 */
bytes: number, };

export type FormRow = { 
/**
 * Name; a list is the same name several times.
 */
name: string, 
/**
 * Text, or the name of a file; `$NAME` stands for what was entered as a secret.
 */
value: string, 
/**
 * Set when it is a file.
 */
file: FileRow | null, };

export type FieldProblem = { 
/**
 * `path.contactId`, `query.limit`, `body.tags[2]`.
 */
at: string, 
/**
 * The fault, e.g. "is missing".
 */
what: string, };

export type PreparedCall = { 
/**
 * HTTP method.
 */
method: string, 
/**
 * Full address; a path value that is missing shows as `{name}`.
 */
url: string, 
/**
 * In the order they are sent; `$TOKEN` stands for the secret.
 */
headers: Array<HeaderRow>, 
/**
 * JSON body, if any; `$NAME` stands for what was entered as a secret.
 */
body: unknown, 
/**
 * The fields of a form, in order; empty when the body is JSON.
 */
form: Array<FormRow>, 
/**
 * The same as a command line that reads the secret from the variable `TOKEN`.
 */
curl: string, 
/**
 * What must be put right first; empty when it can be sent.
 */
problems: Array<FieldProblem>, 
/**
 * How it is switched for this connection.
 */
switch: SwitchName, 
/**
 * Whether it is sent only when confirmed.
 */
needs_confirm: boolean, 
/**
 * What it does in the world.
 */
effect: EffectName, };

export type CalledOperation = { 
/**
 * HTTP status.
 */
status: number, 
/**
 * The answer's JSON; `null` for an empty one.
 */
answer: unknown, 
/**
 * From sending to the end of the answer.
 */
duration_ms: number, 
/**
 * Set when the service said no: its reason, in a sentence. Nothing was changed then.
 */
refused: string | null, };

export type RecentQuery = { 
/**
 * At most this many; 500 at most.
 */
limit: number, };

export type TriggerSourceName = "webhook" | "detected" | "schedule";

export type BasisName = "documented" | "observed" | "assumed";

export type TriggerRow = { 
/**
 * Never changes.
 */
id: string, 
/**
 * Whose; `null` for our own.
 */
service: ServiceName | null, 
/**
 * A short title.
 */
title: string, 
/**
 * One line of help.
 */
help: string, 
/**
 * How it reaches us.
 */
source: TriggerSourceName, 
/**
 * How well its payload is known.
 */
basis: BasisName, 
/**
 * The service's own name for it, where deliveries carry one.
 */
event: string | null, 
/**
 * Scopes that let an app subscribe to it.
 */
scopes: Array<string>, 
/**
 * Names of what comes with it, so that a trigger can be found by them.
 */
fields: Array<string>, };

export type TriggerDetail = { 
/**
 * JSON Schema of what comes with it.
 */
payload: Record<string, unknown>, 
/**
 * Something that could come, made from the schema.
 */
example: unknown, 
/**
 * Never changes.
 */
id: string, 
/**
 * Whose; `null` for our own.
 */
service: ServiceName | null, 
/**
 * A short title.
 */
title: string, 
/**
 * One line of help.
 */
help: string, 
/**
 * How it reaches us.
 */
source: TriggerSourceName, 
/**
 * How well its payload is known.
 */
basis: BasisName, 
/**
 * The service's own name for it, where deliveries carry one.
 */
event: string | null, 
/**
 * Scopes that let an app subscribe to it.
 */
scopes: Array<string>, 
/**
 * Names of what comes with it, so that a trigger can be found by them.
 */
fields: Array<string>, };

export type HookEndpoint = { 
/**
 * Connection id.
 */
connection: string, 
/**
 * The account's name.
 */
name: string, 
/**
 * Whose.
 */
service: ServiceName, 
/**
 * Whether deliveries are taken in.
 */
on: boolean, 
/**
 * The address that the service is to call: the public one where it is known. `None` until it was
 * first switched on.
 */
url: string | null, 
/**
 * HighLevel: a public key in place of the published one.
 */
key: string | null, 
/**
 * Aimfox: whether a secret was agreed on with the service.
 */
registered: boolean, 
/**
 * Deliveries that were taken in.
 */
taken: number, 
/**
 * Of these, how many wait.
 */
waiting: number, 
/**
 * How many failed.
 */
failed: number, 
/**
 * How often one came again.
 */
repeated: number, 
/**
 * Deliveries that were not believed.
 */
refused: number, 
/**
 * RFC 3339; the newest delivery.
 */
last_at: string | null, };

export type Hooks = { 
/**
 * The address that is listened on now, in this program.
 */
listening: string | null, 
/**
 * Why it is not, where it should be.
 */
error: string | null, 
/**
 * The port to listen on.
 */
port: number, 
/**
 * What the services are told, without a slash at the end: the tunnel's address.
 */
public_url: string | null, 
/**
 * Every connection.
 */
endpoints: Array<HookEndpoint>, };

export type SetHooks = { 
/**
 * The port to listen on.
 */
port: number, 
/**
 * The tunnel's address; `null` for none.
 */
public_url: string | null, };

export type TurnHook = { 
/**
 * Connection id.
 */
connection: string, 
/**
 * Whether deliveries are taken in.
 */
on: boolean, 
/**
 * HighLevel: a public key in place of the published one, base64; empty for the published one.
 */
key?: string, };

export type RegisterHook = { 
/**
 * Connection id.
 */
connection: string, 
/**
 * The events to be told of; empty to take the registration back.
 */
events: Array<string>, };

export type HookTested = { 
/**
 * The address that was called.
 */
url: string, 
/**
 * Whether it came back to this program.
 */
arrived: boolean, 
/**
 * How long that took.
 */
took_ms: number, 
/**
 * What went wrong.
 */
error: string | null, };

export type DeliveriesQuery = { 
/**
 * Only of this connection.
 */
connection?: string, 
/**
 * At most this many; 500 at most.
 */
limit: number, };

export type DeliveryState = "waiting" | "done" | "failed" | "refused";

export type Delivery = { 
/**
 * Our id of it.
 */
delivery: number, 
/**
 * Connection id.
 */
connection: string, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * How it stands.
 */
state: DeliveryState, 
/**
 * Why it was refused or failed.
 */
why: string | null, 
/**
 * The service's name for the event.
 */
event: string, 
/**
 * The service's id of it.
 */
key: string | null, 
/**
 * How often it came again.
 */
repeats: number, 
/**
 * How often somebody had it worked on again.
 */
replays: number, 
/**
 * Its content; `null` for one that was refused.
 */
body: unknown, };

export type DeliveryId = { 
/**
 * Our id of it.
 */
delivery: number, };

export type RuleOp = "is" | "is_not" | "contains" | "does_not_contain" | "starts_with" | "is_set" | "is_empty" | "is_true" | "is_false" | "more_than" | "less_than" | "one_of";

export type RuleTest = RuleGroup | { 
/**
 * Path of the field, such as `event.tag`.
 */
field: string, 
/**
 * How.
 */
is: RuleOp, 
/**
 * With what.
 */
value?: unknown, } | { 
/**
 * Catalog id of the trigger.
 */
none_since: string, } | { 
/**
 * The expression.
 */
cel: string, };

export type RuleGroup = { "all": Array<RuleTest> } | { "any": Array<RuleTest> };

export type RuleMake = { 
/**
 * Catalog id.
 */
operation: string, 
/**
 * Path and query parameters.
 */
params: Record<string, unknown>, 
/**
 * JSON body.
 */
body?: unknown, 
/**
 * Where the entry is in the answer.
 */
at: string, };

export type RuleWhat = { "kind": "wait", 
/**
 * How long.
 */
minutes: number, 
/**
 * What must hold afterwards.
 */
still: RuleGroup, } | { "kind": "do", 
/**
 * Catalog id.
 */
operation: string, 
/**
 * Path and query parameters; texts may hold `{{chips}}`.
 */
params: Record<string, unknown>, 
/**
 * JSON body; texts may hold `{{chips}}`.
 */
body?: unknown, 
/**
 * Asks a person each time.
 */
ask: boolean, 
/**
 * The step is left out unless this holds.
 */
when: RuleGroup, } | { "kind": "find", 
/**
 * Catalog id of an operation that reads.
 */
operation: string, 
/**
 * Path and query parameters.
 */
params: Record<string, unknown>, 
/**
 * Where the list is in the answer.
 */
list: string, 
/**
 * The field that is compared.
 */
field: string, 
/**
 * What it must be; empty takes the first.
 */
equals: string, 
/**
 * Makes one where there is none.
 */
make?: RuleMake, };

export type RuleStep = { 
/**
 * Its name; later steps see its answer as `steps.NAME`.
 */
id: string, } & ({ "kind": "wait", 
/**
 * How long.
 */
minutes: number, 
/**
 * What must hold afterwards.
 */
still: RuleGroup, } | { "kind": "do", 
/**
 * Catalog id.
 */
operation: string, 
/**
 * Path and query parameters; texts may hold `{{chips}}`.
 */
params: Record<string, unknown>, 
/**
 * JSON body; texts may hold `{{chips}}`.
 */
body?: unknown, 
/**
 * Asks a person each time.
 */
ask: boolean, 
/**
 * The step is left out unless this holds.
 */
when: RuleGroup, } | { "kind": "find", 
/**
 * Catalog id of an operation that reads.
 */
operation: string, 
/**
 * Path and query parameters.
 */
params: Record<string, unknown>, 
/**
 * Where the list is in the answer.
 */
list: string, 
/**
 * The field that is compared.
 */
field: string, 
/**
 * What it must be; empty takes the first.
 */
equals: string, 
/**
 * Makes one where there is none.
 */
make?: RuleMake, });

export type RuleDefinition = { 
/**
 * Catalog id of the trigger.
 */
trigger: string, 
/**
 * What must hold.
 */
conditions: RuleGroup, 
/**
 * What it does, in order.
 */
steps: Array<RuleStep>, 
/**
 * Whether what Foxbridge did itself fires it too.
 */
own_effects: boolean, 
/**
 * For the trigger of time reached: minutes from one firing to the next.
 */
every_minutes?: number, };

export type RuleState = "off" | "test" | "on" | "stopped";

export type RuleRow = { 
/**
 * Our id of it.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The sync whose people it is about.
 */
sync: string, 
/**
 * How it is switched.
 */
state: RuleState, 
/**
 * Why it was stopped.
 */
why: string | null, 
/**
 * Title of its trigger.
 */
trigger: string, 
/**
 * The rule as one sentence.
 */
sentence: string, 
/**
 * RFC 3339.
 */
last_fired: string | null, 
/**
 * Firings a day, the last 14 days, oldest first.
 */
days: Array<number>, 
/**
 * Firings that wait for a person.
 */
needs_you: number, };

export type RuleDetail = { 
/**
 * What it is.
 */
definition: RuleDefinition, 
/**
 * Our id of it.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The sync whose people it is about.
 */
sync: string, 
/**
 * How it is switched.
 */
state: RuleState, 
/**
 * Why it was stopped.
 */
why: string | null, 
/**
 * Title of its trigger.
 */
trigger: string, 
/**
 * The rule as one sentence.
 */
sentence: string, 
/**
 * RFC 3339.
 */
last_fired: string | null, 
/**
 * Firings a day, the last 14 days, oldest first.
 */
days: Array<number>, 
/**
 * Firings that wait for a person.
 */
needs_you: number, };

export type RuleId = { 
/**
 * Our id of it.
 */
rule: string, };

export type SaveRule = { 
/**
 * Our id of it; left out for a new one.
 */
rule?: string, 
/**
 * The sync whose people it is about.
 */
sync: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What it is.
 */
definition: RuleDefinition, };

export type SwitchRule = { 
/**
 * Which rule.
 */
rule: string, 
/**
 * How.
 */
state: RuleState, };

export type TestRule = { 
/**
 * The sync whose people it is about.
 */
sync: string, 
/**
 * What it is.
 */
definition: RuleDefinition, };

export type RuleAction = { 
/**
 * Id of the step.
 */
step: string, 
/**
 * What it does, for people: the operation's title, or the wait.
 */
title: string, 
/**
 * Catalog id.
 */
operation: string | null, 
/**
 * What it does in the world.
 */
effect: EffectName | null, 
/**
 * Path and query parameters, filled in.
 */
params: Record<string, unknown>, 
/**
 * The body, filled in.
 */
body: unknown, 
/**
 * What stands in the way, or what became of it.
 */
note: string | null, 
/**
 * RFC 3339; when it was done.
 */
at: string | null, 
/**
 * Whether it was done.
 */
done: boolean, 
/**
 * Whether and how it can be taken back; `None` where it changed nothing.
 */
undo: Undoing | null, };

export type RuleTrial = { 
/**
 * Place of the event in the queue.
 */
event: number, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Whom it is about.
 */
person: string, 
/**
 * What happened, in short.
 */
what: string, 
/**
 * Whether it would have fired.
 */
fires: boolean, 
/**
 * Why not.
 */
why: string | null, 
/**
 * What it would have done.
 */
actions: Array<RuleAction>, };

export type RuleTrials = { 
/**
 * What must be put right before the rule can be switched on.
 */
problems: Array<FieldProblem>, 
/**
 * The last events, newest first; 20 at most.
 */
trials: Array<RuleTrial>, };

export type RuleField = { 
/**
 * Its path, such as `person.email`.
 */
path: string, 
/**
 * For people.
 */
label: string, 
/**
 * JSON type: `string`, `number`, `boolean`, `array`.
 */
kind: string, 
/**
 * What it was last.
 */
sample: unknown, };

export type Recipe = { 
/**
 * Its name, e.g. `reply-to-task`.
 */
id: string, 
/**
 * Its title.
 */
title: string, 
/**
 * One sentence on what it does.
 */
help: string, 
/**
 * The rule.
 */
definition: RuleDefinition, };

export type FiringState = "ready" | "sent" | "asking" | "done" | "given_up" | "needs_you" | "undone";

export type Firing = { 
/**
 * Our id of it.
 */
firing: number, 
/**
 * Which rule.
 */
rule: string, 
/**
 * Its name when it fired.
 */
name: string, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * How it stands.
 */
state: FiringState, 
/**
 * RFC 3339; when it goes on by itself.
 */
due: string | null, 
/**
 * Whom it is about.
 */
person: string, 
/**
 * What happened, in short.
 */
what: string, 
/**
 * The event, as it came.
 */
event: unknown, 
/**
 * What was done, oldest first.
 */
actions: Array<RuleAction>, 
/**
 * The step that waits for a person's yes, if one does.
 */
asks: RuleAction | null, 
/**
 * Whether something of it can be taken back.
 */
can_undo: boolean, };

export type FiringsQuery = { 
/**
 * Only of this rule.
 */
rule?: string, 
/**
 * At most this many; 500 at most.
 */
limit: number, };

export type FiringAnswer = "approve" | "skip" | "give_up" | "undo";

export type AnswerFiring = { 
/**
 * Which firing.
 */
firing: number, 
/**
 * What.
 */
answer: FiringAnswer, };

export type SwitchName = "allowed" | "ask" | "blocked";

export type PermissionRow = { 
/**
 * Catalog operation id.
 */
operation: string, 
/**
 * Its title.
 */
title: string, 
/**
 * HTTP method.
 */
method: string, 
/**
 * Path below the base URL.
 */
path: string, 
/**
 * What it does in the world.
 */
effect: EffectName, 
/**
 * What holds.
 */
switch: SwitchName, 
/**
 * What holds unless somebody chooses.
 */
default: SwitchName, 
/**
 * Whether somebody chose.
 */
chosen: boolean, 
/**
 * Names of the connection's syncs that use it.
 */
needed_by: Array<string>, 
/**
 * One of the sixteen endpoints the product promises.
 */
mission: boolean, 
/**
 * Scopes, any one of which opens it.
 */
scopes: Array<string>, };

export type Permissions = { 
/**
 * Every operation of the connection's service.
 */
rows: Array<PermissionRow>, 
/**
 * The least set of scopes that opens what the syncs need and nobody blocked.
 */
scopes_needed: Array<string>, 
/**
 * The least set of scopes that opens everything that is allowed.
 */
scopes_allowed: Array<string>, };

export type SetPermission = { 
/**
 * Which account.
 */
connection: string, 
/**
 * Catalog operation id.
 */
operation: string, 
/**
 * `null` goes back to the default.
 */
switch: SwitchName | null, };

export type Preferences = { 
/**
 * `system`, `light` or `dark`.
 */
theme: Theme, 
/**
 * Whether Foxbridge starts with the computer, without a window.
 */
launch_at_login: boolean, 
/**
 * Whether it tells what needs a person while no window is open.
 */
notifications: boolean, };

export type Theme = "system" | "light" | "dark";

/** Every command of the host. */
export interface Commands {
  "app.info": { request: Nothing; response: AppInfo };
  "preferences.get": { request: Nothing; response: Preferences };
  "preferences.set": { request: Preferences; response: Preferences };
  "sample.start": { request: Nothing; response: Sync };
  "connections.list": { request: Nothing; response: Array<Connection> };
  "connections.connect_highlevel": { request: ConnectHighLevel; response: Connection };
  "connections.connect_aimfox": { request: ConnectAimfox; response: Connection };
  "connections.remove": { request: ConnectionId; response: Removed };
  "connections.scopes": { request: ScopesQuery; response: ScopeAdvice };
  "connections.check": { request: CheckConnection; response: ConnectionCheck };
  "connections.rename": { request: RenameConnection; response: Connection };
  "connections.replace_key": { request: ReplaceKey; response: Connection };
  "connections.go_back": { request: ConnectionId; response: Connection };
  "connections.remind": { request: RemindConnection; response: Connection };
  "connections.sign_in_defaults": { request: Nothing; response: SignInDefaults };
  "connections.sign_in_start": { request: SignInStart; response: SignInStarted };
  "connections.sign_in_wait": { request: SignInId; response: SignInOutcome };
  "connections.sign_in_choose": { request: ChooseLocation; response: Connection };
  "connections.sign_in_cancel": { request: SignInId; response: Nothing };
  "vault.status": { request: Nothing; response: VaultStatus };
  "vault.choose": { request: ChooseVault; response: VaultStatus };
  "vault.unlock": { request: UnlockVault; response: VaultStatus };
  "templates.list": { request: Nothing; response: Array<Template> };
  "syncs.list": { request: Nothing; response: Array<Sync> };
  "syncs.get": { request: SyncId; response: Sync };
  "syncs.create": { request: CreateSync; response: Sync };
  "syncs.set_items": { request: SetItems; response: Sync };
  "syncs.needs_you": { request: SyncId; response: Array<NeedsYou> };
  "syncs.schedule_get": { request: SyncId; response: SyncSchedule };
  "syncs.schedule_set": { request: SetSchedule; response: SyncSchedule };
  "worker.status": { request: Nothing; response: WorkerStatus };
  "worker.pause": { request: PauseWorker; response: WorkerStatus };
  "worker.resume": { request: Nothing; response: WorkerStatus };
  "worker.quiet_hours": { request: SetQuietHours; response: WorkerStatus };
  "syncs.mapping_get": { request: SyncId; response: Mapping };
  "syncs.mapping_fields": { request: SyncId; response: MappingFields };
  "syncs.mapping_preview": { request: TryMapping; response: MappingPreview };
  "syncs.mapping_affected": { request: TryMapping; response: MappingAffected };
  "syncs.mapping_save": { request: SaveMapping; response: Mapping };
  "syncs.mapping_add_field": { request: AddField; response: MappingField };
  "syncs.mapping_export": { request: SyncId; response: MappingTemplate };
  "syncs.mapping_import": { request: ImportMapping; response: ImportedMapping };
  "people.list": { request: PeopleQuery; response: PeoplePage };
  "people.get": { request: PersonQuery; response: PersonDetail };
  "runs.start": { request: StartRun; response: RunSummary };
  "runs.cancel": { request: RunId; response: Nothing };
  "runs.pause": { request: RunId; response: Nothing };
  "runs.resume": { request: RunId; response: Nothing };
  "runs.decide": { request: Decide; response: DecisionCounts };
  "runs.get": { request: RunId; response: RunSummary };
  "runs.list": { request: SyncId; response: Array<RunSummary> };
  "runs.changes": { request: ChangesQuery; response: ChangesPage };
  "runs.undo": { request: UndoRun; response: RunSummary };
  "changes.undo": { request: UndoChange; response: RunSummary };
  "history.list": { request: PersonQuery; response: Array<HistoryValue> };
  "history.restore": { request: RestoreValue; response: RunSummary };
  "questions.list": { request: QuestionsQuery; response: Array<InboxItem> };
  "questions.resolve": { request: ResolveQuestion; response: Resolved };
  "questions.answers": { request: SyncId; response: Array<KeptAnswer> };
  "questions.forget": { request: ForgetAnswer; response: Nothing };
  "syncs.safety_get": { request: SyncId; response: SyncSafety };
  "syncs.safety_set": { request: SetSafety; response: SyncSafety };
  "syncs.filter_values": { request: SyncId; response: FilterValues };
  "syncs.count_people": { request: CountPeople; response: PeopleCount };
  "activity.list": { request: ActivityQuery; response: ActivityPage };
  "activity.export": { request: ExportActivity; response: SavedFile };
  "retention.get": { request: Nothing; response: Retention };
  "retention.set": { request: Retention; response: Retention };
  "backup.make": { request: MakeBackup; response: SavedFile };
  "backup.look": { request: OpenBackup; response: BackupInfo };
  "backup.restore": { request: OpenBackup; response: Restored };
  "diagnostics.make": { request: MakeDiagnostics; response: SavedFile };
  "operations.list": { request: Nothing; response: Array<OperationRow> };
  "operations.get": { request: CatalogId; response: OperationDetail };
  "operations.prepare": { request: OperationCall; response: PreparedCall };
  "operations.call": { request: OperationCall; response: CalledOperation };
  "operations.recent": { request: RecentQuery; response: Array<ActivityEntry> };
  "permissions.list": { request: ConnectionId; response: Permissions };
  "permissions.set": { request: SetPermission; response: PermissionRow };
  "hooks.list": { request: Nothing; response: Hooks };
  "hooks.set": { request: SetHooks; response: Hooks };
  "hooks.turn": { request: TurnHook; response: Hooks };
  "hooks.register": { request: RegisterHook; response: Hooks };
  "hooks.test": { request: ConnectionId; response: HookTested };
  "hooks.deliveries": { request: DeliveriesQuery; response: Array<Delivery> };
  "hooks.replay": { request: DeliveryId; response: Delivery };
  "rules.list": { request: Nothing; response: Array<RuleRow> };
  "rules.get": { request: RuleId; response: RuleDetail };
  "rules.save": { request: SaveRule; response: RuleDetail };
  "rules.switch": { request: SwitchRule; response: RuleRow };
  "rules.remove": { request: RuleId; response: Nothing };
  "rules.test": { request: TestRule; response: RuleTrials };
  "rules.fields": { request: TestRule; response: Array<RuleField> };
  "rules.recipes": { request: Nothing; response: Array<Recipe> };
  "rules.firings": { request: FiringsQuery; response: Array<Firing> };
  "rules.answer": { request: AnswerFiring; response: Firing };
  "triggers.list": { request: Nothing; response: Array<TriggerRow> };
  "triggers.get": { request: CatalogId; response: TriggerDetail };
}
