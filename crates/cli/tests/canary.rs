//! Recognisable secrets are given to the real programs in every way there is, right and wrong, with the
//! log at its most talkative. Then everything that the programs left or said is searched: files, answers,
//! errors, what they serve, and how the system lists them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use common::browser::SigningIn;
use common::{Sandbox, contents};
use foxbridge_vault::VaultChoice;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const PASSPHRASE: &str = "CANARY-1 yellow bird passphrase";
const WRONG_TOKEN: &str = "pit-CANARY-2-yellow-bird";
const WRONG_KEY: &str = "CANARY-3-yellow-bird";
const WRONG_CLIENT_SECRET: &str = "CANARY-4-yellow-bird";
const WRONG_PASSPHRASE: &str = "CANARY-5 yellow bird passphrase";

struct Stage {
    dir: tempfile::TempDir,
    sandbox: Sandbox,
    /// Everything that was said or could be seen, and by what.
    seen: Vec<(String, Vec<u8>)>,
    secrets: BTreeSet<String>,
    /// Connections.
    ids: Vec<String>,
}

impl Stage {
    fn new() -> Self {
        let sandbox = Sandbox::serve(&["--contacts", "12", "--leads", "9", "--overlap", "4"]);
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("right"), PASSPHRASE).unwrap();
        std::fs::write(dir.path().join("wrong"), WRONG_PASSPHRASE).unwrap();
        let mut secrets: BTreeSet<String> = [
            PASSPHRASE,
            WRONG_TOKEN,
            WRONG_KEY,
            WRONG_CLIENT_SECRET,
            WRONG_PASSPHRASE,
        ]
        .map(str::to_owned)
        .into();
        for (service, what) in [
            ("highlevel", "token"),
            ("aimfox", "api_key"),
            ("aimfox", "master_key"),
            ("oauth", "client_secret"),
        ] {
            secrets.insert(sandbox.text(service, what));
        }
        Self {
            dir,
            sandbox,
            seen: Vec::new(),
            secrets,
            ids: Vec::new(),
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, args: &[&str], passphrase: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_foxbridge"));
        command
            .env_remove("FOXBRIDGE_DATA_DIR")
            .env_remove("FOXBRIDGE_VAULT_KEY_FILE")
            // Nobody's own keyring is touched.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
            .env("FOXBRIDGE_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .arg("--data-dir")
            .arg(self.data())
            .arg("--vault-passphrase-file")
            .arg(self.dir.path().join(passphrase))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Notes how the system lists a program: its arguments and its environment.
    fn list(&mut self, child: &Child) {
        for file in ["cmdline", "environ"] {
            let path = format!("/proc/{}/{file}", child.id());
            let listed = std::fs::read(&path).unwrap();
            // Empty for one that has ended already: what it was given is in no list any more.
            if !listed.is_empty() {
                self.seen.push((path, listed));
            }
        }
    }

    fn run_with(&mut self, args: &[&str], stdin: &str, passphrase: &str) -> (bool, Value) {
        let mut child = self.command(args, passphrase).spawn().unwrap();
        // Those that are given a secret wait for it here.
        self.list(&child);
        let _closed_early = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        let who = args.join(" ");
        self.seen
            .push((format!("what {who} answered"), output.stdout));
        self.seen
            .push((format!("what {who} complained of"), output.stderr));
        if let Some(id) = answer["connection"].as_str() {
            self.ids.push(id.to_owned());
        }
        if !self.ids.is_empty() {
            self.harvest();
        }
        (output.status.success(), answer)
    }

    fn run(&mut self, args: &[&str], stdin: &str) -> Value {
        let args = [&["--json"], args].concat();
        let (done, answer) = self.run_with(&args, stdin, "right");
        let said = String::from_utf8_lossy(&self.seen.last().unwrap().1).into_owned();
        assert!(done, "{args:?}: {said}");
        answer
    }

    /// The same for people and for programs; it must not work.
    fn fail(&mut self, args: &[&str], stdin: &str) {
        assert!(!self.run_with(args, stdin, "right").0, "{args:?} worked");
        let args = [&["--json"], args].concat();
        assert!(!self.run_with(&args, stdin, "right").0, "{args:?} worked");
    }

    /// Opens the vault as its owner, for the tokens that only it knows.
    fn harvest(&mut self) {
        let data = self.data();
        let by_passphrase = VaultChoice::Passphrase {
            vault_path: data.join("passphrase-vault.age"),
            key_path: data.join("passphrase-vault.key.age"),
            passphrase: PASSPHRASE.into(),
        };
        let by_file = VaultChoice::File {
            vault_path: data.join("vault.age"),
            key_file: self.dir.path().join("key"),
        };
        let vault = match data.join("vault.age").exists() {
            true => foxbridge_vault::open(by_file).unwrap(),
            false => foxbridge_vault::open(by_passphrase).unwrap(),
        };
        for id in self.ids.clone() {
            for end in ["", "/previous", "/hook"] {
                let secret = vault.get(&format!("connection/{id}{end}")).unwrap();
                if let Some(secret) = secret {
                    self.learn(secret.expose_secret());
                }
            }
        }
    }

    /// The secrets in an entry: itself, or the members of a pair.
    fn learn(&mut self, entry: &str) {
        let Ok(Value::Object(pair)) = serde_json::from_str(entry) else {
            self.secrets.insert(entry.to_owned());
            return;
        };
        let agency = pair.get("agency").cloned().unwrap_or_default();
        for of in [&Value::Object(pair), &agency] {
            for name in ["client_secret", "access", "refresh"] {
                if let Some(secret) = of[name].as_str() {
                    self.secrets.insert(secret.to_owned());
                }
            }
        }
    }

    fn sign_in(&mut self, args: &[&str], secret: &str, as_: &str) -> bool {
        let page = self.sandbox.text("oauth", "authorize_url");
        let app = self.sandbox.text("oauth", "client_id");
        let mut args: Vec<&str> = args.to_vec();
        args.extend([
            "--json",
            "--no-browser",
            "--port",
            "0",
            "--authorize-url",
            &page,
        ]);
        args.extend(["--client-id", &app, "--client-secret-stdin"]);
        let waiting = SigningIn::start(self.command(&args, "right"), secret);
        self.list(&waiting.child);
        let end = waiting.choose(as_);
        self.seen
            .push(("the page one ends on".to_owned(), end.into_bytes()));
        let (code, answer, said) = waiting.end();
        if let Some(id) = answer["connection"].as_str() {
            self.ids.push(id.to_owned());
        }
        let said = format!("{answer} {said}");
        self.seen.push(("a sign-in".to_owned(), said.into_bytes()));
        self.harvest();
        code == 0
    }

    /// The worker, with what it serves, killed in the middle.
    fn serve(&mut self) {
        let mut child = self.command(&["serve"], "right").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let url = loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "{said}");
            said.push_str(&line);
            if let Some(at) = line.find("http://") {
                let end = line[at..]
                    .find(char::is_whitespace)
                    .unwrap_or(line.len() - at);
                break line[at..at + end].trim_end_matches('/').to_owned();
            }
        };
        self.list(&child);
        for path in ["/health", "/metrics"] {
            let base: reqwest::Url = url.parse().unwrap();
            let served = reqwest::blocking::get(base.join(path).unwrap()).unwrap();
            let served = served.bytes().unwrap().to_vec();
            self.seen.push((format!("serve's {path}"), served));
        }
        child.kill().unwrap();
        lines.read_to_string(&mut said).unwrap();
        let mut complaints = Vec::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_end(&mut complaints)
            .unwrap();
        child.wait().unwrap();
        self.seen.push(("serve".to_owned(), said.into_bytes()));
        self.seen
            .push(("serve's complaints".to_owned(), complaints));
    }
}

