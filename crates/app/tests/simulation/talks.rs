//! LinkedIn conversations: one note each in HighLevel, with every message once, and never back again.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_contract::RunState;
use serde_json::json;

use super::editors::words;
use super::{End, Simulation};

/// What HighLevel shows of the conversations with each lead: contact, note and text.
type Shown = BTreeMap<u64, Vec<(String, String, String)>>;

impl Simulation {
    pub(crate) fn talks(&self) -> Shown {
        self.sandbox.with_state(|world| {
            let mut shown = Shown::new();
            for talk in world.aimfox.shelves.all("conversations") {
                let mark = format!("[aimfox conversation {} ", talk["id"].as_str().unwrap());
                let lead = talk["participants"][0].as_str().unwrap().parse().unwrap();
                let of = shown.entry(lead).or_default();
                for (contact, notes) in &world.highlevel.notes {
                    let notes = notes.iter().filter(|note| note.body.contains(&mark));
                    of.extend(notes.map(|note| {
                        let (id, body) = (note.id.clone(), note.body.clone());
                        (contact.clone(), id, body)
                    }));
                }
            }
            shown
        })
    }

    /// The leads whose ids are stamped on a contact.
    fn stamped(&self) -> BTreeSet<u64> {
        self.sandbox.with_state(|world| {
            let values = world.highlevel.contacts.iter().flat_map(|contact| {
                let own = contact.custom_fields.iter();
                own.filter_map(|value| value.value.as_str()?.parse().ok())
            });
            values.collect()
        })
    }

    pub(crate) fn check_talks(&self) {
        let (talks, stamped) = (self.talks(), self.stamped());
        let said = self.editors.lock().unwrap().said.clone();
        for (lead, notes) in &talks {
            assert!(
                notes.len() < 2,
                "two notes show one conversation: {notes:#?}"
            );
            assert!(
                !notes.is_empty() || !stamped.contains(lead),
                "no note shows the conversation with {lead}"
            );
        }
        for (word, lead) in &said {
            for (.., text) in &talks[lead] {
                let n = words(text).filter(|one| one == word).count();
                assert_eq!(n, 1, "{word} was said once, and is {n} times in {text}");
            }
        }
        let told_on = self.sandbox.with_state(|world| {
            let notes = world.aimfox.leads.values().flat_map(|lead| &lead.notes);
            let mut texts = notes.map(|note| note.text.clone());
            texts.find(|text| words(text).any(|word| said.contains_key(&word)))
        });
        assert_eq!(told_on, None, "a conversation came back as a lead's note");
    }

    fn run_quietly(&mut self) {
        self.clock.advance_ms(60_000);
        let End::Done(ended) = self.run(None, false) else {
            unreachable!("the power stays on")
        };
        let ended = ended.unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    }

    /// A lead with whom there is a conversation that a note shows, and that note.
    fn talking(&self) -> (u64, String, String) {
        let mut talks = self.talks().into_iter();
        let found = talks.find_map(|(lead, notes)| {
            let (contact, note, _) = notes.into_iter().next()?;
            Some((lead, contact, note))
        });
        found.expect("somebody who is on both sides has talked")
    }

    fn requests(&self) -> Vec<String> {
        let trace = self.trace.lock().unwrap();
        let sent = trace.iter().filter(|line| line.contains("http"));
        sent.cloned().collect()
    }
}

