//! People who work in both services. Each edit types a word of its own, so that afterwards every
//! word can be asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::Request;
use foxbridge_model::Service;
use foxbridge_sandbox::{Origin, Sandbox};
use rand::Rng as _;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

/// Who typed what.
#[derive(Default)]
pub(crate) struct Editors {
    next: usize,
    /// Words that nobody replaced knowingly.
    pub(crate) typed: BTreeSet<String>,
    /// Words that were said in the conversation with a lead, and that nobody took out of its note.
    pub(crate) said: BTreeMap<String, u64>,
    /// What was done, for people who read a failure, beside what the program did.
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

/// The words in a text that somebody here typed.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.starts_with("typed"))
        .map(str::to_owned)
}

/// A note on a lead.
#[derive(Clone)]
struct Note {
    lead: u64,
    id: String,
    text: String,
}

/// What an editor sees on the screen.
struct Seen {
    contacts: Vec<String>,
    leads: Vec<u64>,
    lead_notes: Vec<Note>,
    /// Contact, note, text.
    notes: Vec<(String, String, String)>,
    /// Contact, task, title, done.
    tasks: Vec<(String, String, String, bool)>,
    states: BTreeMap<String, String>,
}

fn see(sandbox: &Sandbox) -> Seen {
    sandbox.with_state(|world| {
        let highlevel = &world.highlevel;
        let contacts: Vec<String> = highlevel.contacts.iter().map(|c| c.id.clone()).collect();
        let there = |id: &String| contacts.contains(id);
        let notes = highlevel.notes.iter().filter(|(id, _)| there(id));
        let tasks = highlevel.tasks.iter().filter(|(id, _)| there(id));
        let leads = world.aimfox.leads.values();
        Seen {
            notes: notes
                .flat_map(|(contact, notes)| {
                    notes
                        .iter()
                        .map(|note| (contact.clone(), note.id.clone(), note.body.clone()))
                })
                .collect(),
            tasks: tasks
                .flat_map(|(contact, tasks)| tasks.iter().map(move |task| (contact, task)))
                .filter(|(_, task)| !task.deleted)
                .map(|(contact, task)| {
                    let (id, title) = (task.id.clone(), task.title.clone());
                    (contact.clone(), id, title, task.completed)
                })
                .collect(),
            states: highlevel
                .contacts
                .iter()
                .map(|c| (c.id.clone(), c.city.clone().unwrap_or_default()))
                .collect(),
            lead_notes: leads
                .clone()
                .flat_map(|lead| {
                    lead.notes.iter().map(|note| Note {
                        lead: lead.id,
                        id: note.id.clone(),
                        text: note.text.clone(),
                    })
                })
                .collect(),
            // Somebody from the owner's own network takes no part.
            leads: leads
                .filter(|lead| !lead.origins.is_empty())
                .map(|lead| lead.id)
                .collect(),
            contacts,
        }
    })
}

fn pick<'a, T>(random: &mut SmallRng, all: &'a [T]) -> Option<&'a T> {
    (!all.is_empty()).then(|| &all[random.random_range(0..all.len())])
}

impl Editors {
    fn word(&mut self) -> String {
        self.next += 1;
        let word = format!("typed{:04}", self.next);
        self.typed.insert(word.clone());
        word
    }

    /// Somebody who saw a text replaced or deleted it: its words are gone on purpose.
    fn replaced(&mut self, text: &str) {
        for word in words(text) {
            self.typed.remove(&word);
            self.said.remove(&word);
        }
    }

    /// One edit at one of the services, while no run goes on.
    pub(crate) fn edit(&mut self, sandbox: &Sandbox, random: &mut SmallRng) {
        let kind = random.random_range(0..15);
        self.edit_one(kind, &see(sandbox), sandbox, random);
    }

    /// The same, and nobody joins.
    pub(crate) fn edit_alone(&mut self, sandbox: &Sandbox, random: &mut SmallRng) {
        let kind = random.random_range(0..14);
        self.edit_one(kind, &see(sandbox), sandbox, random);
    }

