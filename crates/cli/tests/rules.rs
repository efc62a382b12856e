//! Rules and webhooks from a terminal, with the real `foxbridge serve` at work on the same data.
#![allow(clippy::unwrap_used)]

mod common;

use std::net::TcpListener;

use common::serving::Serving;
use common::{FAST_RPM, Sandbox, User, custom, id};
use serde_json::{Value, json};

struct Scene {
    sandbox: Sandbox,
    user: User,
    sync: String,
}

impl Scene {
    /// Synced once.
    fn set() -> Self {
        let sandbox = Sandbox::fast(8, 6, 4);
        let user = User::new();
        let sync = user.connect(&sandbox, FAST_RPM);
        user.run(&["sync", "run", &sync], "");
        Self {
            sandbox,
            user,
            sync,
        }
    }

    fn connection(&self, service: &str) -> String {
        let all = self.user.run(&["connections", "list"], "");
        let mut all = all.as_array().unwrap().iter();
        let found = all.find(|one| one["service"] == service).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// What a rule did, once it has done it: another process is at work meanwhile. The runner's own
    /// limit ends a test in which that never comes.
    fn fired(&self, rule: &str, state: &str) -> Value {
        loop {
            let log = self.user.run(&["rules", "log", rule], "");
            if let Some(first) = log.as_array().unwrap().first()
                && first["state"] == state
            {
                return first.clone();
            }
        }
    }
}

#[test]
fn a_rule_is_added_tried_switched_on_seen_to_act_and_taken_back() {
    let scene = Scene::set();
    let Scene {
        sandbox,
        user,
        sync,
    } = &scene;
    let recipes = user.run(&["rules", "recipes"], "");
    assert_eq!(recipes.as_array().unwrap().len(), 6);
    let made = user.run(&["rules", "add", "--recipe", "tag-to-label"], "");
    let rule = made["id"].as_str().unwrap();
    assert_eq!(made["state"], "test", "a new rule only tries");
    let list = user.run(&["rules", "list"], "");
    assert_eq!(list[0]["id"], rule);
    assert_eq!(list[0]["sync"], *sync);
    let shown = user.run(&["rules", "show", rule], "");
    assert_eq!(shown["definition"]["trigger"], "foxbridge.tag.added");

    // Somebody gives a linked contact a tag while the rule is in test mode.
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let usable = |one: &&Value| {
        custom(one, &stamp).is_some() && !one["tags"].to_string().contains("customer")
    };
    let linked: Vec<String> = sandbox
        .contacts_until(|all| all.iter().filter(usable).count() >= 2)
        .iter()
        .filter(usable)
        .map(|one| id(&one["id"]))
        .collect();
    let tag = |contact: &str| {
        let path = format!("/contacts/{contact}/tags");
        sandbox.highlevel("POST", &path, Some(json!({ "tags": ["customer"] })));
        // The search, which a run reads, shows it a little later.
        let shows = |one: &Value| {
            let mut tags = one["tags"].as_array().unwrap().iter();
            one["id"] == contact && tags.any(|tag| tag == "customer")
        };
        sandbox.contacts_until(|all| all.iter().any(shows));
    };
    tag(&linked[0]);
    user.run(&["sync", "run", sync, "--full"], "");
    let trials = user.run(&["rules", "test", rule], "");
    let mut all = trials["trials"].as_array().unwrap().iter();
    let trial = all.find(|one| one["what"] == "Tag added: customer");
    assert_eq!(trial.unwrap()["fires"], true, "{trials:#}");
    assert_eq!(
        user.run(&["rules", "log", rule], ""),
        json!([]),
        "nothing was done"
    );

    let on = user.run(&["rules", "enable", rule], "");
    assert_eq!(on["state"], "on");
    let serving = Serving::start(user);
    tag(&linked[1]);
    user.run(&["sync", "run", sync, "--full"], "");
    let fired = scene.fired(rule, "done");
    assert_eq!(fired["can_undo"], true, "{fired:#}");
    let firing = fired["firing"].to_string();
    let undone = user.run(&["rules", "answer", &firing, "undo"], "");
    assert_eq!(undone["state"], "undone");
    let off = user.run(&["rules", "disable", rule], "");
    assert_eq!(off["state"], "off");
    user.run(&["rules", "remove", rule], "");
    assert_eq!(user.run(&["rules", "list"], ""), json!([]));
    drop(serving);
}

#[test]
fn webhooks_are_switched_on_tried_received_logged_and_replayed() {
    let scene = Scene::set();
    let Scene { sandbox, user, .. } = &scene;
    let aimfox = scene.connection("aimfox");
    // Somebody else may take the port before `serve` does; then it says so, and the test with it.
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port().to_string()
    };
    user.run(&["hooks", "set", "--port", &port], "");
    let (code, _, refused) = user.try_run(&["hooks", "test", &aimfox], "");
    assert_ne!(code, 0, "nothing is switched on: {refused}");
    user.run(&["hooks", "on", &aimfox], "");
    let none = user.run(&["hooks", "test", &aimfox], "");
    assert_eq!(none["arrived"], false, "nobody listens yet");
    assert!(none["error"].as_str().unwrap().contains("serve"), "{none}");

    let _serving = Serving::start(user);
    while user.run(&["hooks", "test", &aimfox], "")["arrived"] != true {}
    let registered = user.run(
        &["hooks", "register", &aimfox, "--events", "lead_label_added"],
        "",
    );
    let mut endpoints = registered["endpoints"].as_array().unwrap().iter();
    let mine = endpoints.find(|one| one["connection"] == aimfox.as_str());
    assert_eq!(mine.unwrap()["registered"], true);

    // Somebody puts a label on a lead, and Aimfox tells of it.
    let labels = sandbox.aimfox("GET", "/labels", None);
    let label = labels["labels"][0]["id"].as_str().unwrap().to_owned();
    for lead in sandbox.leads() {
        let path = format!("/leads/{}/labels/{label}", id(&lead["id"]));
        sandbox.aimfox("POST", &path, Some(json!({})));
    }
    let delivery = loop {
        let log = user.run(&["hooks", "log", &aimfox], "");
        let done = log
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["state"] == "done");
        if let Some(done) = done {
            break done.clone();
        }
    };
    assert_eq!(delivery["event"], "lead_label_added");
    let number = delivery["delivery"].to_string();
    user.run(&["hooks", "replay", &number], "");
    loop {
        let log = user.run(&["hooks", "log", &aimfox], "");
        let mut all = log.as_array().unwrap().iter();
        let again = all
            .find(|one| one["delivery"] == number.parse::<i64>().unwrap())
            .unwrap();
        if again["state"] == "done" {
            break;
        }
    }
    let off = user.run(&["hooks", "off", &aimfox], "");
    let mut endpoints = off["endpoints"].as_array().unwrap().iter();
    let mine = endpoints.find(|one| one["connection"] == aimfox.as_str());
    assert_eq!(mine.unwrap()["on"], false);
}