#[test]
fn a_conversation_goes_on_in_its_note_and_what_people_wrote_there_stays() {
    let mut simulation = Simulation::new(3);
    simulation.come_to_rest();
    let (lead, contact, note) = simulation.talking();
    let path = format!("/contacts/{contact}/notes/{note}");
    let edit = |simulation: &Simulation, edit: &dyn Fn(&str) -> String| {
        simulation.sandbox.with_state(|world| {
            let notes = world.highlevel.notes.get_mut(&contact).unwrap();
            let one = notes.iter_mut().find(|one| one.id == note).unwrap();
            one.body = edit(&one.body);
        });
    };
    edit(&simulation, &|text| {
        format!("Call her on Monday.\n{text}\nShe likes tea.")
    });
    simulation.sandbox.write_as_lead(lead, "typedNews");
    let before = simulation.requests().len();
    simulation.run_quietly();
    let sent = simulation.requests().split_off(before);
    let of = |what: &str| sent.iter().filter(|line| line.contains(what)).count();
    // HighLevel's note is looked at when it is planned, and again right before it is written.
    assert_eq!(of("/conversations/2-"), 1, "{sent:#?}");
    assert_eq!(of(&format!("PUT http://127.0.0.1:1{path}")), 1, "{sent:#?}");
    let (_, _, text) = simulation.talks()[&lead][0].clone();
    for kept in ["Call her on Monday.", "She likes tea.", "typedNews"] {
        assert!(text.contains(kept), "{kept} is missing: {text}");
    }
    assert!(text.trim_end().ends_with(']'), "the mark is last: {text}");

    // Without its mark it is still the same note, and gets the mark back when it goes on.
    edit(&simulation, &|text| {
        text.replace("[aimfox conversation", "(was: aimfox conversation")
    });
    simulation.sandbox.write_as_lead(lead, "typedMore");
    simulation.run_quietly();
    let (_, id, text) = simulation.talks()[&lead][0].clone();
    assert_eq!(id, note);
    assert!(text.contains("typedMore"), "{text}");
    let writes = simulation.writes();
    simulation.run_quietly();
    assert_eq!(simulation.writes(), writes, "and then it rests");
}

#[test]
fn a_deleted_note_stays_deleted_and_a_restored_one_goes_on() {
    let mut simulation = Simulation::new(3);
    simulation.come_to_rest();
    let (lead, contact, note) = simulation.talking();
    let taken = simulation.sandbox.with_state(|world| {
        let notes = world.highlevel.notes.get_mut(&contact).unwrap();
        let at = notes.iter().position(|one| one.id == note).unwrap();
        notes.remove(at)
    });
    simulation.sandbox.write_as_lead(lead, "typedUnheard");
    simulation.come_to_rest();
    assert!(simulation.talks()[&lead].is_empty(), "it was made again");
    simulation.sandbox.with_state(|world| {
        let notes = world.highlevel.notes.get_mut(&contact).unwrap();
        notes.push(taken);
    });
    simulation.sandbox.write_as_lead(lead, "typedAgain");
    simulation.come_to_rest();
    let (_, id, text) = simulation.talks()[&lead][0].clone();
    assert_eq!(id, note);
    assert!(
        text.contains("typedUnheard") && text.contains("typedAgain"),
        "{text}"
    );
}

#[test]
fn a_lost_database_makes_no_second_note_and_switching_off_copies_none_back() {
    let mut simulation = Simulation::new(3);
    simulation.come_to_rest();
    let before = simulation.talks();
    // Another computer, which knows nothing.
    simulation.dir = super::scratch();
    let End::Done(sync) = simulation.live(None, async |app, sandbox| {
        super::connect(app, sandbox).await
    }) else {
        unreachable!("the power stays on")
    };
    simulation.sync = sync.unwrap();
    simulation.come_to_rest();
    assert_eq!(simulation.talks(), before);
    simulation.check();
    let sync = simulation.sync.clone();
    let End::Done(set) = simulation.live(None, async |app, _| {
        let known = app.call("syncs.list", json!(null)).await?;
        let mut items = known[0]["items"].clone();
        items["conversations"]["direction"] = json!("off");
        items["notes"]["history"] = json!(true);
        app.call("syncs.set_items", json!({ "sync": sync, "items": items }))
            .await
    }) else {
        unreachable!("the power stays on")
    };
    set.unwrap();
    simulation.come_to_rest();
    let copied = simulation.sandbox.with_state(|world| {
        let notes = world.aimfox.leads.values().flat_map(|lead| &lead.notes);
        notes
            .filter(|note| note.text.contains("LinkedIn conversation"))
            .count()
    });
    assert_eq!(copied, 0, "a conversation came back as a lead's note");
}
