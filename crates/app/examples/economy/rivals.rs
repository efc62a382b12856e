//! What others spend on the same people: a client that reads everybody one by one, and HighLevel's own
//! client library doing that for its half. Each in a world of its own, and each writes what it has to.

use std::path::Path;
use std::process::Command;

use foxbridge_model::Service;
use foxbridge_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{Spent, spent, start};

/// Both of them, where somebody wants to know: with very many people they take hours.
pub(crate) struct Rivals<'a>(Option<(Naive, Official<'a>)>);

/// What they spent; `None` for whoever was not asked.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    pub(crate) naive: Option<Spent>,
    /// HighLevel's half only.
    pub(crate) official: Option<u64>,
}

impl<'a> Rivals<'a> {
    pub(crate) async fn new(people: usize, sdk: Option<&'a Path>) -> Self {
        match sdk {
            Some(sdk) => {
                let naive = Naive::new(people).await;
                Self(Some((naive, Official::new(people, sdk).await)))
            }
            None => Self(None),
        }
    }

    /// A first sync: everybody is read, and then written.
    pub(crate) async fn first(&self) -> Asked {
        match &self.0 {
            Some((naive, official)) => Asked {
                naive: Some(naive.first().await),
                official: official.first(),
            },
            None => Asked::default(),
        }
    }

    /// A later one, for which these many changed at HighLevel and these at Aimfox.
    pub(crate) async fn later(&self, there: usize, here: usize) -> Asked {
        match &self.0 {
            Some((naive, official)) => Asked {
                naive: Some(naive.later(there, here).await),
                official: official.later(here),
            },
            None => Asked::default(),
        }
    }
}

struct Naive {
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Naive {
    async fn new(people: usize) -> Self {
        Self {
            sandbox: start(people).await.0,
            http: reqwest::Client::new(),
        }
    }

    async fn call(&self, service: Service, method: &str, path: &str, body: Option<Value>) -> Value {
        let keys = self.sandbox.credentials();
        let (base, key) = match service {
            Service::HighLevel => (&keys.highlevel.base_url, &keys.highlevel.token),
            Service::Aimfox => (&keys.aimfox.base_url, &keys.aimfox.api_key),
        };
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{base}{path}"))
            .bearer_auth(key)
            .header("Version", "2021-07-28");
        super::send(request, body).await
    }

    /// Pages of a hundred, then everybody by themselves.
    async fn read(&self) {
        let location = self.sandbox.credentials().highlevel.location_id.clone();
        let mut after = String::new();
        let mut contacts = Vec::new();
        loop {
            let path = format!("/contacts/?locationId={location}&limit=100{after}");
            let page = self.call(Service::HighLevel, "GET", &path, None).await;
            let rows = page["contacts"].as_array().unwrap();
            let ids = rows
                .iter()
                .map(|row| row["id"].as_str().unwrap().to_owned());
            contacts.extend(ids);
            if rows.len() < 100 {
                break;
            }
            let meta = &page["meta"];
            let (id, at) = (meta["startAfterId"].as_str().unwrap(), &meta["startAfter"]);
            after = format!("&startAfterId={id}&startAfter={at}");
        }
        for id in contacts {
            let path = format!("/contacts/{id}");
            self.call(Service::HighLevel, "GET", &path, None).await;
        }
        let mut leads: Vec<String> = Vec::new();
        loop {
            let path = format!("/leads:search?start={}&count=100", leads.len());
            let body = json!({
                "keywords": "", "current_companies": [], "past_companies": [], "education": [],
                "interests": [], "labels": [], "languages": [], "locations": [], "origins": [],
                "skills": [], "lead_of": [],
            });
            let page = self.call(Service::Aimfox, "POST", &path, Some(body)).await;
            let rows = page["leads"].as_array().unwrap();
            leads.extend(rows.iter().map(|row| match &row["id"] {
                Value::String(id) => id.clone(),
                id => id.to_string(),
            }));
            if rows.len() < 100 {
                break;
            }
        }
        for id in leads {
            let path = format!("/leads/{id}");
            self.call(Service::Aimfox, "GET", &path, None).await;
        }
    }

    /// Everybody who is on both sides gets a value there and a note here, everybody else is made.
    async fn write(&self) {
        let truth = self.sandbox.truth();
        for (lead, contact) in &truth.overlap {
            self.update(contact).await;
            self.note(lead).await;
        }
        let location = self.sandbox.credentials().highlevel.location_id.clone();
        for lead in &truth.unmatched {
            let body = json!({ "locationId": location, "firstName": "Lead", "lastName": lead });
            let path = "/contacts/";
            self.call(Service::HighLevel, "POST", path, Some(body))
                .await;
        }
    }

    async fn update(&self, contact: &str) {
        let path = format!("/contacts/{contact}");
        let body = json!({ "city": "Seen" });
        self.call(Service::HighLevel, "PUT", &path, Some(body))
            .await;
    }

    async fn note(&self, lead: &str) {
        let path = format!("/leads/{lead}/notes");
        let body = json!({ "text": "What HighLevel knows" });
        self.call(Service::Aimfox, "POST", &path, Some(body)).await;
    }

    /// A first sync: everybody is read, and then written.
    async fn first(&self) -> Spent {
        let before = spent(&self.sandbox);
        self.read().await;
        self.write().await;
        spent(&self.sandbox).since(before)
    }

    /// A later one, for which these many changed at HighLevel and these at Aimfox.
    async fn later(&self, there: usize, here: usize) -> Spent {
        let before = spent(&self.sandbox);
        self.read().await;
        let truth = self.sandbox.truth();
        for (lead, _) in truth.overlap.iter().take(there) {
            self.note(lead).await;
        }
        for (_, contact) in truth.overlap.iter().take(here) {
            self.update(contact).await;
        }
        spent(&self.sandbox).since(before)
    }
}

/// HighLevel's own client; `None` where it is not installed.
struct Official<'a> {
    sandbox: Sandbox,
    sdk: &'a Path,
}

impl<'a> Official<'a> {
    async fn new(people: usize, sdk: &'a Path) -> Self {
        Self {
            sandbox: start(people).await.0,
            sdk,
        }
    }

    fn first(&self) -> Option<u64> {
        let truth = self.sandbox.truth();
        let update: Vec<&String> = truth.overlap.iter().map(|(_, contact)| contact).collect();
        self.run(&json!({ "update": update, "create": truth.unmatched }))
    }

    fn later(&self, here: usize) -> Option<u64> {
        let truth = self.sandbox.truth();
        let update = truth.overlap.iter().take(here);
        let update: Vec<&String> = update.map(|(_, contact)| contact).collect();
        self.run(&json!({ "update": update, "create": [] }))
    }

    fn run(&self, writes: &Value) -> Option<u64> {
        let keys = &self.sandbox.credentials().highlevel;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), writes.to_string()).unwrap();
        let before = spent(&self.sandbox);
        let ran = Command::new("node")
            .arg(self.sdk.join("economy.js"))
            .arg(file.path())
            .env("BASE_URL", &keys.base_url)
            .env("TOKEN", &keys.token)
            .env("LOCATION_ID", &keys.location_id)
            .output();
        match ran {
            Ok(ran) if ran.status.success() => Some(spent(&self.sandbox).since(before).highlevel),
            Ok(ran) => {
                eprintln!("{}", String::from_utf8_lossy(&ran.stderr));
                None
            }
            Err(_) => None,
        }
    }
}
