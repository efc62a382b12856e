//! The commands of the contract, one module a noun.

pub(crate) mod activity;
mod connections;
mod history;
mod hooks;
mod info;
mod keep;
mod mapping;
mod operations;
mod people;
mod permissions;
mod questions;
mod rules;
mod runs;
mod safety;
mod syncs;
mod triggers;
mod vault;
mod worker;

pub(crate) use operations::Request;
pub(crate) use syncs::{find as find_sync, settings as sync_settings};

use foxbridge_contract::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{App, error};
use activity::{activity_export, activity_list};
use connections::{
    connect_aimfox, connect_highlevel, connections_check, connections_go_back, connections_list,
    connections_remind, connections_remove, connections_rename, connections_replace_key,
    connections_scopes, sample_start, sign_in_cancel, sign_in_choose, sign_in_defaults,
    sign_in_start, sign_in_wait,
};
use history::{history_list, history_restore};
use hooks::{
    hooks_deliveries, hooks_list, hooks_register, hooks_replay, hooks_set, hooks_test, hooks_turn,
};
use info::{app_info, preferences_get, preferences_set, templates_list};
use keep::{
    backup_look, backup_make, backup_restore, diagnostics_make, retention_get, retention_set,
};
use mapping::{
    syncs_mapping_add_field, syncs_mapping_affected, syncs_mapping_export, syncs_mapping_fields,
    syncs_mapping_get, syncs_mapping_import, syncs_mapping_preview, syncs_mapping_save,
};
use operations::{
    operations_call, operations_get, operations_list, operations_prepare, operations_recent,
};
use people::{people_get, people_list};
use permissions::{permissions_list, permissions_set};
use questions::{questions_answers, questions_forget, questions_list, questions_resolve};
use rules::{
    rules_answer, rules_fields, rules_firings, rules_get, rules_list, rules_recipes, rules_remove,
    rules_save, rules_switch, rules_test,
};
use runs::{
    changes_undo, runs_cancel, runs_changes, runs_decide, runs_get, runs_list, runs_pause,
    runs_resume, runs_start, runs_undo,
};
use safety::{syncs_count_people, syncs_filter_values, syncs_safety_get, syncs_safety_set};
use syncs::{syncs_create, syncs_get, syncs_list, syncs_needs_you, syncs_set_items};
use triggers::{triggers_get, triggers_list};
use vault::{vault_choose, vault_status, vault_unlock};
use worker::{
    syncs_schedule_get, syncs_schedule_set, worker_pause, worker_quiet_hours, worker_resume,
    worker_status,
};

fn parse<T: DeserializeOwned>(command: &str, request: Value) -> Result<T, AppError> {
    // A command that takes nothing may be called with nothing.
    let request = if request.is_null() {
        Value::Object(Default::default())
    } else {
        request
    };
    serde_json::from_value(request).map_err(|e| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("\"{command}\" was called wrongly: {}.", fault(&e)),
        )
    })
}

/// What is wrong with a request, without the value that is wrong: it may be a secret in the wrong
/// field.
fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") {
        return text;
    }
    match text.rsplit_once(", expected ") {
        Some((_, wanted)) => format!("something else than {wanted} was given"),
        None => "a field is not what it should be".to_owned(),
    }
}

fn answer<T: Serialize>(response: T) -> Result<Value, AppError> {
    serde_json::to_value(response).map_err(error::internal)
}

macro_rules! dispatcher {
    ($($function:ident $name:literal: $request:ty => $response:ty),* $(,)?) => {
        /// Runs one command.
        pub(crate) async fn dispatch(
            app: &App,
            command: &str,
            request: Value,
        ) -> Result<Value, AppError> {
            match command {
                $($name => {
                    let request: $request = parse(command, request)?;
                    let response: $response = $function(app, request).await?;
                    answer(response)
                })*
                _ => Err(AppError::new(
                    ErrorCode::NotFound,
                    format!("There is no command \"{command}\"."),
                )),
            }
        }
    };
}
foxbridge_contract::commands!(dispatcher);

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// A secret in the wrong field, of the wrong type, as a name or as a choice.
        #[test]
        fn a_request_that_is_called_wrongly_is_not_quoted(secret in "[A-Za-z0-9_.-]{12,60}") {
            let wrong = [
                serde_json::json!({"api_key": 1, "requests_per_minute": secret}),
                serde_json::json!({"api_key": [secret]}),
                serde_json::json!({"api_key": {secret.as_str(): secret}}),
                serde_json::json!({"client_id": "a", "client_secret": "b", "access": secret}),
                serde_json::json!({"kind": secret, "passphrase": secret}),
                serde_json::json!({secret.as_str(): secret}),
                serde_json::json!([secret]),
                serde_json::json!(secret),
            ];
            for request in wrong {
                let errors = [
                    parse::<ConnectAimfox>("connections.connect_aimfox", request.clone()).err(),
                    parse::<SignInStart>("connections.sign_in_start", request.clone()).err(),
                    parse::<ChooseVault>("vault.choose", request.clone()).err(),
                    parse::<UnlockVault>("vault.unlock", request.clone()).err(),
                ];
                let said = format!("{errors:?}");
                proptest::prop_assert!(!said.contains(&secret), "{request}: {said}");
            }
        }
    }
}
