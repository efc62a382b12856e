//! The permission switch: which operations of a connection may be sent, by whom.
//!
//! **Architecture Invariant:** the switch is read from the database before each call, by the gate of
//! the transport; a switch that cannot be read lets nothing through.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_catalog::{Effect, Operation, ids};
use foxbridge_connectors::Gate;
use foxbridge_contract::{AppError, SwitchName};
use foxbridge_engine::{Direction, Settings, TagNames, TagWrites};
use foxbridge_model::ItemKind;
use foxbridge_store::{ConnectionRow, Store, Switch};

use crate::commands::sync_settings;
use crate::{App, error};

/// The operations that a sync with these choices uses, of both services.
pub(crate) fn used_by(settings: &Settings) -> BTreeSet<&'static str> {
    let mut used = BTreeSet::from([
        ids::HIGHLEVEL_CONTACTS_SEARCH,
        // The listing of locations where the search is not to be had.
        ids::HIGHLEVEL_CONTACTS_LIST,
        ids::HIGHLEVEL_CONTACTS_GET,
        ids::HIGHLEVEL_CONTACTS_DUPLICATE,
        ids::HIGHLEVEL_CUSTOM_FIELDS_LIST,
        ids::HIGHLEVEL_LOCATION_TAGS_LIST,
        ids::HIGHLEVEL_CONTACTS_UPDATE,
        ids::AIMFOX_LABELS_LIST,
        ids::AIMFOX_LEADS_TOTAL,
        ids::AIMFOX_LEADS_SEARCH,
        ids::AIMFOX_LEADS_GET,
        ids::AIMFOX_LEADS_NOTES_LIST,
    ]);
    if settings.stamps {
        used.insert(ids::HIGHLEVEL_CUSTOM_FIELDS_CREATE);
    }
    if settings.create_contacts {
        used.insert(ids::HIGHLEVEL_CONTACTS_CREATE);
    }
    if settings.cards {
        used.extend([
            ids::AIMFOX_LEADS_NOTES_CREATE,
            ids::AIMFOX_LEADS_NOTES_UPDATE,
        ]);
    }
    if settings.tags.to_highlevel != TagWrites::Off {
        used.extend([
            ids::HIGHLEVEL_CONTACTS_TAGS_ADD,
            ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE,
        ]);
    }
    if settings.tags.to_aimfox {
        used.extend([
            ids::AIMFOX_LEADS_LABELS_ADD,
            ids::AIMFOX_LEADS_LABELS_REMOVE,
        ]);
    }
    // A chosen name gets its label whichever way the name travels.
    if settings.tags.to_aimfox || matches!(settings.tags.names, TagNames::Chosen(_)) {
        used.insert(ids::AIMFOX_LABELS_CREATE);
    }
    used.extend(items_used_by(settings));
    used
}

/// What notes, tasks, appointments and conversations need.
fn items_used_by(settings: &Settings) -> Vec<&'static str> {
    let items = &settings.items;
    let mut used = Vec::new();
    if items.any() {
        // Times are shown as the location's own.
        used.push(ids::HIGHLEVEL_LOCATIONS_GET);
    }
    let conversations = items.conversations.direction.to_highlevel();
    if items.notes.direction != Direction::Off || conversations {
        used.push(ids::HIGHLEVEL_CONTACTS_NOTES_LIST);
    }
    if conversations {
        used.extend([
            ids::AIMFOX_CONVERSATIONS_LIST,
            ids::AIMFOX_CONVERSATIONS_GET,
        ]);
    }
    if items.notes.direction.to_highlevel() || conversations {
        used.extend([
            ids::HIGHLEVEL_CONTACTS_NOTES_CREATE,
            ids::HIGHLEVEL_CONTACTS_NOTES_UPDATE,
        ]);
    }
    if items.tasks.direction != Direction::Off {
        used.extend([
            ids::HIGHLEVEL_TASKS_SEARCH,
            ids::HIGHLEVEL_CONTACTS_TASKS_LIST,
        ]);
    }
    if items.tasks.direction.to_highlevel() {
        used.extend([
            ids::HIGHLEVEL_CONTACTS_TASKS_CREATE,
            ids::HIGHLEVEL_CONTACTS_TASKS_UPDATE,
            ids::HIGHLEVEL_CONTACTS_TASKS_COMPLETE,
        ]);
    }
    if items.appointments.direction != Direction::Off {
        used.extend([
            ids::HIGHLEVEL_CALENDARS_LIST,
            ids::HIGHLEVEL_CALENDARS_EVENTS_LIST,
            ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_GET,
        ]);
    }
    if items.appointments.direction.to_highlevel() {
        used.push(ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_UPDATE);
    }
    if ItemKind::ALL
        .into_iter()
        .any(|kind| items.of(kind).direction.to_aimfox())
    {
        used.extend([
            ids::AIMFOX_LEADS_NOTES_CREATE,
            ids::AIMFOX_LEADS_NOTES_UPDATE,
        ]);
    }
    used
}