    /// One edit during a run. Neither service can tell whether a record is still what was read
    /// (`facts/aimfox.md` §1), so what is edited between the look before a write and that write is
    /// overwritten; notes of these leads are being written just now and are left alone. So are values
    /// that HighLevel keeps, whose look before the write is longer ago.
    pub(crate) fn edit_meanwhile(
        &mut self,
        sandbox: &Sandbox,
        random: &mut SmallRng,
        busy: &BTreeSet<u64>,
    ) {
        let mut seen = see(sandbox);
        seen.lead_notes.retain(|note| !busy.contains(&note.lead));
        let kinds = [2, 4, 7, 9, 9, 9, 11, 12];
        let kind = kinds[random.random_range(0..kinds.len())];
        self.edit_one(kind, &seen, sandbox, random);
    }

    fn edit_one(&mut self, kind: u32, seen: &Seen, sandbox: &Sandbox, random: &mut SmallRng) {
        match kind {
            0 | 1 => {
                let Some(contact) = pick(random, &seen.contacts) else {
                    return;
                };
                self.replaced(&seen.states[contact]);
                let word = self.word();
                let path = format!("/contacts/{contact}");
                self.highlevel(sandbox, "PUT", &path, Some(json!({ "city": word })));
            }
            2 => {
                let Some(contact) = pick(random, &seen.contacts) else {
                    return;
                };
                let body = json!({ "body": format!("Called about {}", self.word()) });
                let path = format!("/contacts/{contact}/notes");
                self.highlevel(sandbox, "POST", &path, Some(body));
            }
            3 => {
                let Some((contact, id, text)) = pick(random, &seen.notes) else {
                    return;
                };
                self.replaced(text);
                // Its last lines may say where it came from; a person leaves them alone.
                let mark = text.lines().find(|line| line.starts_with("[aimfox"));
                let body = format!("Now about {}\n{}", self.word(), mark.unwrap_or_default());
                let path = format!("/contacts/{contact}/notes/{id}");
                self.highlevel(sandbox, "PUT", &path, Some(json!({ "body": body.trim() })));
            }
            4 => {
                let Some(contact) = pick(random, &seen.contacts) else {
                    return;
                };
                let body = json!({
                    "title": format!("Send {}", self.word()),
                    "dueDate": "2031-05-06T09:00:00Z",
                    "completed": false,
                });
                let path = format!("/contacts/{contact}/tasks");
                self.highlevel(sandbox, "POST", &path, Some(body));
            }
            5 => {
                let Some((contact, id, title, _)) = pick(random, &seen.tasks) else {
                    return;
                };
                self.replaced(title);
                let body = json!({ "title": format!("Rather {}", self.word()) });
                let path = format!("/contacts/{contact}/tasks/{id}");
                self.highlevel(sandbox, "PUT", &path, Some(body));
            }
            6 => {
                let Some((contact, id, _, done)) = pick(random, &seen.tasks) else {
                    return;
                };
                let path = format!("/contacts/{contact}/tasks/{id}/completed");
                self.highlevel(sandbox, "PUT", &path, Some(json!({ "completed": !done })));
            }
            7 | 8 => {
                let Some(lead) = pick(random, &seen.leads) else {
                    return;
                };
                let word = self.word();
                let text = if random.random_bool(0.5) {
                    format!("Met {word} at the fair")
                } else {
                    format!("todo: call {word} by 2031-05-06")
                };
                let path = format!("/leads/{lead}/notes");
                self.aimfox(sandbox, "POST", &path, Some(json!({ "text": text })));
            }
            9 | 10 => {
                let Some(note) = pick(random, &seen.lead_notes).cloned() else {
                    return;
                };
                self.rewrite(sandbox, &note);
            }
            12 | 13 => {
                if let Some(lead) = pick(random, &seen.leads) {
                    self.talk(sandbox, random, *lead);
                }
            }
            14 => Self::join(sandbox, random),
            _ => {
                // Cards stay: what becomes of a deleted one is told elsewhere.
                let own: Vec<Note> = seen
                    .lead_notes
                    .iter()
                    .filter(|note| !note.text.contains("[foxbridge"))
                    .cloned()
                    .collect();
                let Some(note) = pick(random, &own) else {
                    return;
                };
                self.replaced(&note.text);
                let path = format!("/leads/{}/notes/{}", note.lead, note.id);
                self.aimfox(sandbox, "DELETE", &path, None);
            }
        }
    }

