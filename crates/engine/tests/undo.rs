//! Undo in random worlds: it puts back exactly what a change replaced, leaves alone what anybody
//! edited since, and is rest: the next run neither redoes it nor overlooks an edit.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use common::{Step, World, cases, edit, settings, step};
use foxbridge_engine::{Action, Done, Inverse, Settings, TakeBack, find_card, plan};
use foxbridge_model::{Person, Value};
use proptest::prelude::*;

/// What people see of the two services.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    contacts: Vec<Person>,
    leads: Vec<Person>,
}

fn shown(world: &World) -> Shown {
    // The ids that a pair is recognised by stay whatever is undone.
    let mut contacts: Vec<Person> = world.contacts.values().cloned().collect();
    for contact in &mut contacts {
        contact.fields.retain(|field, _| !field.starts_with("cf."));
        contact.identities = Default::default();
    }
    let mut leads: Vec<Person> = world.leads.values().cloned().collect();
    for lead in &mut leads {
        // A card that was made again is another note of the same text.
        for note in lead.notes.iter_mut().flatten() {
            note.id.clear();
            note.created_at = None;
        }
    }
    Shown { contacts, leads }
}

fn world(twins: &[bool], steps: &[Step], settings: &Settings) -> World {
    let mut world = World::default();
    for (n, twin) in twins.iter().enumerate() {
        world.lead(n);
        if *twin {
            world.twin(n);
        }
    }
    for step in steps {
        if step.person().is_none_or(|n| n < twins.len()) {
            world.happen(step, settings);
        }
    }
    world
}

fn is_link(done: &Done) -> bool {
    matches!(done.inverse, Inverse::Linked { .. })
}

const ALL: TakeBack = TakeBack {
    among_many: true,
    delete: true,
};

fn edits(world: &World, settings: &Settings) -> Vec<Action> {
    let plan = plan(&world.snapshot(), settings);
    plan.changes
        .into_iter()
        .map(|change| change.action)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_run_taken_back_leaves_things_as_they_were_and_at_rest(
        settings in settings(),
        twins in proptest::collection::vec(any::<bool>(), 1..4),
        before in proptest::collection::vec(step(3), 0..12),
        between in proptest::collection::vec(edit(3), 0..6),
    ) {
        let mut world = world(&twins, &before, &settings);
        // Everybody is linked and at rest, then people edit.
        world.apply(&settings, || (false, false));
        for step in &between {
            if step.person().is_none_or(|n| n < twins.len()) {
                world.happen(step, &settings);
            }
        }
        let was = shown(&world);
        let first = world.done.len();
        world.apply(&settings, || (false, false));
        let made: Vec<Done> = world.done[first..].to_vec();
        let settled = shown(&world);

        for done in made.iter().rev() {
            let (undone, left) = world.undo(done, &settings, ALL);
            prop_assert!(
                undone || matches!(done.inverse, Inverse::Never { .. } | Inverse::Linked { .. }),
                "nobody edited anything since, and yet {done:?} stays: {left:?}"
            );
        }
        prop_assert_eq!(&shown(&world), &was, "everything is as it was before the run");
        let redone = edits(&world, &settings);
        prop_assert!(redone.is_empty(), "the next run would redo what was undone: {redone:#?}");

        // Taking the undo back is doing it again.
        let undos: Vec<Done> = world.done[first + made.len()..].to_vec();
        for done in undos.iter().rev() {
            world.undo(done, &settings, ALL);
        }
        prop_assert_eq!(&shown(&world), &settled, "an undo that is undone is the run again");
        let redone = edits(&world, &settings);
        prop_assert!(redone.is_empty(), "and that is rest too: {redone:#?}");
    }

    #[test]
    fn what_was_edited_since_is_left_alone_and_still_travels(
        settings in settings(),
        twins in proptest::collection::vec(any::<bool>(), 1..4),
        before in proptest::collection::vec(step(3), 0..12),
        since in proptest::collection::vec(edit(3), 1..6),
        after in proptest::collection::vec(edit(3), 0..4),
    ) {
        let mut world = world(&twins, &before, &settings);
        world.apply(&settings, || (false, false));
        let made: Vec<Done> = world.done.iter().filter(|done| !is_link(done)).cloned().collect();
        let mut typed = BTreeMap::new();
        for (i, step) in since.iter().enumerate() {
            let mut step = step.clone();
            if step.person().is_some_and(|n| n >= twins.len()) {
                continue;
            }
            // Of a value that equals what we wrote nobody could tell who typed it.
            if let Step::Contact { n, field, value } = &mut step {
                *value = format!("typed{i}");
                typed.insert((*n, *field), value.clone());
            }
            world.happen(&step, &settings);
        }
        for done in made.iter().rev() {
            // What is not deleted stays linked, so that edits still have somewhere to go.
            let ask = TakeBack { among_many: true, delete: !matches!(done.inverse, Inverse::Created { .. }) };
            world.undo(done, &settings, ask);
        }
        for ((n, field), value) in typed {
            let contact = world.contact_of(n).unwrap();
            let now = contact.fields.get(field).map(Value::display).unwrap_or_default();
            prop_assert_eq!(now, value, "{} of {} was typed since", field, n);
        }
        for step in &after {
            if step.person().is_none_or(|n| n < twins.len()) {
                world.happen(step, &settings);
            }
        }
        world.apply(&settings, || (false, false));
        let again = edits(&world, &settings);
        prop_assert!(again.is_empty(), "after the undo, edits and a run there is rest: {again:#?}");
    }
}