/// Which syncs of a connection use which operations: names of syncs by operation.
pub(crate) fn needed(
    app: &App,
    connection: &str,
) -> Result<BTreeMap<&'static str, Vec<String>>, AppError> {
    let mut needed: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for sync in app.store().syncs().list().map_err(error::store)? {
        if sync.highlevel != connection && sync.aimfox != connection {
            continue;
        }
        for operation in used_by(&sync_settings(&sync)?) {
            needed.entry(operation).or_default().push(sync.name.clone());
        }
    }
    Ok(needed)
}

/// What holds where nobody chose.
pub(crate) fn default_switch(operation: &Operation, needed: bool) -> Switch {
    match operation.effect {
        Effect::Read => Switch::Allowed,
        Effect::Write if needed => Switch::Allowed,
        Effect::Write => Switch::Ask,
        // A sync needs one only where the user chose so, for a write that tells nobody.
        Effect::Outreach if needed => Switch::Allowed,
        Effect::Outreach | Effect::Destructive => Switch::Blocked,
    }
}

/// Whether a call by hand must be confirmed.
pub(crate) fn needs_confirm(operation: &Operation, switch: Switch) -> bool {
    switch == Switch::Ask || matches!(operation.effect, Effect::Outreach | Effect::Destructive)
}

/// Why a blocked operation is not sent, in words that follow "because".
pub(crate) fn blocked(connection: &ConnectionRow, operation: &Operation) -> String {
    format!(
        "it is switched off for {name}. Its switch is in the window under Permissions; in the \
         terminal: foxbridge permissions set {id} {operation} allowed",
        name = connection.name,
        id = connection.id,
        operation = operation.id,
    )
}

/// Who wants to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A run: nobody is there to be asked.
    Run,
    /// A rule that somebody switched on.
    Rule {
        /// Whether a person said yes to this very call.
        approved: bool,
    },
    /// A person, who confirmed it or did not.
    Hand {
        /// Whether they did.
        confirmed: bool,
    },
}

/// The gate of one connection.
pub(crate) struct Switches {
    pub(crate) store: Store,
    pub(crate) connection: ConnectionRow,
    /// For a run, what its sync uses; by hand, what any sync of the connection uses.
    pub(crate) needed: BTreeSet<&'static str>,
    pub(crate) caller: Caller,
}

impl Switches {
    /// How an operation is switched now.
    pub(crate) fn switch(&self, operation: &Operation) -> Result<Switch, AppError> {
        let chosen = self
            .store
            .permissions()
            .get(&self.connection.id, &operation.id)
            .map_err(error::store)?;
        let needed = self.needed.contains(operation.id.as_str());
        Ok(chosen.unwrap_or_else(|| default_switch(operation, needed)))
    }
}