/// Whether bytes hold a secret: as it is, in base64, or as a list of numbers.
fn holds(bytes: &[u8], secret: &str) -> bool {
    let numbers = format!("{:?}", secret.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(secret);
    // The end of a base64 text depends on what follows.
    let encoded = &encoded[..encoded.len() - encoded.len() % 4];
    [secret, encoded, numbers.trim_matches(['[', ']'])]
        .iter()
        .any(|form| {
            bytes
                .windows(form.len())
                .any(|part| part == form.as_bytes())
        })
}

#[test]
fn no_secret_is_found_anywhere() {
    let mut stage = Stage::new();
    let (highlevel, aimfox) = (
        stage.sandbox.text("highlevel", "base_url"),
        stage.sandbox.text("aimfox", "base_url"),
    );
    let token = stage.sandbox.text("highlevel", "token");
    let location = stage.sandbox.location();
    let by_token = [
        "connect",
        "highlevel",
        "--base-url",
        &highlevel,
        "--location",
        &location,
        "--token-stdin",
    ];
    let by_key = ["connect", "aimfox", "--base-url", &aimfox, "--key-stdin"];

    // No keyring answers here: each of these is an error, and a choice is made.
    stage.fail(&by_token, &token);
    stage.run(&["vault", "use", "passphrase"], PASSPHRASE);
    let (opened, _) = stage.run_with(&["connections", "list"], "", "wrong");
    assert!(!opened, "a wrong passphrase opens nothing");
    stage.fail(&by_token, WRONG_TOKEN);
    stage.fail(
        &[
            "connect",
            "highlevel",
            "--base-url",
            "http://example.com",
            "--location",
            &location,
            "--token-stdin",
        ],
        WRONG_TOKEN,
    );
    stage.run(&by_token, &token);
    let key_file = stage.dir.path().join("key").display().to_string();
    stage.run(&["vault", "use", "key-file", &key_file], "");

    stage.fail(&by_key, WRONG_KEY);
    let master = stage.sandbox.text("aimfox", "master_key");
    stage.fail(&by_key, &master);
    let key = stage.sandbox.text("aimfox", "api_key");
    stage.run(&by_key, &key);
    let [location_id, workspace_id] = [stage.ids[0].clone(), stage.ids[1].clone()];

    // What becomes of keys.
    stage.fail(
        &["connections", "replace-key", &location_id, "--key-stdin"],
        WRONG_TOKEN,
    );
    stage.fail(
        &["connections", "replace-key", &location_id, "--key-stdin"],
        &token,
    );
    let made = stage
        .sandbox
        .owner("world", json!({"highlevel_tokens": "make"}));
    let next = made["highlevel_token"].as_str().unwrap().to_owned();
    stage.run(
        &["connections", "replace-key", &location_id, "--key-stdin"],
        &next,
    );
    stage.run(&["connections", "check", &location_id], "");
    stage.run(&["connections", "go-back", &location_id], "");

    // A sync with a rule's webhooks, its exports and its log.
    let sync = stage.run(
        &[
            "sync",
            "create",
            "--highlevel",
            &location_id,
            "--aimfox",
            &workspace_id,
        ],
        "",
    );
    let sync = sync["sync"].as_str().unwrap().to_owned();
    stage.run(&["sync", "rehearse", &sync], "");
    stage.run(&["sync", "run", &sync, "--approve"], "");
    stage.run(&["mapping", "export", &sync], "");
    stage.run(
        &[
            "hooks",
            "set",
            "--port",
            "0",
            "--public-url",
            "https://hooks.example.com",
        ],
        "",
    );
    stage.run(&["hooks", "on", &workspace_id], "");
    stage.run(
        &["hooks", "register", &workspace_id, "--events", "reply"],
        "",
    );
    stage.run(&["hooks", "list"], "");
    let call = [
        "ops",
        "call",
        "highlevel.locations.get",
        "--connection",
        &location_id,
    ];
    stage.run(&[&call[..], &["--dry-run"]].concat(), "");
    stage.run(&call, "");
    stage.run_with(
        &[
            "ops",
            "call",
            "aimfox.webhooks.list",
            "--connection",
            &workspace_id,
        ],
        "",
        "right",
    );
    stage.serve();

    // The same location, by an app: wrong, right, renewed, revoked, lost, for an agency.
    let by_app = ["connect", "highlevel", "--oauth", "--base-url", &highlevel];
    let client_secret = stage.sandbox.text("oauth", "client_secret");
    assert!(!stage.sign_in(&by_app, WRONG_CLIENT_SECRET, "Location"));
    assert!(!stage.sign_in(&by_app, &client_secret, "deny"));
    assert!(stage.sign_in(&by_app, &client_secret, "Location"));
    let app_id = stage.ids.last().unwrap().clone();
    let call = [
        "ops",
        "call",
        "highlevel.locations.get",
        "--connection",
        &app_id,
    ];
    for what in ["expire", "lose"] {
        stage.sandbox.owner("oauth", json!({ "do": what }));
        stage.run(&call, "");
    }
    stage.sandbox.owner("oauth", json!({"do": "revoke"}));
    stage.fail(&call, "");
    let (_, _) = stage.run_with(&["connections", "check", &app_id], "", "right");
    let agency = [&by_app[..], &["--agency"]].concat();
    assert!(stage.sign_in(&agency, &client_secret, "Company"));

    for list in [
        &["connections", "list"][..],
        &["log"],
        &["vault", "status"],
        &["status"],
    ] {
        stage.run(list, "");
        stage.run_with(list, "", "right");
    }
    stage.run(&["connections", "remove", &workspace_id], "");

    let known = stage.secrets.len();
    assert!(
        known >= 16,
        "the vault's own secrets are looked for, too: {known}"
    );
    let seen = stage.seen.iter();
    let listed = seen.filter(|(what, _)| what.ends_with("/cmdline")).count();
    assert!(
        listed >= 15,
        "programs were looked at while they ran: {listed}"
    );
    let data = stage.data();
    let files = contents(&data);
    let is_there = |end: &str| {
        files
            .iter()
            .any(|(path, _)| path.to_string_lossy().ends_with(end))
    };
    assert!(is_there("foxbridge.db") && is_there(".log") && is_there("vault.age"));
    let talkative = files.iter().any(|(path, bytes)| {
        path.to_string_lossy().ends_with(".log") && bytes.windows(7).any(|part| part == b" TRACE ")
    });
    assert!(talkative, "the log says all it can");
    let files = files
        .iter()
        .map(|(path, bytes)| (path.display().to_string(), bytes));
    let seen = stage.seen.iter().map(|(what, bytes)| (what.clone(), bytes));
    for (what, bytes) in files.chain(seen) {
        for secret in &stage.secrets {
            assert!(!holds(bytes, secret), "{secret} is in {what}");
        }
    }

    for (path, _) in contents(&data) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is for its owner only", path.display());
    }
}
