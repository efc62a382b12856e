//! Whether a connection works: reached, on time, let in, with which rights. Leaves no trace.

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_catalog::{Effect, get, ids, scopes_for};
use foxbridge_connectors::{Aimfox, Call, CallError, HighLevel, Reach, Transport};
use foxbridge_contract::{
    AppError, CheckConnection, CheckState, CheckStep, ConnectionCheck, ErrorCode,
};
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInRow};
use serde_json::json;

use super::connect::trial;
use super::{find, sign_in_of, writes_for};
use crate::permissions::needed;
use crate::{App, convert, error, secrets};

/// A clock that is off by more than this makes certificates and tokens look invalid.
const SKEW_MS: i64 = 60_000;

/// An id that no record has: of the right form, so that it is looked up and not found.
const NO_CONTACT: &str = "FoxbridgeChecks00000";
const NO_LABEL: &str = "00000000-0000-4000-8000-000000000000";

pub(in crate::commands) async fn connections_check(
    app: &App,
    request: CheckConnection,
) -> Result<ConnectionCheck, AppError> {
    let row = find(app, &request.connection)?;
    look(app, &row).await
}

/// Looks, and remembers what was found.
///
/// # Errors
/// When it cannot be remembered. What is wrong with the connection is in the answer.
pub(super) async fn look(app: &App, row: &ConnectionRow) -> Result<ConnectionCheck, AppError> {
    let about = sign_in_of(app, row)?;
    let mut report = Report::default();
    match secrets::access(app, row).await {
        Err(e) => report.refused(&e),
        Ok((base_url, credentials)) => {
            let transport = trial(app, row, base_url, Arc::clone(&credentials))?;
            let mut look = Look {
                app,
                row,
                about: &about,
                transport,
                report: &mut report,
            };
            look.all().await?;
        }
    }
    report.age(app, row, &about);
    let check = report.finish(app);
    // Renewed meanwhile, perhaps: only what was looked at is written.
    let about = SignInRow {
        missing: check.missing_scopes.clone(),
        report: serde_json::to_value(&check).ok(),
        ..sign_in_of(app, row)?
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    app.changed(&["connections.list", "operations.recent", "activity.list"]);
    Ok(check)
}

#[derive(Default)]
struct Report {
    steps: Vec<CheckStep>,
    missing: BTreeSet<String>,
    may_write: Option<bool>,
}

impl Report {
    fn step(&mut self, title: &str, state: CheckState, says: impl Into<String>) {
        self.steps.push(CheckStep {
            title: title.to_owned(),
            state,
            says: says.into(),
            fix: None,
        });
    }

    fn fix(&mut self, title: &str, state: CheckState, says: impl Into<String>, fix: &str) {
        self.step(title, state, says);
        if let Some(step) = self.steps.last_mut() {
            step.fix = Some(fix.to_owned()).filter(|fix| !fix.is_empty());
        }
    }

    /// Why nothing could be asked at all.
    fn refused(&mut self, e: &AppError) {
        let title = match e.code {
            ErrorCode::Vault => "Vault",
            ErrorCode::Offline => "Reached",
            _ => "Sign-in",
        };
        let hint = e.hint.as_deref().unwrap_or_default();
        self.fix(title, CheckState::Failed, &e.message, hint);
    }

    /// Why the first question got no answer.
    fn failed(&mut self, e: &CallError) {
        let told = error::call(e);
        let title = match e {
            CallError::Offline { why, .. } => match why {
                Reach::Proxy | Reach::ProxyPassword => "Proxy",
                Reach::Untrusted | Reach::OutOfDate | Reach::OtherServer | Reach::Tls => {
                    "Protected connection"
                }
                _ => "Reached",
            },
            CallError::TimedOut { .. } | CallError::Failed { .. } => "Reached",
            CallError::RateLimited { .. } | CallError::DailyQuota { .. } => "Limit",
            _ => "Sign-in",
        };
        let hint = told.hint.as_deref().unwrap_or_default();
        self.fix(title, CheckState::Failed, told.message, hint);
    }

    fn age(&mut self, app: &App, row: &ConnectionRow, about: &SignInRow) {
        if super::is_due(app, row, about) {
            let days = (app.now() - about.since) / DAY_MS;
            self.fix(
                "Age",
                CheckState::Warning,
                format!("The key is {days} days old."),
                "Make a new one in the service and replace it here: Replace key, on the Connections \
                 page.",
            );
        }
    }

    fn finish(self, app: &App) -> ConnectionCheck {
        let rank = |state: CheckState| match state {
            CheckState::Skipped => 0,
            CheckState::Good => 1,
            CheckState::Warning => 2,
            CheckState::Failed => 3,
        };
        let worst = self.steps.iter().map(|step| step.state);
        ConnectionCheck {
            at: convert::time(app.now()),
            state: worst
                .max_by_key(|state| rank(*state))
                .unwrap_or(CheckState::Skipped),
            steps: self.steps,
            missing_scopes: self.missing.into_iter().collect(),
            may_write: self.may_write,
        }
    }
}

pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

struct Look<'a> {
    app: &'a App,
    row: &'a ConnectionRow,
    about: &'a SignInRow,
    transport: Transport,
    report: &'a mut Report,
}

