//! Writes the TypeScript side of the contract.

use ts_rs::{Config, TS};

use crate::*;

/// The generated file: every type, and the map from command to request and response.
///
/// A test compares it with the checked-in `ui/src/platform/contract.ts`;
/// `cargo xtask generate` rewrites that.
pub fn typescript() -> String {
    let config = Config::new();
    let mut types = String::new();
    macro_rules! declare {
        ($($ty:ty),* $(,)?) => {$(
            types.push_str("export ");
            types.push_str(&<$ty>::decl(&config));
            types.push_str("\n\n");
        )*};
    }
    declare!(
        ErrorCode,
        AppError,
        ServiceName,
        Connection,
        ConnectHighLevel,
        ConnectAimfox,
        ConnectionId,
        Direction,
        ConflictPolicy,
        FieldKindName,
        TextCase,
        PhoneFormat,
        ValuePair,
        Otherwise,
        Transform,
        MappingRow,
        TagWrites,
        WhenDeleted,
        ItemRules,
        ItemSettings,
        SetItems,
        CreateSync,
        Template,
        Health,
        Sync,
        SyncId,
        Mapping,
        FieldWrites,
        MappingField,
        Suggestion,
        MappingFields,
        SaveMapping,
        TryMapping,
        SamplePerson,
        RowOutcome,
        RowPreview,
        RowProblem,
        MappingPreview,
        MappingAffected,
        AddField,
        TemplateField,
        MappingTemplate,
        ImportMapping,
        ImportedMapping,
        NeedsYou,
        Choice,
        Place,
        ObjectKind,
        ChangeKind,
        EffectName,
        RecordRef,
        FieldChange,
        Loser,
        ChangeState,
        Change,
        Counts,
        Requests,
        RunState,
        RunSummary,
        StartRun,
        RunId,
        ChangesQuery,
        ChangesPage,
        RehearsalReport,
        RunReport,
        RequestEntry,
        ActivityKind,
        ActivityEntry,
        ActivityQuery,
        ActivityPage,
        PersonState,
        PersonRow,
        PeopleQuery,
        PeopleCounts,
        PeoplePage,
        PersonQuery,
        FieldValue,
        PersonRecord,
        PersonLink,
        PersonDetail,
        Phase,
        Progress,
        Event,
        Weekday,
        TimeWindow,
        Schedule,
        SetSchedule,
        SyncSchedule,
        PauseUntil,
        PauseWorker,
        SetQuietHours,
        WorkerState,
        WorkerPlace,
        WorkerSync,
        WorkerStatus,
        Nothing,
        AppInfo,
        OperationRow,
        CatalogId,
        ParamPlaceName,
        ParamRow,
        BodyRow,
        VariantRow,
        OperationDetail,
        ParamValue,
        OperationCall,
        HeaderRow,
        FileRow,
        FormRow,
        FieldProblem,
        PreparedCall,
        CalledOperation,
        RecentQuery,
        TriggerSourceName,
        BasisName,
        TriggerRow,
        TriggerDetail,
        SwitchName,
        PermissionRow,
        Permissions,
        SetPermission,
        Preferences,
        Theme,
    );
    let mut map = String::new();
    macro_rules! list {
        ($($fn:ident $name:literal: $req:ty => $res:ty),* $(,)?) => {$(
            map.push_str(&format!(
                "  {:?}: {{ request: {}; response: {} }};\n",
                $name, <$req>::name(&config), <$res>::name(&config),
            ));
        )*};
    }
    crate::commands!(list);
    format!(
        "// Generated from crates/contract by `cargo xtask generate`. Do not edit.\n\n{types}\
         /** Every command of the host. */\nexport interface Commands {{\n{map}}}\n"
    )
}
