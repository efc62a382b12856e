//! The real program, the real sandbox, and a look at the services from outside.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

pub mod browser;
pub mod front;
pub mod serving;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// More than any test sends in a minute.
pub const FAST_RPM: u32 = 100_000;

const PROGRAM: &str = env!("CARGO_BIN_EXE_foxbridge");

/// Both services, in a process of their own.
pub struct Sandbox {
    process: Child,
    pub credentials: Value,
    http: reqwest::blocking::Client,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

impl Sandbox {
    pub fn serve(args: &[&str]) -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["sandbox", "serve"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let credentials = serde_json::from_str(&line).expect("the first line is JSON");
        Self {
            process,
            credentials,
            http: reqwest::blocking::Client::new(),
        }
    }

    /// With so many people, and limits that nobody comes to.
    pub fn fast(contacts: usize, leads: usize, overlap: usize) -> Self {
        let [contacts, leads, overlap, rpm] =
            [contacts, leads, overlap, FAST_RPM as usize].map(|number| number.to_string());
        Self::serve(&[
            "--contacts",
            &contacts,
            "--leads",
            &leads,
            "--overlap",
            &overlap,
            "--aimfox-per-minute",
            &rpm,
            "--highlevel-per-10s",
            &rpm,
        ])
    }

    pub fn text(&self, service: &str, what: &str) -> String {
        self.credentials[service][what].as_str().unwrap().to_owned()
    }

    pub fn location(&self) -> String {
        self.text("highlevel", "location_id")
    }

    pub fn stats(&self, service: &str) -> Value {
        let url = format!("{}/_sandbox/stats", self.text(service, "base_url"));
        self.http.get(url).send().unwrap().json().unwrap()
    }

    pub fn writes(&self) -> (u64, u64) {
        let of = |service| self.stats(service)["writes"].as_u64().unwrap();
        (of("highlevel"), of("aimfox"))
    }

    pub fn faults(&self, profile: &str) {
        let url = format!("{}/_sandbox/faults", self.text("highlevel", "base_url"));
        let answer = self
            .http
            .post(url)
            .json(&json!({ "profile": profile }))
            .send()
            .unwrap();
        assert!(
            answer.status().is_success(),
            "the fault switch answered {}",
            answer.status()
        );
    }

    /// What happens behind one's back: to the app's tokens (`oauth`), to keys and rights (`world`).
    pub fn owner(&self, of: &str, what: Value) -> Value {
        let url = format!("{}/_sandbox/{of}", self.text("highlevel", "base_url"));
        let answer = self.http.post(url).body(what.to_string()).send().unwrap();
        serde_json::from_str(&answer.text().unwrap()).unwrap()
    }

    /// A request of somebody else's to HighLevel.
    pub fn highlevel(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.text("highlevel", "base_url"));
        let request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.text("highlevel", "token"))
            .header("Version", "2021-07-28");
        Self::send(request, body)
    }

    /// A request of somebody else's to Aimfox.
    pub fn aimfox(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.text("aimfox", "base_url"));
        let request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.text("aimfox", "api_key"));
        Self::send(request, body)
    }

    fn send(request: reqwest::blocking::RequestBuilder, body: Option<Value>) -> Value {
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().unwrap();
        let status = answer.status();
        let body: Value = answer.json().unwrap_or(Value::Null);
        assert!(status.is_success(), "{status}: {body}");
        body
    }

    /// Every contact, as the search shows it.
    pub fn contacts(&self) -> Vec<Value> {
        let mut contacts: Vec<Value> = Vec::new();
        loop {
            let mut body = json!({ "locationId": self.location(), "pageLimit": 500 });
            if let Some(last) = contacts.last() {
                body["searchAfter"] = last["searchAfter"].clone();
            }
            let page = self.highlevel("POST", "/contacts/search", Some(body));
            let page = page["contacts"].as_array().unwrap().clone();
            if page.is_empty() {
                return contacts;
            }
            contacts.extend(page);
        }
    }

    /// Every contact, once the search, which lags behind writes, shows what it should.
    pub fn contacts_until(&self, shown: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..5_000 {
            let contacts = self.contacts();
            if shown(&contacts) {
                return contacts;
            }
        }
        panic!("the search never showed what was written");
    }

    /// Every lead, as the search shows it.
    pub fn leads(&self) -> Vec<Value> {
        let mut leads: std::collections::BTreeMap<String, Value> = Default::default();
        for start in (0..).step_by(100) {
            let path = format!("/leads:search?start={start}&count=100");
            let page = self.aimfox("POST", &path, Some(json!({})));
            let page = page["leads"].as_array().unwrap().clone();
            if page.is_empty() {
                break;
            }
            leads.extend(page.into_iter().map(|lead| (id(&lead["id"]), lead)));
        }
        leads.into_values().collect()
    }

    /// Ids of the location's custom fields by key.
    pub fn field(&self, key: &str) -> Option<String> {
        let path = format!("/locations/{}/customFields", self.location());
        let fields = self.highlevel("GET", &path, None);
        let fields = fields["customFields"].as_array().unwrap().clone();
        fields
            .iter()
            .find(|f| f["fieldKey"] == key)
            .map(|f| f["id"].as_str().unwrap().to_owned())
    }
}

