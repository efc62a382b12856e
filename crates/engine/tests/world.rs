//! Random people, random edits on both sides in any order, random failures: the rules that the
//! engine never breaks, held against a small model of the two services.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::{Step, World, cases, settings, step};
use foxbridge_engine::{ChangeKind, ConflictPolicy, Settings, find_card, plan};
use foxbridge_model::Value;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn random_edits_and_failures_converge(
        settings in settings(),
        twins in proptest::collection::vec(any::<bool>(), 1..4),
        steps in proptest::collection::vec(step(3), 0..24),
    ) {
        let mut world = World::default();
        for (n, twin) in twins.iter().enumerate() {
            world.lead(n);
            if *twin {
                world.twin(n);
            }
        }
        for step in &steps {
            let n = match step {
                Step::Contact { n, .. } | Step::Profile { n, .. } | Step::CardLine { n, .. }
                | Step::OwnLine { n, .. } | Step::DropCard { n } | Step::Tag { n, .. }
                | Step::Label { n, .. } => *n,
                _ => 0,
            };
            if n < twins.len() {
                world.happen(step, &settings);
            }
        }
        world.apply(&settings, || (false, false));

        // Rule 2: a second run right after a clean one makes no write.
        let again = plan(&world.snapshot(), &settings);
        let writes: Vec<_> = again.changes.iter().map(|c| (&c.action, &c.reason)).collect();
        prop_assert!(writes.is_empty(), "the second run would write: {writes:#?}");

        // Rule 4: nobody is ever there twice.
        prop_assert_eq!(world.contacts.len(), twins.len(), "one contact a person");
        for lead in world.leads.values() {
            let cards = lead.notes.iter().flatten()
                .filter(|n| foxbridge_engine::marked_contact(&n.text).is_some()).count();
            prop_assert!(cards <= 1, "{} has {cards} cards", lead.name);
        }

        // Links are a bijection.
        let leads: BTreeSet<_> = world.links.iter().map(|l| &l.lead_id).collect();
        let contacts: BTreeSet<_> = world.links.iter().map(|l| &l.contact_id).collect();
        prop_assert_eq!(leads.len(), world.links.len());
        prop_assert_eq!(contacts.len(), world.links.len());
        prop_assert_eq!(leads.len(), twins.len(), "everybody is linked");

        // Losing the database creates nothing and rewrites nothing.
        world.happen(&Step::Amnesia, &settings);
        let anew = plan(&world.snapshot(), &settings);
        prop_assert_eq!(anew.count(ChangeKind::Create), 0, "somebody would be made again");
    }

    #[test]
    fn a_conflict_loses_nothing(
        highlevel in "[a-d]{1,3}",
        card in "[e-h]{1,3}",
        policy in prop_oneof![
            Just(ConflictPolicy::HighlevelWins),
            Just(ConflictPolicy::AimfoxWins),
            Just(ConflictPolicy::NewestSeen),
            Just(ConflictPolicy::Ask),
        ],
    ) {
        let mut settings = Settings::standard();
        settings.mapping[0].on_conflict = policy;
        let mut world = World::default();
        world.lead(1);
        world.twin(1);
        world.apply(&settings, || (false, false));
        world.happen(&Step::Contact { n: 1, field: "firstName", value: highlevel.clone() }, &settings);
        world.happen(&Step::CardLine { n: 1, label: "First name", value: card.clone() }, &settings);
        world.apply(&settings, || (false, false));

        let on_contact = world.contact_of(1).unwrap().fields["firstName"].display();
        let lead = &world.leads["1001"];
        let text = find_card(lead.notes.as_ref().unwrap()).unwrap().text;
        match policy {
            // Both changes are news to one and the same run: neither is the newer one.
            ConflictPolicy::Ask | ConflictPolicy::NewestSeen => {
                prop_assert_eq!(on_contact, highlevel, "asking changes nothing");
                prop_assert!(text.contains(&format!("First name: {card}")), "{text}");
                let asked = plan(&world.snapshot(), &settings);
                prop_assert_eq!(asked.questions.len(), 1, "the question stays until it is answered");
            }
            ConflictPolicy::HighlevelWins => {
                prop_assert_eq!(&on_contact, &highlevel);
                prop_assert!(text.contains(&format!("First name: {highlevel}")), "{text}");
                prop_assert!(world.losers.contains(&Value::Text(card.into())), "the loser is kept");
            }
            ConflictPolicy::AimfoxWins => {
                prop_assert_eq!(&on_contact, &card);
                prop_assert!(world.losers.contains(&Value::Text(highlevel.into())), "the loser is kept");
            }
        }
    }

    #[test]
    fn the_plan_does_not_depend_on_the_order_of_reading(
        seed in any::<u64>(),
        twins in proptest::collection::vec(any::<bool>(), 1..6),
    ) {
        let settings = Settings::standard();
        let mut world = World::default();
        for (n, twin) in twins.iter().enumerate() {
            world.lead(n);
            if *twin {
                world.twin(n);
            }
        }
        let snapshot = world.snapshot();
        let mut shuffled = snapshot.clone();
        let mut seed = seed | 1;
        let mut swap = |len: usize, i: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (i, (seed >> 33) as usize % len)
        };
        for i in 0..shuffled.leads.len() {
            let (a, b) = swap(shuffled.leads.len(), i);
            shuffled.leads.swap(a, b);
        }
        for i in 0..shuffled.contacts.len() {
            let (a, b) = swap(shuffled.contacts.len(), i);
            shuffled.contacts.swap(a, b);
        }
        prop_assert_eq!(plan(&snapshot, &settings), plan(&shuffled, &settings));
    }
}