fn one_pair() -> (World, Settings) {
    let settings = Settings::standard();
    let mut world = World::default();
    world.lead(1);
    world.twin(1);
    world.apply(&settings, || (false, false));
    (world, settings)
}

#[test]
fn an_edit_after_the_undo_travels_as_ever() {
    let (mut world, settings) = one_pair();
    let name = |value: &str| Step::Contact {
        n: 1,
        field: "firstName",
        value: value.to_owned(),
    };
    world.happen(&name("first"), &settings);
    world.apply(&settings, || (false, false));
    let card = world.done.last().unwrap().clone();
    let (undone, left) = world.undo(&card, &settings, ALL);
    assert!(undone, "{left:?}");
    let text = |world: &World| {
        find_card(world.leads["1001"].notes.as_ref().unwrap())
            .unwrap()
            .text
    };
    assert!(
        !text(&world).contains("first"),
        "the card says what it said before"
    );
    assert_eq!(edits(&world, &settings), [], "the difference rests");

    world.happen(&name("second"), &settings);
    world.apply(&settings, || (false, false));
    assert!(
        text(&world).contains("First name: second"),
        "a new edit is news: {}",
        text(&world)
    );
    assert_eq!(edits(&world, &settings), []);
}

#[test]
fn a_card_that_was_undone_comes_back_whole_with_the_next_edit() {
    let (mut world, settings) = one_pair();
    let card = world
        .done
        .iter()
        .find(|done| matches!(done.inverse, Inverse::Card { .. }))
        .unwrap()
        .clone();
    let (undone, _) = world.undo(
        &card,
        &settings,
        TakeBack {
            among_many: true,
            delete: false,
        },
    );
    assert!(!undone, "a card is deleted only by choice");
    let (undone, left) = world.undo(&card, &settings, ALL);
    assert!(undone, "{left:?}");
    assert_eq!(edits(&world, &settings), [], "no card is rest");

    let edit = Step::Contact {
        n: 1,
        field: "firstName",
        value: "Renamed".to_owned(),
    };
    world.happen(&edit, &settings);
    world.apply(&settings, || (false, false));
    let text = find_card(world.leads["1001"].notes.as_ref().unwrap())
        .unwrap()
        .text;
    assert!(
        text.contains("First name: Renamed") && text.contains("E-mail: lead1@example.com"),
        "a card shows everything HighLevel knows: {text}"
    );
    assert_eq!(edits(&world, &settings), []);
}

#[test]
fn a_contact_that_somebody_worked_with_is_not_deleted() {
    let settings = Settings::standard();
    let mut world = World::default();
    world.lead(1);
    world.apply(&settings, || (false, false));
    let created = world
        .done
        .iter()
        .find(|done| matches!(done.inverse, Inverse::Created { .. }))
        .unwrap()
        .clone();
    let edit = Step::Contact {
        n: 1,
        field: "email",
        value: "typed@example.com".to_owned(),
    };
    let mut edited = world.clone();
    edited.happen(&edit, &settings);
    let (undone, left) = edited.undo(&created, &settings, ALL);
    assert!(!undone && left[0].why.contains("worked with"), "{left:?}");
    let (undone, left) = world.undo(&created, &settings, ALL);
    assert!(undone && world.contacts.is_empty(), "{left:?}");
}
