//! Notes, tasks and appointments, both ways, through the real program against the sandbox.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, User, custom, id};
use serde_json::{Value, json};

const FAST: &[&str] = &[
    "--aimfox-per-minute",
    "100000",
    "--highlevel-per-10s",
    "100000",
];

/// Two people who are on both sides, and everything that hangs on the first.
struct Scene {
    sandbox: Sandbox,
    user: User,
    sync: String,
    contact: String,
    lead: String,
}

impl Scene {
    fn new(more: &[&str]) -> Self {
        let mut args = vec!["--contacts", "12", "--leads", "10", "--overlap", "6"];
        args.extend(FAST);
        let sandbox = Sandbox::serve(&args);
        let user = User::new();
        let mut words = vec!["--template", "standard"];
        words.extend(more);
        let sync = user.connect_with(&sandbox, 100_000, &words);
        let plan = user.run(&["sync", "rehearse", &sync], "");
        let link = plan["changes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|change| change["kind"] == "link")
            .expect("somebody is on both sides")
            .clone();
        let of = |what: &str| link["record"][what].as_str().unwrap().to_owned();
        Self {
            contact: of("contact_id"),
            lead: of("lead_id"),
            sandbox,
            user,
            sync,
        }
    }

    fn run(&self) -> Value {
        self.user.run(&["sync", "run", &self.sync, "--full"], "")
    }

    /// A run that finds nothing to write, anywhere.
    fn assert_at_rest(&self, why: &str) {
        let before = self.sandbox.writes();
        let report = self.run();
        assert_eq!(self.sandbox.writes(), before, "{why}: {report:#}");
    }

    fn notes(&self) -> Vec<Value> {
        let path = format!("/leads/{}/notes", self.lead);
        let notes = self.sandbox.aimfox("GET", &path, None);
        notes["notes"].as_array().unwrap().clone()
    }

    /// The lead's note that holds these words.
    fn note(&self, words: &str) -> Option<(String, String)> {
        let notes = self.notes();
        let mut found = notes
            .iter()
            .filter(|n| n["text"].as_str().unwrap().contains(words));
        let note = found.next()?;
        assert!(
            found.next().is_none(),
            "two notes hold {words:?}: {notes:#?}"
        );
        Some((id(&note["id"]), note["text"].as_str().unwrap().to_owned()))
    }

    fn edit_note(&self, words: &str, edit: impl Fn(&str) -> String) {
        let (note, text) = self.note(words).expect("the note is there");
        let path = format!("/leads/{}/notes/{note}", self.lead);
        self.sandbox
            .aimfox("PATCH", &path, Some(json!({ "text": edit(&text) })));
    }

    fn write_note(&self, text: &str) {
        let path = format!("/leads/{}/notes", self.lead);
        self.sandbox
            .aimfox("POST", &path, Some(json!({ "text": text })));
    }

    fn of_contact(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let path = format!("/contacts/{}/{path}", self.contact);
        self.sandbox.highlevel(method, &path, body)
    }

    fn new_task(&self, title: &str, done: bool) -> String {
        let body = json!({
            "title": title, "body": "Ask about <b>pricing</b>", "dueDate": "2031-05-06T09:00:00Z",
            "completed": done,
        });
        id(&self.of_contact("POST", "tasks", Some(body))["task"]["id"])
    }

    fn task(&self, task: &str) -> Value {
        self.of_contact("GET", &format!("tasks/{task}"), None)["task"].clone()
    }

    fn new_note(&self, body: &str) -> String {
        id(&self.of_contact("POST", "notes", Some(json!({ "body": body })))["note"]["id"])
    }

    fn calendar(&self) -> String {
        let path = format!("/calendars/?locationId={}", self.sandbox.location());
        let calendars = self.sandbox.highlevel("GET", &path, None);
        id(&calendars["calendars"][0]["id"])
    }

    fn new_appointment(&self, title: &str) -> String {
        let start = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(72);
        let body = json!({
            "calendarId": self.calendar(), "locationId": self.sandbox.location(),
            "contactId": self.contact, "title": title, "startTime": start.to_string(),
            "appointmentStatus": "confirmed", "ignoreFreeSlotValidation": true, "toNotify": false,
        });
        let made = self
            .sandbox
            .highlevel("POST", "/calendars/events/appointments", Some(body));
        id(&made["id"])
    }
}

#[test]
fn what_hangs_on_a_contact_is_shown_on_the_lead() {
    let scene = Scene::new(&[]);
    scene.new_note("An old note, from before there was a sync");
    let open = scene.new_task("Call about the offer", false);
    scene.new_task("Something done long ago", true);
    let meeting = scene.new_appointment("Intro call");

    let report = scene.run();
    assert!(
        report["changed_items"]["create"].as_u64().unwrap() >= 2,
        "{report:#}"
    );
    let (_, task) = scene
        .note("Call about the offer")
        .expect("an open task is copied");
    assert!(
        task.contains("[ ] done") && task.ends_with(&format!("[foxbridge task {open}]")),
        "{task}"
    );
    let (_, call) = scene
        .note("Intro call")
        .expect("a coming appointment is copied");
    assert!(call.contains("Status: confirmed"), "{call}");
    assert!(
        call.ends_with(&format!("[foxbridge appointment {meeting}]")),
        "{call}"
    );
    assert_eq!(
        scene.note("An old note"),
        None,
        "only new and changed notes are copied"
    );
    assert_eq!(
        scene.note("done long ago"),
        None,
        "a done task is not copied"
    );
    scene.assert_at_rest("a second run right after a clean one makes no write");

    // New and changed things flow.
    let note = scene.new_note("Prefers mornings");
    let body = json!({ "title": "Call about the new offer", "completed": true });
    scene.of_contact("PUT", &format!("tasks/{open}"), Some(body));
    let body = json!({ "appointmentStatus": "cancelled", "toNotify": false });
    scene.sandbox.highlevel(
        "PUT",
        &format!("/calendars/events/appointments/{meeting}"),
        Some(body),
    );
    scene.run();
    let (_, copy) = scene
        .note("Prefers mornings")
        .expect("a new note is copied");
    assert!(
        copy.ends_with(&format!("[foxbridge note {note}]")),
        "{copy}"
    );
    let (_, task) = scene
        .note("Call about the new offer")
        .expect("the card follows the task");
    assert!(task.contains("[x] done"), "{task}");
    assert!(
        scene
            .note("Intro call")
            .unwrap()
            .1
            .contains("Status: cancelled")
    );
    scene.assert_at_rest("nothing is left to do");

    // Deleted notes: the copy says so, and welcomes a note of the same id back, were it restored.
    scene.of_contact("DELETE", &format!("notes/{note}"), None);
    scene.run();
    assert!(
        scene
            .note("Prefers mornings")
            .unwrap()
            .1
            .contains("[deleted in HighLevel]")
    );
    scene.assert_at_rest("a copy is marked once");
}

#[test]
fn a_note_on_the_lead_changes_and_makes_tasks() {
    let scene = Scene::new(&[]);
    let task = scene.new_task("Send the contract", false);
    scene.run();

    scene.edit_note("Send the contract", |text| {
        text.replace("[ ] done", "[x] done")
            .replace("2031-05-06", "2031-05-09")
            .replace("Send the contract", "Send the signed contract")
    });
    scene.write_note("todo: book a room by 2031-06-01\nfor twelve people");
    scene.run();
    let now = scene.task(&task);
    assert_eq!(
        now["completed"], true,
        "ticking the box completes the task: {now}"
    );
    assert_eq!(now["title"], "Send the signed contract");
    assert!(
        now["dueDate"].as_str().unwrap().starts_with("2031-05-09"),
        "{now}"
    );
    let tasks = scene.of_contact("GET", "tasks", None);
    let made: Vec<&Value> = tasks["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|task| task["title"] == "book a room")
        .collect();
    assert_eq!(made.len(), 1, "a todo: note becomes one task: {tasks:#}");
    assert!(
        made[0]["body"]
            .as_str()
            .unwrap()
            .starts_with("for twelve people")
    );
    let (_, card) = scene
        .note("book a room")
        .expect("the note is the task's card now");
    assert!(
        card.starts_with("Task: book a room\nDue: 2031-06-01"),
        "{card}"
    );
    scene.assert_at_rest("making a task and its card is one run's work");

    // A conflict: HighLevel wins by default, and the loser stays in the log.
    scene.of_contact(
        "PUT",
        &format!("tasks/{task}"),
        Some(json!({ "title": "Theirs" })),
    );
    scene.edit_note("Send the signed contract", |text| {
        text.replace("Send the signed contract", "Ours")
    });
    scene.run();
    assert_eq!(scene.task(&task)["title"], "Theirs");
    assert!(scene.note("Task: Theirs").is_some());
    let log = scene.user.run(&["log"], "").to_string();
    assert!(log.contains("Ours"), "the losing edit is kept");

    // A deleted card asks, and deletes nothing.
    let (note, _) = scene.note("Task: Theirs").unwrap();
    scene.sandbox.aimfox(
        "DELETE",
        &format!("/leads/{}/notes/{note}", scene.lead),
        None,
    );
    let report = scene.run();
    let asked = report["needs_you"].to_string();
    assert!(
        asked.contains("was deleted from") && asked.contains("Theirs"),
        "{report:#}"
    );
    assert_eq!(
        scene.task(&task)["title"],
        "Theirs",
        "the task is still there"
    );
}

#[test]
fn notes_go_both_ways_where_that_is_chosen() {
    let scene = Scene::new(&["--notes", "both", "--appointments", "both"]);
    scene.write_note("Was there before");
    let meeting = scene.new_appointment("Demo");
    scene.run();
    scene.write_note("Met at the fair \u{2013} likes \u{201c}blue\u{201d}");
    scene.edit_note("Appointment: Demo", |text| {
        text.replace("confirmed", "no-show")
    });
    scene.run();
    let notes = scene.of_contact("GET", "notes", None);
    let bodies: Vec<&str> = notes["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["body"].as_str().unwrap())
        .collect();
    assert_eq!(
        bodies.len(),
        1,
        "the old note stays where it is: {bodies:?}"
    );
    assert!(
        bodies[0].starts_with("Met at the fair - likes \"blue\""),
        "{bodies:?}"
    );
    let one = scene.sandbox.highlevel(
        "GET",
        &format!("/calendars/events/appointments/{meeting}"),
        None,
    );
    assert_eq!(one["appointment"]["appointmentStatus"], "noshow");
    scene.assert_at_rest("notes both ways come to rest");

    // HighLevel's copy is edited; the original in Aimfox follows.
    let note = id(&notes["notes"][0]["id"]);
    let edited = bodies[0].replace("blue", "green");
    scene.of_contact(
        "PUT",
        &format!("notes/{note}"),
        Some(json!({ "body": edited })),
    );
    scene.run();
    let (_, original) = scene.note("Met at the fair").unwrap();
    assert_eq!(
        original, "Met at the fair - likes \"green\"",
        "no mark is put on an original"
    );

    // Nothing is made again without the database, once the search, which lags, shows who is who.
    let stamp = scene.sandbox.field("contact.aimfox_lead_id").unwrap();
    let list = scene.user.run(&["sync", "list"], "");
    let linked = list[0]["health"]["in_sync"].as_u64().unwrap() as usize;
    scene
        .sandbox
        .contacts_until(|all| all.iter().filter(|c| custom(c, &stamp).is_some()).count() >= linked);
    let anew = User::new();
    let sync = anew.connect_with(
        &scene.sandbox,
        100_000,
        &[
            "--template",
            "standard",
            "--notes",
            "both",
            "--appointments",
            "both",
        ],
    );
    let before = scene.sandbox.writes();
    let report = anew.run(&["sync", "run", &sync], "");
    assert_eq!(
        scene.sandbox.writes(),
        before,
        "a lost database writes nothing: {report:#}"
    );
}

#[test]
fn a_kind_that_may_not_be_read_stops_nothing_else() {
    let scene = Scene::new(&[]);
    let connections = scene.user.run(&["connections", "list"], "");
    let highlevel = connections
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["service"] == "highlevel")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let switch = [
        "permissions",
        "set",
        &highlevel,
        "highlevel.calendars.list",
        "blocked",
    ];
    scene.user.run(&switch, "");
    scene.new_task("Goes on", false);
    scene.new_appointment("Stays unseen");
    let report = scene.run();
    assert!(scene.note("Goes on").is_some(), "tasks go on");
    assert_eq!(scene.note("Stays unseen"), None);
    let asked = report["needs_you"].to_string();
    assert!(
        asked.contains("appointments could not be read"),
        "{report:#}"
    );
}

impl Scene {
    /// The owner of the seat writes to the lead on LinkedIn.
    fn say(&self, words: &str) {
        let accounts = self.sandbox.aimfox("GET", "/accounts", None);
        let seat = id(&accounts["accounts"][0]["id"]);
        let path = format!("/accounts/{seat}/conversations");
        let body = json!({ "message": words, "recipients": [self.lead] });
        self.sandbox.aimfox("POST", &path, Some(body));
    }

    /// Id and text of the notes in HighLevel that show a conversation.
    fn talks(&self) -> Vec<(String, String)> {
        let notes = self.of_contact("GET", "notes", None);
        let notes = notes["notes"].as_array().unwrap().iter();
        notes
            .map(|note| (id(&note["id"]), note["body"].as_str().unwrap().to_owned()))
            .filter(|(_, text)| text.contains("[aimfox conversation "))
            .collect()
    }
}

#[test]
fn a_linkedin_conversation_is_one_note_that_goes_on() {
    let scene = Scene::new(&["--conversations", "to-highlevel", "--notes", "both"]);
    scene.say("Hello from before there was a sync");
    scene.run();
    assert_eq!(
        scene.talks(),
        [],
        "what was there before waits until it goes on"
    );

    scene.say("Shall we talk on Monday?");
    let writes = scene.sandbox.writes();
    let plan = scene.user.run(&["sync", "rehearse", &scene.sync], "");
    assert_eq!(scene.sandbox.writes(), writes, "a rehearsal writes nothing");
    let changes = plan["changes"].as_array().unwrap();
    let rows: Vec<&Value> = changes
        .iter()
        .filter(|change| change["object"] == "conversation")
        .collect();
    assert!(rows.len() == 1 && rows[0]["kind"] == "create", "{plan:#}");
    assert!(
        rows[0].to_string().contains("Shall we talk on Monday?"),
        "{plan:#}"
    );
    // A run may be narrowed to a kind of object.
    let path = format!("/contacts/{}", scene.contact);
    let city = json!({ "lastName": "Renamed" });
    scene.sandbox.highlevel("PUT", &path, Some(city));
    scene
        .sandbox
        .contacts_until(|all| all.iter().any(|one| one["lastName"] == "Renamed"));
    let narrowed = ["sync", "run", &scene.sync, "--object", "conversation"];
    let run = scene.user.run(&narrowed, "");
    assert_eq!(run["changed_items"]["create"], 1, "{run:#}");
    assert_eq!(run["changed"]["update"], 0, "the card waits: {run:#}");
    let run = scene.run();
    assert_eq!(run["changed"]["update"], 1, "and then follows: {run:#}");
    let [(note, text)] = scene.talks().try_into().unwrap();
    assert!(text.starts_with("LinkedIn conversation with "), "{text}");
    for said in ["Hello from before", "Shall we talk on Monday?"] {
        assert!(text.contains(said), "{said} is missing: {text}");
    }
    assert_eq!(scene.note("Shall we talk"), None, "it is no note in Aimfox");
    scene.assert_at_rest("a conversation that was told");

    scene.say("Or on Tuesday?");
    let run = scene.run();
    assert_eq!(run["changed_items"]["update"], 1, "{run:#}");
    let [(same, longer)] = scene.talks().try_into().unwrap();
    assert_eq!(same, note, "it goes on in the same note");
    assert!(
        longer.contains("Monday") && longer.contains("Or on Tuesday?"),
        "{longer}"
    );

    let run = id(&run["run"]);
    scene.user.run(&["sync", "undo", &run], "");
    let [(_, undone)] = scene.talks().try_into().unwrap();
    assert_eq!(undone, text, "the undo gives the note its text before");
    scene.assert_at_rest("what was undone stays undone");

    // Deleted, it stays deleted, and where that is chosen somebody is asked.
    let ask = ["sync", "items", &scene.sync, "--items-deleted", "ask"];
    let chosen = scene.user.words(&ask);
    for what in ["notes", "tasks", "appointments", "conversations"] {
        assert!(chosen.contains(what), "{what} are not shown:\n{chosen}");
    }
    scene.of_contact("DELETE", &format!("notes/{note}"), None);
    scene.say("Still there?");
    let run = scene.run();
    let asked = run["needs_you"].as_array().unwrap().iter();
    let asked: Vec<&Value> = asked.filter(|one| one["kind"] == "deleted").collect();
    let [asked] = asked[..] else {
        panic!("one question: {run:#}")
    };
    assert_eq!(asked["options"], json!(["unlink", "wait"]), "{asked:#}");
    assert_eq!(scene.talks(), [], "no second note is made");
    let key = id(&asked["id"]);
    scene
        .user
        .run(&["sync", "resolve", &scene.sync, &key, "--unlink"], "");
    let run = scene.run();
    assert!(
        !run["needs_you"]
            .to_string()
            .contains("LinkedIn conversation"),
        "{run:#}"
    );
    scene.assert_at_rest("the answer is kept");
}
