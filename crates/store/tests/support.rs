//! Rows for tests: plain ones, which a test changes where it matters.

use foxbridge_model::Service;
use foxbridge_store::{
    ChangeRow, ConnectionRow, LinkRow, NewRequest, RunRow, Store, SyncRow, change_state,
};
use serde_json::json;

pub(crate) fn connection(id: &str, service: Service) -> ConnectionRow {
    ConnectionRow {
        id: id.into(),
        service,
        name: format!("{service} {id}"),
        account: Some("acc".into()),
        base_url: "http://127.0.0.1:1".into(),
        requests_per_minute: None,
        sample: false,
        created_at: 1_000,
    }
}

pub(crate) fn sync(id: &str) -> SyncRow {
    SyncRow {
        id: id.into(),
        name: format!("Sync {id}"),
        highlevel: "hl".into(),
        aimfox: "af".into(),
        template: "standard".into(),
        config: json!({"tag_writes": "off"}),
        created_at: 2_000,
    }
}

pub(crate) fn run(id: &str, sync: &str) -> RunRow {
    RunRow {
        id: id.into(),
        sync: sync.into(),
        rehearsal: false,
        state: "running".into(),
        started_at: 3_000,
        finished_at: None,
        summary: json!({}),
    }
}

pub(crate) fn link(lead: &str, contact: &str) -> LinkRow {
    LinkRow {
        sync: "s".into(),
        lead_id: lead.into(),
        contact_id: contact.into(),
        how: "email".into(),
        created_at: 4_000,
        broken: None,
    }
}

pub(crate) fn change(run: &str, seq: u32) -> ChangeRow {
    ChangeRow {
        run: run.into(),
        seq,
        sync: "s".into(),
        at: 3_500,
        kind: "update".into(),
        place: "highlevel".into(),
        object: "contact".into(),
        record_name: format!("Person {seq}"),
        lead_id: Some(format!("lead-{seq}")),
        contact_id: None,
        operation: "highlevel.contacts.update".into(),
        content: json!({"before": {"email": null}, "after": {"email": format!("p{seq}@example.com")}}),
        action: json!({"set": {"email": "x"}}),
        inverse: Some(json!({"set": {"email": null}})),
        state: change_state::INTENDED.into(),
        sent_at: None,
        settled_at: None,
        error: None,
        result: None,
    }
}

pub(crate) fn request<'a>(connection: &'a str, at: i64) -> NewRequest<'a> {
    NewRequest {
        connection,
        service: Service::HighLevel,
        operation: "highlevel.contacts.get",
        method: "GET",
        path: "/contacts/c1",
        run: None,
        seq: None,
        attempt: 1,
        at,
    }
}

/// A database with both connections, the sync `s`, its run `r` and its rehearsal `p`.
pub(crate) fn store() -> Store {
    let store = Store::in_memory().unwrap();
    fill(&store);
    store
}

pub(crate) fn fill(store: &Store) {
    store
        .connections()
        .insert(&connection("hl", Service::HighLevel))
        .unwrap();
    store
        .connections()
        .insert(&connection("af", Service::Aimfox))
        .unwrap();
    store.syncs().insert(&sync("s")).unwrap();
    store.runs().insert(&run("r", "s")).unwrap();
    store
        .runs()
        .insert(&RunRow {
            rehearsal: true,
            ..run("p", "s")
        })
        .unwrap();
}
