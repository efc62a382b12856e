//! What hangs on some of the people who are on both sides: open and done tasks, notes, appointments,
//! and LinkedIn conversations.

use super::{Mint, World};
use crate::aimfox::inbox;
use crate::dice::{Dice, mix};
use crate::highlevel::records::{Appointment, Note, Task};
use crate::world::furnish::CALENDAR;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

const TASKS: [(&str, &str); 6] = [
    (
        "Call back about pricing",
        "Asked for the price of ten seats.\nMornings are best.",
    ),
    ("Send the proposal", ""),
    ("Prepare the demo", "They want to see reporting."),
    ("Check the contract with legal", "Clause 4.2 is open."),
    ("Ask for an introduction", ""),
    ("Follow up after the fair", "Met at the stand on day two."),
];

const NOTES: [&str; 4] = [
    "Prefers e-mail over calls.",
    "Decides together with the head of finance.",
    "Budget is fixed until spring; come back in March.",
    "<p>Knows us from <b>two</b> former colleagues.</p>",
];

const TALKS: [(&str, &str); 3] = [
    (
        "Thanks for connecting! Do you look after reporting yourself?",
        "I do, together with finance.\nWhat did you have in mind?",
    ),
    (
        "Nice to meet you at the fair.",
        "Likewise. Send me the deck when you have it.",
    ),
    ("Is spring still a good time to talk?", "March works best."),
];

const MEETINGS: [&str; 3] = ["Intro call", "Product demo", "Contract review"];

impl World {
    /// Adds tasks, notes, appointments and conversations, as of `now` (milliseconds since 1970).
    pub(crate) fn add_items(&mut self, now: i64) {
        self.add_talks(now);
        let mut mint = Mint::new(mix(self.mint.seed, 0x17E5));
        let mut dice = Dice::new(self.mint.seed, 0x17E6);
        let contacts: Vec<String> = self
            .truth
            .overlap
            .iter()
            .map(|(_, contact)| contact.clone())
            .collect();
        let highlevel = &mut self.highlevel;
        let users: Vec<String> = highlevel.users.iter().map(|(id, _)| id.clone()).collect();
        for (n, contact) in contacts.iter().enumerate() {
            let (title, body) = TASKS[n % TASKS.len()];
            if n % 3 == 0 {
                let task = Task {
                    id: mint.highlevel(),
                    contact_id: contact.clone(),
                    title: title.to_owned(),
                    body: (!body.is_empty()).then(|| body.to_owned()),
                    assigned_to: (!users.is_empty()).then(|| dice.pick(&users).clone()),
                    due: now / HOUR * HOUR + (1 + dice.below(12) as i64) * DAY,
                    completed: n % 9 == 6,
                    date_added: now - 3 * DAY,
                    date_updated: now - DAY,
                    deleted: false,
                };
                highlevel
                    .tasks
                    .entry(contact.clone())
                    .or_default()
                    .push(task);
            }
            if n % 2 == 0 {
                let note = Note {
                    id: mint.highlevel(),
                    body: NOTES[n / 2 % NOTES.len()].to_owned(),
                    user_id: users.first().cloned(),
                    title: None,
                    color: None,
                    pinned: false,
                    date_added: now - 10 * DAY,
                };
                highlevel
                    .notes
                    .entry(contact.clone())
                    .or_default()
                    .push(note);
            }
            if n % 5 == 1 {
                let start = now / HOUR * HOUR + (1 + dice.below(20) as i64) * DAY;
                let address = serde_json::json!("https://meet.example.com/sample");
                let one = Appointment {
                    id: mint.highlevel(),
                    calendar_id: CALENDAR.to_owned(),
                    contact_id: contact.clone(),
                    title: MEETINGS[n / 5 % MEETINGS.len()].to_owned(),
                    status: "confirmed".to_owned(),
                    start,
                    end: start + HOUR / 2,
                    date_added: now - DAY,
                    date_updated: now - DAY,
                    deleted: false,
                    details: [("address".to_owned(), address)].into(),
                };
                highlevel
                    .appointments
                    .entry(contact.clone())
                    .or_default()
                    .push(one);
            }
        }
    }

    /// Some of those people have talked with the first seat.
    fn add_talks(&mut self, now: i64) {
        let mut mint = Mint::new(mix(self.mint.seed, 0x17E7));
        let Some(seat) = self.aimfox.accounts.first().cloned() else {
            return;
        };
        let seat_name = format!("{} {}", seat.first_name, seat.last_name);
        let leads: Vec<u64> = self
            .truth
            .overlap
            .iter()
            .step_by(4)
            .filter_map(|(lead, _)| lead.parse().ok())
            .collect();
        for (n, lead) in (0..).zip(leads) {
            let Some(name) = self
                .aimfox
                .leads
                .get(&lead)
                .map(|lead| lead.full_name.clone())
            else {
                continue;
            };
            let (asked, answered) = TALKS[n as usize % TALKS.len()];
            let at = now - 20 * DAY + n * HOUR;
            let talk = (seat.id.as_str(), lead);
            let (ours, theirs) = (seat.id.clone(), lead.to_string());
            let aimfox = &mut self.aimfox;
            inbox::say(aimfox, &mut mint, talk, (ours, &seat_name), (asked, at));
            let said = (answered, at + 3 * HOUR);
            inbox::say(aimfox, &mut mint, talk, (theirs, name.trim()), said);
        }
    }
}
