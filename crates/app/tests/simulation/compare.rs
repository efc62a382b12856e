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
}
