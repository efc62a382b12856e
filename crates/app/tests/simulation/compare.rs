//! What nothing tells of, the complete compare finds, and says so.

use super::{End, Simulation};

#[test]
fn a_complete_compare_says_what_it_caught() {
    let mut simulation = Simulation::new(5);
    simulation.come_to_rest();
    let quiet = |simulation: &Simulation, city: &str| {
        simulation.sandbox.with_state(|world| {
            let mut contact = world.highlevel.contacts.iter().next().unwrap().clone();
            contact.city = Some(city.to_owned());
            // Its time of change stays: nothing tells.
            world.highlevel.contacts.put(0, contact);
        });
    };
    let run = |simulation: &mut Simulation, full| {
        simulation.clock.advance_ms(60_000);
        let End::Done(run) = simulation.run(None, full) else {
            unreachable!("the power stays on")
        };
        run.unwrap()
    };
    quiet(&simulation, "typedQuietly");
    assert_eq!(
        run(&mut simulation, false).caught,
        None,
        "only changes were asked for"
    );
    assert_eq!(
        run(&mut simulation, true).caught,
        Some(1),
        "the quiet change"
    );
    assert_eq!(run(&mut simulation, true).caught, Some(0), "and no more");

    // A contact that is gone and that nobody is linked with, a lead's page, a note: nothing tells.
    simulation.sandbox.with_state(|world| {
        let contacts: Vec<_> = world.highlevel.contacts.iter().collect();
        let unlinked = contacts.iter().find(|one| one.custom_fields.is_empty());
        let unlinked = unlinked.expect("somebody is in HighLevel only").id.clone();
        world.highlevel.contacts.remove(0, &unlinked);
    });
    assert_eq!(run(&mut simulation, false).caught, None);
    assert_eq!(run(&mut simulation, true).caught, Some(1), "who is gone");

    let (contact, note) = simulation.sandbox.with_state(|world| {
        let mut notes = world.highlevel.notes.iter_mut();
        let linked = notes.find_map(|(contact, notes)| Some((contact, notes.first_mut()?)));
        let (contact, note) = linked.expect("somebody has a note");
        note.body = "typedLater".to_owned();
        (contact.clone(), note.id.clone())
    });
    let caught = run(&mut simulation, true).caught;
    assert_eq!(caught, Some(1), "the note {note} of {contact}");

    // Each page is read once in seven days of complete compares.
    simulation.sandbox.with_state(|world| {
        let lead = world
            .aimfox
            .leads
            .values_mut()
            .find(|lead| !lead.origins.is_empty());
        let lead = lead.expect("somebody takes part");
        lead.phones = vec!["+447700900123".to_owned()];
    });
    let mut caught = Vec::new();
    for _ in 0..7 {
        caught.extend(run(&mut simulation, true).caught);
        simulation.clock.advance_ms(86_400_000);
    }
    assert_eq!(caught.iter().sum::<u32>(), 1, "{caught:?}");
}