/// An id that may be text or a number.
pub fn id(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The value of a contact's custom field.
pub fn custom(contact: &Value, field: &str) -> Option<String> {
    let fields = contact["customFields"].as_array()?;
    let value = &fields.iter().find(|f| f["id"] == field)?["value"];
    (!value.is_null()).then(|| id(value))
}

/// One user's data folder.
pub struct User {
    pub dir: tempfile::TempDir,
}

impl User {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        self.plain(&[&["--json"], args].concat())
    }

    /// What the program prints for people.
    pub fn words(&self, args: &[&str]) -> String {
        let output = self.plain(args).output().unwrap();
        assert!(output.status.success(), "foxbridge {args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn plain(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_remove("FOXBRIDGE_DATA_DIR")
            .env_remove("FOXBRIDGE_VAULT_KEY_FILE")
            .arg("--data-dir")
            .arg(self.data())
            .arg("--vault-key-file")
            .arg(self.dir.path().join("key"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Exit code, answer, error.
    pub fn try_run(&self, args: &[&str], stdin: &str) -> (i32, Value, Value) {
        Self::finish(self.command(args), stdin)
    }

    /// Runs a command to its end.
    pub fn finish(mut command: Command, stdin: &str) -> (i32, Value, Value) {
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(stdin.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let parse = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Value::Null);
        (
            output.status.code().unwrap_or(-1),
            parse(&output.stdout),
            parse(&output.stderr),
        )
    }

    pub fn run(&self, args: &[&str], stdin: &str) -> Value {
        let (code, answer, error) = self.try_run(args, stdin);
        assert_eq!(code, 0, "foxbridge {args:?} failed: {error}");
        answer
    }

    /// Connects both services of a sandbox and pairs them, people and tags only; gives the sync's id.
    pub fn connect(&self, sandbox: &Sandbox, aimfox_per_minute: u32) -> String {
        self.connect_with(sandbox, aimfox_per_minute, &[])
    }

    /// The same, with more words for `sync create`.
    pub fn connect_with(&self, sandbox: &Sandbox, aimfox_per_minute: u32, more: &[&str]) -> String {
        let highlevel = self.run(
            &[
                "connect",
                "highlevel",
                "--base-url",
                &sandbox.text("highlevel", "base_url"),
                "--location",
                &sandbox.location(),
                "--token-stdin",
            ],
            &sandbox.text("highlevel", "token"),
        );
        let aimfox = self.run(
            &[
                "connect",
                "aimfox",
                "--base-url",
                &sandbox.text("aimfox", "base_url"),
                "--key-stdin",
                "--requests-per-minute",
                &aimfox_per_minute.to_string(),
            ],
            &sandbox.text("aimfox", "api_key"),
        );
        let mut create = vec!["sync", "create"];
        create.extend(["--highlevel", highlevel["connection"].as_str().unwrap()]);
        create.extend(["--aimfox", aimfox["connection"].as_str().unwrap()]);
        create.extend(more);
        if !more.contains(&"--template") {
            create.extend(["--template", "people"]);
        }
        let sync = self.run(&create, "");
        sync["sync"].as_str().unwrap().to_owned()
    }
}

/// Everything in a folder, as bytes.
pub fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let mut bytes = Vec::new();
                std::fs::File::open(&path)
                    .unwrap()
                    .read_to_end(&mut bytes)
                    .unwrap();
                found.push((path, bytes));
            }
        }
    }
    found
}
