//! One half of a task was deleted: nothing follows until somebody says what, and then just that.

use axum::body::Bytes;
use axum::http::Request;
use foxbridge_contract::{AppError, ErrorCode, RunState};
use foxbridge_model::Service;
use serde_json::{Value, json};

use super::undo::allow_deleting;
use super::{End, Simulation};

/// A record, and the person it hangs on.
type Hanging<P> = Vec<(P, String)>;

/// Every contact's tasks, and every lead's notes that stand for one.
fn tasks(simulation: &Simulation) -> (Hanging<String>, Hanging<u64>) {
    simulation.sandbox.with_state(|world| {
        let tasks = world.highlevel.tasks.values().flatten();
        let open = tasks.filter(|task| !task.deleted);
        let notes = world.aimfox.leads.values().flat_map(|lead| {
            let notes = lead.notes.iter();
            notes
                .filter(|note| note.text.contains("[foxbridge task "))
                .map(|note| (lead.id, note.id.clone()))
        });
        (
            open.map(|task| (task.contact_id.clone(), task.id.clone()))
                .collect(),
            notes.collect(),
        )
    })
}

impl Simulation {
    /// Whether a lead's note stands for this task.
    fn marked(&self, task: &str) -> bool {
        let mark = format!("[foxbridge task {task}]");
        self.sandbox.with_state(|world| {
            let mut notes = world.aimfox.leads.values().flat_map(|lead| &lead.notes);
            notes.any(|note| note.text.contains(&mark))
        })
    }
}

fn delete(simulation: &Simulation, service: Service, path: &str) {
    by_hand(simulation, (service, "DELETE"), path, "");
}

pub(crate) fn by_hand(
    simulation: &Simulation,
    (service, method): (Service, &str),
    path: &str,
    body: &str,
) {
    let keys = simulation.sandbox.credentials();
    let base = match service {
        Service::HighLevel => &keys.highlevel.base_url,
        Service::Aimfox => &keys.aimfox.base_url,
    };
    let asked = Request::builder()
        .method(method)
        .uri(format!("{base}{path}"))
        .header("version", "2021-07-28")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    let answer = simulation.sandbox.by_hand(service, &asked);
    assert!(answer.status().is_success(), "{path}: {answer:?}");
}

fn call(simulation: &mut Simulation, command: &str, request: Value) -> Result<Value, AppError> {
    let End::Done(answer) = simulation.live(None, async |app, _| app.call(command, request).await)
    else {
        unreachable!("the power stays on")
    };
    answer
}

fn run(simulation: &mut Simulation) {
    simulation.clock.advance_ms(60_000);
    let End::Done(ended) = simulation.run(None, true) else {
        unreachable!("the power stays on")
    };
    let ended = ended.unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
}

/// The only question there is; answers it.
fn answer(simulation: &mut Simulation, take: &str) -> Result<Value, AppError> {
    let sync = simulation.sync.clone();
    let waiting = call(simulation, "syncs.needs_you", json!({ "sync": sync })).unwrap();
    let deleted: Vec<&Value> = waiting
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["kind"] == "deleted")
        .collect();
    assert_eq!(deleted.len(), 1, "{waiting}");
    assert_eq!(deleted[0]["options"], json!(["unlink", "wait", "delete"]));
    let request = json!({
        "sync": sync, "id": deleted[0]["id"], "resolution": { "take": take },
    });
    call(simulation, "questions.resolve", request)
}

#[test]
fn the_other_half_of_a_deleted_task_is_deleted_when_somebody_says_so() {
    let mut simulation = Simulation::new(3);
    simulation.come_to_rest();
    // Somebody writes two things to do, which become tasks.
    let (_, cards) = tasks(&simulation);
    let (lead, _) = cards[0];
    for what in ["todo: call the bank", "todo: call the mason"] {
        by_hand(
            &simulation,
            (Service::Aimfox, "POST"),
            &format!("/leads/{lead}/notes"),
            &json!({ "text": what }).to_string(),
        );
    }
    run(&mut simulation);
    let (there, notes) = tasks(&simulation);
    assert_eq!(notes.len(), cards.len() + 2, "both have a card");
    let (lead, note) = notes.last().unwrap();
    delete(
        &simulation,
        Service::Aimfox,
        &format!("/leads/{lead}/notes/{note}"),
    );
    run(&mut simulation);
    assert_eq!(tasks(&simulation).0, there, "nothing follows by itself");

    let refused = answer(&mut simulation, "delete").unwrap_err();
    assert_eq!(
        refused.code,
        ErrorCode::Blocked,
        "deleting is off until somebody switches it on: {refused:?}"
    );
    let End::Done(allowed) = simulation.live(None, async |app, _| allow_deleting(&app).await)
    else {
        unreachable!("the power stays on")
    };
    allowed.unwrap();
    answer(&mut simulation, "delete").unwrap();
    run(&mut simulation);
    let (left, _) = tasks(&simulation);
    assert_eq!(left.len(), there.len() - 1, "one task went, and no other");
    let writes = simulation.writes();
    run(&mut simulation);
    assert_eq!(simulation.writes(), writes, "and then there is rest");

    // The other way round, and kept.
    let (contact, task) = left
        .into_iter()
        .find(|(_, id)| simulation.marked(id))
        .unwrap();
    delete(
        &simulation,
        Service::HighLevel,
        &format!("/contacts/{contact}/tasks/{task}"),
    );
    let notes = tasks(&simulation).1;
    run(&mut simulation);
    answer(&mut simulation, "unlink").unwrap();
    let writes = simulation.writes();
    run(&mut simulation);
    run(&mut simulation);
    assert_eq!(tasks(&simulation).1, notes, "the note stays");
    assert_eq!(simulation.writes(), writes, "and makes no task");
}
