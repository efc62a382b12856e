//! What a run did is taken back, notes and tasks too, and then both services rest in what people had
//! made of them before it.

use std::collections::BTreeMap;

use foxbridge_app::{App, start_undo};
use foxbridge_contract::{AppError, RunState, RunSummary};
use serde_json::json;

use super::{End, Simulation};

/// What people see of both services, without ids: a note that was deleted and made again is the same.
fn shown(simulation: &Simulation) -> BTreeMap<String, Vec<String>> {
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    simulation.sandbox.with_state(|world| {
        for contact in world.highlevel.contacts.iter() {
            let of = shown.entry(format!("contact {}", contact.id)).or_default();
            of.push(format!("{:?} {:?}", contact.city, contact.first_name));
            let notes = world.highlevel.notes.get(&contact.id);
            of.extend(notes.into_iter().flatten().map(|note| note.body.clone()));
            let tasks = world.highlevel.tasks.get(&contact.id);
            let tasks = tasks.into_iter().flatten().filter(|task| !task.deleted);
            of.extend(tasks.map(|task| {
                let body = task.body.as_deref().unwrap_or_default();
                format!("{} {} {} {body}", task.title, task.due, task.completed)
            }));
        }
        for lead in world.aimfox.leads.values() {
            let of = shown.entry(format!("lead {}", lead.id)).or_default();
            of.extend(lead.notes.iter().map(|note| note.text.clone()));
            let mut labels = lead.labels.clone();
            labels.sort();
            of.push(labels.join(" "));
        }
    });
    for of in shown.values_mut() {
        of.sort();
    }
    shown
}

/// Deleting is off until somebody switches it on.
pub(crate) async fn allow_deleting(app: &App) -> Result<(), AppError> {
    let connections = app.call("connections.list", json!(null)).await?;
    for connection in connections.as_array().unwrap() {
        let operations: &[&str] = match connection["service"].as_str().unwrap() {
            "highlevel" => &[
                "highlevel.contacts.delete",
                "highlevel.contacts.notes.delete",
                "highlevel.contacts.tasks.delete",
            ],
            _ => &["aimfox.leads.notes.delete"],
        };
        for operation in operations {
            let switch = json!({
                "connection": connection["id"], "operation": operation, "switch": "allowed",
            });
            app.call("permissions.set", switch).await?;
        }
    }
    Ok(())
}

fn undo(simulation: &mut Simulation, run: &str) -> RunSummary {
    let End::Done(undone) = simulation.live(None, async |app, _| {
        allow_deleting(&app).await?;
        start_undo(&app, run, None, true, false)?.finished().await
    }) else {
        unreachable!("the power stays on")
    };
    undone.unwrap()
}

#[test]
fn what_a_run_did_is_taken_back_and_rests() {
    let (mut changed, mut deleted) = (0, 0);
    for seed in 0..40 {
        let mut simulation = Simulation::new(seed);
        simulation.come_to_rest();
        for _ in 0..4 {
            let mut editors = simulation.editors.lock().unwrap();
            // Nobody joins: what a contact is made of is taken back elsewhere.
            editors.edit_alone(&simulation.sandbox, &mut simulation.random);
        }
        simulation.clock.advance_ms(60_000);
        let before = shown(&simulation);
        let End::Done(run) = simulation.run(None, true) else {
            unreachable!("the power stays on")
        };
        let run = run.unwrap();
        assert_eq!(run.state, RunState::Done, "seed {seed}: {:?}", run.error);
        if shown(&simulation) == before {
            continue;
        }
        simulation.clock.advance_ms(60_000);
        let undone = undo(&mut simulation, &run.id);
        assert_eq!(
            undone.state,
            RunState::Done,
            "seed {seed}: {:?}",
            undone.error
        );
        changed += undone.changed_items.update + undone.changed.update;
        deleted += undone.changed_items.delete;
        let after = shown(&simulation);
        for (of, now) in &after {
            assert_eq!(before.get(of), Some(now), "seed {seed}: {of}");
        }
        assert_eq!(before.len(), after.len(), "seed {seed}");
        simulation.clock.advance_ms(60_000);
        let writes = simulation.writes();
        let End::Done(again) = simulation.run(None, true) else {
            unreachable!("the power stays on")
        };
        let again = again.unwrap();
        let now = shown(&simulation);
        for (of, was) in &after {
            assert_eq!(
                now.get(of),
                Some(was),
                "seed {seed}: the next run undid it: {of}"
            );
        }
        assert_eq!(writes, simulation.writes(), "seed {seed}: {again:?}");
    }
    assert!(
        changed > 10 && deleted > 10,
        "it took little back: {changed} values and {deleted} notes and tasks"
    );
}
