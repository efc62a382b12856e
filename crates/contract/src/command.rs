//! The one list of commands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// For commands that take nothing or return nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}

/// `app.info`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AppInfo {
    /// Version of the program.
    pub version: String,
    /// Where its data is kept.
    pub data_dir: String,
    /// Where secrets are kept, for people: "the system keyring", "an encrypted file".
    pub vault: String,
}

/// A catalog row, as listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OperationRow {
    /// Never changes.
    pub id: String,
    /// `highlevel` or `aimfox`.
    pub service: crate::ServiceName,
    /// The group it is listed under.
    pub resource: String,
    /// A short title.
    pub title: String,
    /// One line of help.
    pub help: String,
    /// HTTP method.
    pub method: String,
    /// Path below the base URL.
    pub path: String,
    /// Scopes, any one of which opens it.
    pub scopes: Vec<String>,
    /// What it does in the world.
    pub effect: crate::EffectName,
}

/// What the user interface remembers: never a secret, never sync state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Preferences {
    /// `system`, `light` or `dark`.
    pub theme: Theme,
    /// Whether Foxbridge starts with the computer, without a window.
    #[serde(default)]
    pub launch_at_login: bool,
    /// Whether it tells what needs a person while no window is open.
    #[serde(default = "told")]
    pub notifications: bool,
}

fn told() -> bool {
    true
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            launch_at_login: false,
            notifications: told(),
        }
    }
}

/// Colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Calls `$then!` with the list `name: Request => Response`. Dispatch, TypeScript and the handlers'
/// completeness all come from this list and no other.
#[macro_export]
macro_rules! commands {
    ($then:ident) => {
        $then! {
            app_info "app.info": Nothing => AppInfo,
            preferences_get "preferences.get": Nothing => Preferences,
            preferences_set "preferences.set": Preferences => Preferences,
            sample_start "sample.start": Nothing => Sync,
            connections_list "connections.list": Nothing => Vec<Connection>,
            connect_highlevel "connections.connect_highlevel": ConnectHighLevel => Connection,
            connect_aimfox "connections.connect_aimfox": ConnectAimfox => Connection,
            connections_remove "connections.remove": ConnectionId => Removed,
            connections_scopes "connections.scopes": ScopesQuery => ScopeAdvice,
            connections_check "connections.check": CheckConnection => ConnectionCheck,
            connections_rename "connections.rename": RenameConnection => Connection,
            connections_replace_key "connections.replace_key": ReplaceKey => Connection,
            connections_go_back "connections.go_back": ConnectionId => Connection,
            connections_remind "connections.remind": RemindConnection => Connection,
            sign_in_defaults "connections.sign_in_defaults": Nothing => SignInDefaults,
            sign_in_start "connections.sign_in_start": SignInStart => SignInStarted,
            sign_in_wait "connections.sign_in_wait": SignInId => SignInOutcome,
            sign_in_choose "connections.sign_in_choose": ChooseLocation => Connection,
            sign_in_cancel "connections.sign_in_cancel": SignInId => Nothing,
            vault_status "vault.status": Nothing => VaultStatus,
            vault_choose "vault.choose": ChooseVault => VaultStatus,
            vault_unlock "vault.unlock": UnlockVault => VaultStatus,
            templates_list "templates.list": Nothing => Vec<Template>,
            syncs_list "syncs.list": Nothing => Vec<Sync>,
            syncs_get "syncs.get": SyncId => Sync,
            syncs_create "syncs.create": CreateSync => Sync,
            syncs_set_items "syncs.set_items": SetItems => Sync,
            syncs_needs_you "syncs.needs_you": SyncId => Vec<NeedsYou>,
            syncs_schedule_get "syncs.schedule_get": SyncId => SyncSchedule,
            syncs_schedule_set "syncs.schedule_set": SetSchedule => SyncSchedule,
            worker_status "worker.status": Nothing => WorkerStatus,
            worker_pause "worker.pause": PauseWorker => WorkerStatus,
            worker_resume "worker.resume": Nothing => WorkerStatus,
            worker_quiet_hours "worker.quiet_hours": SetQuietHours => WorkerStatus,
            syncs_mapping_get "syncs.mapping_get": SyncId => Mapping,
            syncs_mapping_fields "syncs.mapping_fields": SyncId => MappingFields,
            syncs_mapping_preview "syncs.mapping_preview": TryMapping => MappingPreview,
            syncs_mapping_affected "syncs.mapping_affected": TryMapping => MappingAffected,
            syncs_mapping_save "syncs.mapping_save": SaveMapping => Mapping,
            syncs_mapping_add_field "syncs.mapping_add_field": AddField => MappingField,
            syncs_mapping_export "syncs.mapping_export": SyncId => MappingTemplate,
            syncs_mapping_import "syncs.mapping_import": ImportMapping => ImportedMapping,
            people_list "people.list": PeopleQuery => PeoplePage,
            people_get "people.get": PersonQuery => PersonDetail,
            runs_start "runs.start": StartRun => RunSummary,
            runs_cancel "runs.cancel": RunId => Nothing,
            runs_pause "runs.pause": RunId => Nothing,
            runs_resume "runs.resume": RunId => Nothing,
            runs_decide "runs.decide": Decide => DecisionCounts,
            runs_get "runs.get": RunId => RunSummary,
            runs_list "runs.list": SyncId => Vec<RunSummary>,
            runs_changes "runs.changes": ChangesQuery => ChangesPage,
            runs_undo "runs.undo": UndoRun => RunSummary,
            changes_undo "changes.undo": UndoChange => RunSummary,
            history_list "history.list": PersonQuery => Vec<HistoryValue>,
            history_restore "history.restore": RestoreValue => RunSummary,
            questions_list "questions.list": QuestionsQuery => Vec<InboxItem>,
            questions_resolve "questions.resolve": ResolveQuestion => Resolved,
            questions_answers "questions.answers": SyncId => Vec<KeptAnswer>,
            questions_forget "questions.forget": ForgetAnswer => Nothing,
            syncs_safety_get "syncs.safety_get": SyncId => SyncSafety,
            syncs_safety_set "syncs.safety_set": SetSafety => SyncSafety,
            syncs_filter_values "syncs.filter_values": SyncId => FilterValues,
            syncs_count_people "syncs.count_people": CountPeople => PeopleCount,
            activity_list "activity.list": ActivityQuery => ActivityPage,
            activity_export "activity.export": ExportActivity => SavedFile,
            retention_get "retention.get": Nothing => Retention,
            retention_set "retention.set": Retention => Retention,
            backup_make "backup.make": MakeBackup => SavedFile,
            backup_look "backup.look": OpenBackup => BackupInfo,
            backup_restore "backup.restore": OpenBackup => Restored,
            diagnostics_make "diagnostics.make": MakeDiagnostics => SavedFile,
            operations_list "operations.list": Nothing => Vec<OperationRow>,
            operations_get "operations.get": CatalogId => OperationDetail,
            operations_prepare "operations.prepare": OperationCall => PreparedCall,
            operations_call "operations.call": OperationCall => CalledOperation,
            operations_recent "operations.recent": RecentQuery => Vec<ActivityEntry>,
            permissions_list "permissions.list": ConnectionId => Permissions,
            permissions_set "permissions.set": SetPermission => PermissionRow,
            hooks_list "hooks.list": Nothing => Hooks,
            hooks_set "hooks.set": SetHooks => Hooks,
            hooks_turn "hooks.turn": TurnHook => Hooks,
            hooks_register "hooks.register": RegisterHook => Hooks,
            hooks_test "hooks.test": ConnectionId => HookTested,
            hooks_deliveries "hooks.deliveries": DeliveriesQuery => Vec<Delivery>,
            hooks_replay "hooks.replay": DeliveryId => Delivery,
            rules_list "rules.list": Nothing => Vec<RuleRow>,
            rules_get "rules.get": RuleId => RuleDetail,
            rules_save "rules.save": SaveRule => RuleDetail,
            rules_switch "rules.switch": SwitchRule => RuleRow,
            rules_remove "rules.remove": RuleId => Nothing,
            rules_test "rules.test": TestRule => RuleTrials,
            rules_fields "rules.fields": TestRule => Vec<RuleField>,
            rules_recipes "rules.recipes": Nothing => Vec<Recipe>,
            rules_firings "rules.firings": FiringsQuery => Vec<Firing>,
            rules_answer "rules.answer": AnswerFiring => Firing,
            triggers_list "triggers.list": Nothing => Vec<TriggerRow>,
            triggers_get "triggers.get": CatalogId => TriggerDetail,
        }
    };
}
