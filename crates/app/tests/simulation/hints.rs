//! Webhooks are hints: whatever they tell, and whenever, a run sees for itself.

use foxbridge_connectors::Clock as _;
use foxbridge_contract::RunState;
use foxbridge_model::Service;
use foxbridge_store::{NewDelivery, Store};
use rand::Rng as _;
use serde_json::json;

use super::{End, Simulation};

impl Simulation {
    /// A webhook of the service about a contact or a lead, as it was written down when it was believed.
    fn hook(&mut self, service: Service, id: &str) -> NewDelivery {
        let key = format!("hook-{}", self.random.random::<u64>());
        let (event, body) = match service {
            Service::HighLevel => (
                "ContactUpdate",
                json!({ "type": "ContactUpdate", "id": id }),
            ),
            Service::Aimfox => ("view", json!({ "event": { "target": { "id": id } } })),
        };
        let connections = self.store().connections().list().unwrap();
        let of = connections.iter().find(|one| one.service == service);
        NewDelivery {
            connection: of.unwrap().id.clone(),
            key: Some(key),
            at: self.clock.now_ms(),
            why: None,
            event: event.to_owned(),
            body,
        }
    }

    fn store(&self) -> Store {
        Store::open(&self.dir.path().join("data").join("foxbridge.db")).unwrap()
    }

    /// Some webhooks are sent, about anybody; of all that are on their way some arrive, in any order,
    /// some of them twice.
    pub(crate) fn hint(&mut self) {
        let (contacts, leads): (Vec<String>, Vec<String>) = self.sandbox.with_state(|world| {
            let contacts = world.highlevel.contacts.iter();
            let leads = world.aimfox.leads.keys();
            (
                contacts.map(|contact| contact.id.clone()).collect(),
                leads.map(ToString::to_string).collect(),
            )
        });
        for _ in 0..self.random.random_range(0..3) {
            let (service, of) = match self.random.random_bool(0.6) {
                true => (Service::HighLevel, &contacts),
                false => (Service::Aimfox, &leads),
            };
            let id = of[self.random.random_range(0..of.len())].clone();
            let hook = self.hook(service, &id);
            self.hints.push(hook);
        }
        let mut arrived = Vec::new();
        while !self.hints.is_empty() && self.random.random_bool(0.7) {
            let at = self.random.random_range(0..self.hints.len());
            let hook = self.hints.swap_remove(at);
            if self.random.random_bool(0.3) {
                self.hints.push(hook.clone());
            }
            arrived.push(hook);
        }
        if !arrived.is_empty() {
            self.store().deliveries().take_in(&arrived).unwrap();
        }
    }
}

#[test]
fn a_hint_about_one_person_hides_nobody_else() {
    let mut simulation = Simulation::new(11);
    simulation.come_to_rest();
    let run = |simulation: &mut Simulation| {
        let End::Done(ended) = simulation.run(None, false) else {
            unreachable!("the power stays on")
        };
        let ended = ended.unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    };
    simulation.clock.advance_ms(60_000);
    run(&mut simulation);
    let linked: Vec<(u64, String)> = simulation.sandbox.with_state(|world| {
        let leads = world.aimfox.leads.values();
        let marked = leads.filter_map(|lead| {
            let mut marks = lead.notes.iter().filter_map(|note| {
                let (_, mark) = note.text.split_once("[foxbridge contact ")?;
                Some(mark.split_once(']')?.0.to_owned())
            });
            Some((lead.id, marks.next()?))
        });
        marked.collect()
    });
    let [(lead, one), (_, other), ..] = &linked[..] else {
        panic!("two people have cards")
    };
    let edit = |simulation: &Simulation, contact: &str, city: &str| {
        let path = format!("/contacts/{contact}");
        let body = json!({ "city": city }).to_string();
        super::deleted::by_hand(simulation, (Service::HighLevel, "PUT"), &path, &body);
    };
    edit(&simulation, one, "typedFirst");
    simulation.clock.advance_ms(40 * 60_000);
    edit(&simulation, other, "typedSecond");
    simulation.clock.advance_ms(60_000);
    let hook = simulation.hook(Service::HighLevel, other);
    simulation.store().deliveries().take_in(&[hook]).unwrap();
    run(&mut simulation);
    let shown = simulation.sandbox.with_state(|world| {
        let notes = &world.aimfox.leads[lead].notes;
        notes.iter().any(|note| note.text.contains("typedFirst"))
    });
    assert!(
        shown,
        "an edit made before the one that was told of is missed"
    );
}