impl Gate for Switches {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        let switch = self
            .switch(operation)
            .map_err(|e| format!("its switch could not be read: {}", e.message))?;
        match (switch, self.caller) {
            (Switch::Blocked, _) => Err(blocked(&self.connection, operation)),
            (Switch::Ask, Caller::Run) if !self.needed.contains(operation.id.as_str()) => {
                Err(format!(
                    "a run cannot ask, and {}",
                    blocked(&self.connection, operation).replacen("switched off", "on \"ask\"", 1)
                ))
            }
            (Switch::Ask, Caller::Rule { approved: false }) => {
                Err("its switch is on \"ask\", and nobody said yes".to_owned())
            }
            (_, Caller::Hand { confirmed: false }) if needs_confirm(operation, switch) => {
                Err("it was not confirmed".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// Passes what each of several gates passes; the first that refuses says why.
pub(crate) struct Every<const N: usize>(pub(crate) [Box<dyn Gate>; N]);

impl<const N: usize> Gate for Every<N> {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        self.0.iter().try_for_each(|gate| gate.check(operation))
    }
}

pub(crate) fn switch_name(switch: Switch) -> SwitchName {
    match switch {
        Switch::Allowed => SwitchName::Allowed,
        Switch::Ask => SwitchName::Ask,
        Switch::Blocked => SwitchName::Blocked,
    }
}

pub(crate) fn switch_of(name: SwitchName) -> Switch {
    match name {
        SwitchName::Allowed => Switch::Allowed,
        SwitchName::Ask => Switch::Ask,
        SwitchName::Blocked => Switch::Blocked,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foxbridge_catalog::get;
    use foxbridge_model::Service;

    use super::*;

    fn switches(caller: Caller) -> Switches {
        let connection = ConnectionRow {
            id: "hl".to_owned(),
            service: Service::HighLevel,
            name: "Acme".to_owned(),
            account: Some("loc".to_owned()),
            base_url: "http://127.0.0.1:1".to_owned(),
            requests_per_minute: None,
            sample: false,
            created_at: 0,
        };
        let store = Store::in_memory().unwrap();
        store.connections().insert(&connection).unwrap();
        Switches {
            store,
            connection,
            needed: used_by(&Settings::standard()),
            caller,
        }
    }

    #[test]
    fn every_operation_a_sync_uses_is_in_the_catalog_and_harmless() {
        for id in used_by(&Settings::standard()) {
            let effect = get(id).effect;
            assert!(
                matches!(effect, Effect::Read | Effect::Write),
                "{id} would be refused by the run's own gate: {effect:?}"
            );
        }
    }

    #[test]
    fn a_sync_that_writes_less_needs_less() {
        let mut settings = Settings::standard();
        settings.stamps = false;
        settings.create_contacts = false;
        settings.cards = false;
        settings.tags.to_aimfox = false;
        settings.tags.to_highlevel = TagWrites::Off;
        let writes: Vec<&str> = used_by(&settings)
            .into_iter()
            .filter(|id| get(id).effect != Effect::Read)
            .collect();
        assert_eq!(writes, [ids::HIGHLEVEL_CONTACTS_UPDATE]);
    }

    #[test]
    fn defaults_follow_the_effect_and_the_need() {
        let run = switches(Caller::Run);
        let hand = switches(Caller::Hand { confirmed: false });
        let read = get(ids::HIGHLEVEL_CONTACTS_TASKS_LIST);
        let own = get(ids::HIGHLEVEL_CONTACTS_UPDATE);
        let other = get(ids::HIGHLEVEL_CONTACTS_TASKS_CREATE);
        let gone = get(ids::HIGHLEVEL_CONTACTS_DELETE);
        for gate in [&run, &hand] {
            assert_eq!(gate.check(read), Ok(()), "reads are allowed");
            assert_eq!(gate.check(own), Ok(()), "a sync needs it");
            assert!(gate.check(other).is_err(), "nobody needs it: ask");
            let why = gate.check(gone).unwrap_err();
            assert!(
                why.contains("Permissions") && why.contains("foxbridge permissions set hl"),
                "the error says where the switch is: {why}"
            );
        }
        let confirmed = switches(Caller::Hand { confirmed: true });
        assert_eq!(confirmed.check(other), Ok(()), "asked and answered");
        assert!(
            confirmed.check(gone).is_err(),
            "confirming does not open what is blocked"
        );
    }

    #[test]
    fn what_somebody_chose_holds() {
        let run = switches(Caller::Run);
        let own = get(ids::HIGHLEVEL_CONTACTS_UPDATE);
        let choose = |gate: &Switches, id: &str, switch| {
            gate.store
                .permissions()
                .set("hl", id, Some(switch))
                .unwrap();
        };
        choose(&run, &own.id, Switch::Ask);
        assert_eq!(
            run.check(own),
            Ok(()),
            "a run's own operation was asked for when the sync was made"
        );
        choose(&run, &own.id, Switch::Blocked);
        assert!(run.check(own).is_err(), "blocked holds for runs too");

        let gone = get(ids::HIGHLEVEL_CONTACTS_DELETE);
        for (confirmed, sent) in [(false, false), (true, true)] {
            let hand = switches(Caller::Hand { confirmed });
            choose(&hand, &gone.id, Switch::Allowed);
            assert_eq!(
                hand.check(gone).is_ok(),
                sent,
                "what destroys is confirmed each time, however it is switched"
            );
        }
    }
}