impl Look<'_> {
    async fn all(&mut self) -> Result<(), AppError> {
        let reached = match self.row.service {
            Service::HighLevel => self.location().await,
            Service::Aimfox => self.workspace().await,
        };
        self.clock();
        if !reached {
            return Ok(());
        }
        match self.row.service {
            Service::HighLevel => self.highlevel_rights().await,
            Service::Aimfox => self.aimfox_rights().await,
        }
    }

    async fn location(&mut self) -> bool {
        let says = match HighLevel::new(self.transport.clone()).location().await {
            Ok(location) => format!("HighLevel let it in: {}.", location.name),
            Err(CallError::MissingScope { scopes, .. }) => {
                self.report.missing.extend(scopes.first().cloned());
                "HighLevel let it in, but does not tell the location's name.".to_owned()
            }
            Err(e) => {
                self.report.failed(&e);
                return false;
            }
        };
        self.report.step("Sign-in", CheckState::Good, says);
        true
    }

    async fn workspace(&mut self) -> bool {
        let accounts = match Aimfox::new(self.transport.clone()).accounts().await {
            Ok(accounts) => accounts,
            Err(e) => {
                self.report.failed(&e);
                return false;
            }
        };
        let workspace = accounts.first().and_then(|seat| seat.workspace_id.clone());
        let says = match &workspace {
            Some(id) => format!("Aimfox let it in: workspace {id}."),
            None => {
                "Aimfox let it in. No LinkedIn account is connected there, so it does not tell \
                     which workspace it is."
                    .to_owned()
            }
        };
        self.report.step("Sign-in", CheckState::Good, says);
        let out: Vec<&str> = accounts
            .iter()
            .filter(|seat| seat.state == "LoggedOut")
            .map(|seat| seat.name.as_str())
            .collect();
        if !out.is_empty() {
            self.report.fix(
                "LinkedIn",
                CheckState::Warning,
                format!("Logged out of LinkedIn: {}.", out.join(", ")),
                "Connect the account again in Aimfox. Leads that are there are read all the same.",
            );
        }
        true
    }

    fn clock(&mut self) {
        let Some(skew) = self.transport.clock_skew_ms() else {
            return;
        };
        if skew.abs() <= SKEW_MS {
            return;
        }
        let (by, way) = (skew.abs() / 1000, if skew > 0 { "behind" } else { "ahead" });
        self.report.fix(
            "Clock",
            CheckState::Warning,
            format!("This computer's clock is {by} seconds {way} of the service's."),
            "Set the date and time, or let the system do it: tokens and certificates go by them.",
        );
    }

    /// Asks one harmless question for each scope that is needed.
    async fn highlevel_rights(&mut self) -> Result<(), AppError> {
        let used = needed(self.app, &self.row.id)?;
        let writers = writes_for(self.app, self.row)?;
        let wanted: Vec<&str> = if used.is_empty() {
            let standard = foxbridge_engine::Settings::standard();
            let reads = crate::permissions::used_by(&standard);
            let reads = reads
                .into_iter()
                .filter(|id| get(id).effect == Effect::Read);
            reads.collect()
        } else {
            used.keys().copied().collect()
        };
        let wanted: Vec<&str> = wanted
            .into_iter()
            .filter(|id| get(id).service == Service::HighLevel)
            .filter(|id| !writers.is_empty() || get(id).effect == Effect::Read)
            .collect();
        let mut untried = Vec::new();
        let mut wrote = None;
        for scope in scopes_for(wanted.iter().copied()) {
            let Some(call) = self.question(scope) else {
                // What is told by the token itself needs no question.
                let known = self.about.scopes.as_ref();
                match known.map(|known| known.iter().any(|one| one == scope)) {
                    Some(true) => {}
                    Some(false) => drop(self.report.missing.insert(scope.to_owned())),
                    None => untried.push(scope),
                }
                continue;
            };
            let writes = call.operation().effect != Effect::Read;
            let given = match self.transport.call(call).await {
                Err(CallError::MissingScope { .. }) => false,
                // Let in, and then told that there is no such record.
                Ok(_) | Err(CallError::Refused { .. }) => true,
                Err(CallError::Blocked { .. }) => {
                    untried.push(scope);
                    continue;
                }
                Err(e) => {
                    self.report.failed(&e);
                    return Ok(());
                }
            };
            if writes {
                wrote = Some(wrote.unwrap_or(true) && given);
            }
            if !given {
                self.report.missing.insert(scope.to_owned());
            }
        }
        self.say_scopes(&untried);
        self.report.may_write = wrote;
        match wrote {
            Some(true) => self.report.step(
                "Writing",
                CheckState::Good,
                "Proven on a contact that does not exist: nothing was changed.",
            ),
            Some(false) => {}
            None => self.report.step(
                "Writing",
                CheckState::Skipped,
                "Not tried: no sync writes through it yet, so it only reads.",
            ),
        }
        Ok(())
    }

    fn say_scopes(&mut self, untried: &[&str]) {
        let missing: Vec<&str> = self.report.missing.iter().map(String::as_str).collect();
        if missing.is_empty() {
            let says = if untried.is_empty() {
                "Every scope that is needed is there.".to_owned()
            } else {
                format!("Not tried: {}.", untried.join(", "))
            };
            return self.report.step("Scopes", CheckState::Good, says);
        }
        let says = format!("Missing: {}.", missing.join(", "));
        let fix = match self.about.kind {
            foxbridge_store::SignInKind::Key => {
                "In HighLevel under Settings, Private Integrations, edit the integration and tick \
                 them. The token stays the same; check again afterwards."
            }
            foxbridge_store::SignInKind::OAuth => {
                "Add them to the app in HighLevel's marketplace portal, then sign in again here: new \
                 scopes do not reach tokens that exist."
            }
        };
        self.report.fix("Scopes", CheckState::Failed, says, fix);
    }

    /// A question that only a scope opens, and that changes nothing whatever is answered.
    fn question(&self, scope: &str) -> Option<Call> {
        let location = self.row.account.clone()?;
        let of_location = |id: &str| Call::new(get(id)).path("locationId", location.clone());
        Some(match scope {
            "contacts.readonly" => Call::new(get(ids::HIGHLEVEL_CONTACTS_SEARCH))
                .body(json!({"locationId": location, "pageLimit": 1})),
            "contacts.write" => Call::new(get(ids::HIGHLEVEL_CONTACTS_UPDATE))
                .path("contactId", NO_CONTACT)
                .body(json!({})),
            "locations.readonly" => of_location(ids::HIGHLEVEL_LOCATIONS_GET),
            "locations/tags.readonly" => of_location(ids::HIGHLEVEL_LOCATION_TAGS_LIST),
            "locations/customFields.readonly" => {
                of_location(ids::HIGHLEVEL_CUSTOM_FIELDS_LIST).query("model", "contact")
            }
            "locations/customFields.write" => {
                of_location("highlevel.locations.custom_fields.update")
                    .path("id", NO_CONTACT)
                    .body(json!({"name": "Foxbridge"}))
            }
            "locations/tasks.readonly" => {
                of_location(ids::HIGHLEVEL_TASKS_SEARCH).body(json!({"limit": 1}))
            }
            _ => return None,
        })
    }

    /// A key does not say whether it may write, and a read-only one passes every question but a
    /// change (`facts/aimfox.md` §1): so a label that does not exist is changed.
    async fn aimfox_rights(&mut self) -> Result<(), AppError> {
        let call = Call::new(get(ids::AIMFOX_LABELS_UPDATE))
            .path("label_id", NO_LABEL)
            .body(json!({"name": "Foxbridge", "color": "info"}));
        let report = &mut *self.report;
        match self.transport.call(call).await {
            Err(CallError::Unauthorised { .. }) => {
                report.may_write = Some(false);
                report.fix(
                    "Writing",
                    CheckState::Warning,
                    "The key may read and not write. Rehearsals work; a run would be refused.",
                    "To run a sync, make a key with the rights \"All\" in Aimfox under Workspace \
                     settings, Integrations, and replace this one.",
                );
            }
            Ok(_) | Err(CallError::Refused { .. }) => {
                report.may_write = Some(true);
                let says = "Proven on a label that does not exist: nothing was changed.";
                report.step("Writing", CheckState::Good, says);
            }
            Err(CallError::Blocked { .. }) => {
                let says = "Not tried: changing a label is switched off for this connection.";
                report.step("Writing", CheckState::Skipped, says);
            }
            Err(e) => report.failed(&e),
        }
        Ok(())
    }
}