    /// Somebody writes in the conversation with a lead: the lead, or the owner of the seat.
    fn talk(&mut self, sandbox: &Sandbox, random: &mut SmallRng, lead: u64) {
        let word = self.word();
        // It is LinkedIn's: nobody typed it into either service.
        self.typed.remove(&word);
        self.said.insert(word.clone(), lead);
        let words = format!("About {word}");
        if random.random_bool(0.5) {
            sandbox.write_as_lead(lead, &words);
            let told = format!("somebody: the lead {lead} writes {words}");
            self.told.lock().unwrap().push(told);
            return;
        }
        let seat = sandbox.with_state(|world| world.aimfox.accounts[0].id.clone());
        let path = format!("/accounts/{seat}/conversations");
        let body = json!({ "message": words, "recipients": [lead.to_string()] });
        self.aimfox(sandbox, "POST", &path, Some(body));
    }

    /// Somebody of the owner's own network joins a campaign, and so becomes a contact.
    fn join(sandbox: &Sandbox, random: &mut SmallRng) {
        sandbox.with_state(|world| {
            let campaign = world.aimfox.campaigns[0].clone();
            let outside: Vec<u64> = world
                .aimfox
                .leads
                .values()
                .filter(|lead| lead.origins.is_empty())
                .map(|lead| lead.id)
                .collect();
            if let Some(id) = pick(random, &outside) {
                let lead = world.aimfox.leads.get_mut(id).unwrap();
                let (id, name) = (campaign.id, campaign.name);
                lead.origins.push(Origin { id, name });
            }
        });
    }

    /// Somebody edits one line of a note: a card's, a task's, or their own.
    fn rewrite(&mut self, sandbox: &Sandbox, note: &Note) {
        let word = self.word();
        let is_contact = note.text.contains("[foxbridge contact");
        let is_task = note.text.contains("[foxbridge task");
        let is_other = note.text.contains("[foxbridge appointment");
        let mut old = String::new();
        let text = if is_contact {
            let mut lines: Vec<String> = note.text.lines().map(str::to_owned).collect();
            match lines.iter_mut().find(|line| line.starts_with("City: ")) {
                Some(line) => {
                    old = std::mem::replace(line, format!("City: {word}"));
                }
                None => lines.insert(1, format!("City: {word}")),
            }
            lines.join("\n")
        } else if is_task {
            let mut lines: Vec<String> = note.text.lines().map(str::to_owned).collect();
            let title = lines.iter_mut().find(|line| {
                line.to_lowercase().contains("task:") || line.to_lowercase().contains("title:")
            });
            let Some(line) = title else {
                self.typed.remove(&word);
                return;
            };
            let label = line.split(':').next().unwrap_or_default().to_owned();
            old = std::mem::replace(line, format!("{label}: Post {word}"));
            lines.join("\n")
        } else if is_other {
            self.typed.remove(&word);
            return;
        } else {
            old.clone_from(&note.text);
            let marks = note.text.lines().filter(|line| line.starts_with('['));
            let marks: Vec<&str> = marks.collect();
            let todo = if note.text.starts_with("todo:") {
                "todo: "
            } else {
                ""
            };
            format!("{todo}Wrote {word} instead\n{}", marks.join("\n"))
        };
        self.replaced(&old);
        let path = format!("/leads/{}/notes/{}", note.lead, note.id);
        let body = json!({ "text": text.trim_end() });
        self.aimfox(sandbox, "PATCH", &path, Some(body));
    }

    fn highlevel(&mut self, sandbox: &Sandbox, method: &str, path: &str, body: Option<Value>) {
        let base = sandbox.credentials().highlevel.base_url.clone();
        self.send(sandbox, Service::HighLevel, method, base + path, body);
    }

    fn aimfox(&mut self, sandbox: &Sandbox, method: &str, path: &str, body: Option<Value>) {
        let base = sandbox.credentials().aimfox.base_url.clone();
        self.send(sandbox, Service::Aimfox, method, base + path, body);
    }

    fn send(
        &mut self,
        sandbox: &Sandbox,
        service: Service,
        method: &str,
        url: String,
        body: Option<Value>,
    ) {
        let body = body.map_or_else(String::new, |body| body.to_string());
        let what = format!("{method} {url} {body}");
        let asked = Request::builder()
            .method(method)
            .uri(url)
            .header("version", "2021-07-28")
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .unwrap();
        let answer = sandbox.by_hand(service, &asked);
        let status = answer.status();
        assert!(
            status.is_success(),
            "{what} was refused: {status} {:?}",
            answer.body()
        );
        self.told.lock().unwrap().push(format!("somebody: {what}"));
    }
}
