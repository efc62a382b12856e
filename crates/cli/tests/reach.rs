//! Why a service is not reached, told apart: the certificate, the proxy, the name, the port. Against
//! real listeners, by the real program, as a network does it.
#![allow(clippy::unwrap_used)]

mod common;

use std::net::SocketAddr;
use std::path::PathBuf;

use common::front::{Authority, Front, Manner, Proxy};
use common::{Sandbox, User};
use serde_json::{Value, json};

/// A name that leads nowhere, wherever the test is run (RFC 6761).
const NAME: &str = "services.foxbridge.invalid";

struct Stage {
    sandbox: Sandbox,
    user: User,
    authority: Authority,
    front: Option<Front>,
    port: u16,
}

impl Stage {
    fn new() -> Self {
        let sandbox = Sandbox::serve(&["--contacts", "6", "--leads", "4", "--overlap", "2"]);
        let authority = Authority::new();
        let url: reqwest::Url = sandbox.text("highlevel", "base_url").parse().unwrap();
        let server = SocketAddr::from(([127, 0, 0, 1], url.port().unwrap()));
        let front = Front::before(server, authority.server(&["localhost", NAME], false));
        let user = User::new();
        authority.write(&user.dir.path().join("authority.pem"));
        Self {
            sandbox,
            user,
            authority,
            port: front.port,
            front: Some(front),
        }
    }

    /// Shows another certificate from now on.
    fn show(&self, names: &[&str], expired: bool) {
        let config = self.authority.server(names, expired);
        self.front.as_ref().unwrap().show(config);
    }

    fn authority_file(&self) -> String {
        let file: PathBuf = self.user.dir.path().join("authority.pem");
        file.display().to_string()
    }

    /// Runs the program in surroundings of the test's own.
    fn run(&self, args: &[&str], stdin: &str, env: &[(&str, &str)]) -> (i32, Value, Value) {
        let mut command = self.user.command(args);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR");
        command.envs(env.iter().copied());
        let (code, answer, error) = User::finish(command, stdin);
        let said = format!("{answer} {error}");
        assert!(
            !said.contains(&self.sandbox.text("highlevel", "token")) && !said.contains("hunter2"),
            "no secret is told: {said}"
        );
        (code, answer, error)
    }

    fn connect(&self, base_url: &str, env: &[(&str, &str)]) -> (i32, Value, Value) {
        let location = self.sandbox.location();
        let args = [
            "connect",
            "highlevel",
            "--base-url",
            base_url,
            "--location",
            &location,
            "--token-stdin",
        ];
        self.run(&args, &self.sandbox.text("highlevel", "token"), env)
    }

    /// What the check says is wrong: the step's title, its words, and what to do.
    fn fault(&self, connection: &Value, env: &[(&str, &str)]) -> (String, String, String) {
        let id = connection["connection"].as_str().unwrap();
        let (code, check, _) = self.run(&["connections", "check", id], "", env);
        assert_eq!(
            code, 1,
            "a connection that does not work is no success: {check}"
        );
        assert_eq!(check["state"], "failed", "{check}");
        let steps = check["steps"].as_array().unwrap();
        let failed = steps.iter().find(|step| step["state"] == "failed").unwrap();
        let text = |name: &str| failed[name].as_str().unwrap().to_owned();
        (text("title"), text("says"), text("fix"))
    }
}

#[test]
fn a_certificate_is_told_from_a_server_that_is_not_there() {
    let stage = Stage::new();
    let file = stage.authority_file();
    let known = [("SSL_CERT_FILE", file.as_str())];
    let base_url = format!("https://localhost:{}", stage.port);

    let (code, _, error) = stage.connect(&base_url, &[]);
    assert_eq!(
        (code, &error["error"]["code"]),
        (1, &json!("offline")),
        "{error}"
    );
    let (code, connection, error) = stage.connect(&base_url, &known);
    assert_eq!(
        code, 0,
        "an authority that the system is told of is trusted: {error}"
    );

    let (title, says, fix) = stage.fault(&connection, &[]);
    assert_eq!(title, "Protected connection");
    assert!(
        says.contains("signed by nobody this computer trusts"),
        "{says}"
    );
    assert!(
        fix.contains("certificate authority") && fix.contains("SSL_CERT_FILE"),
        "{fix}"
    );

    stage.show(&["localhost"], true);
    let (title, says, fix) = stage.fault(&connection, &known);
    assert_eq!(title, "Protected connection");
    assert!(says.contains("not valid at this computer's time"), "{says}");
    assert!(fix.contains("date and time"), "{fix}");

    stage.show(&["hotel.example"], false);
    let (title, says, fix) = stage.fault(&connection, &known);
    assert_eq!(title, "Protected connection");
    assert!(says.contains("belongs to another server"), "{says}");
    assert!(fix.contains("sign in first"), "{fix}");

    stage.show(&["localhost"], false);
    let id = connection["connection"].as_str().unwrap();
    let (_, check, _) = stage.run(&["connections", "check", id], "", &known);
    assert_ne!(
        check["state"], "failed",
        "all is well again by itself: {check}"
    );
}

#[test]
fn a_port_where_nobody_listens_is_told_as_such() {
    let mut stage = Stage::new();
    let file = stage.authority_file();
    let known = [("SSL_CERT_FILE", file.as_str())];
    let base_url = format!("https://localhost:{}", stage.port);
    let (code, connection, error) = stage.connect(&base_url, &known);
    assert_eq!(code, 0, "{error}");
    drop(stage.front.take());
    let (title, says, fix) = stage.fault(&connection, &known);
    assert_eq!(title, "Reached");
    assert!(says.contains("no connection could be made"), "{says}");
    assert!(
        fix.contains("internet connection") && fix.contains("firewall"),
        "{fix}"
    );
}

#[test]
fn a_proxy_is_used_and_told_from_what_is_behind_it() {
    let stage = Stage::new();
    let file = stage.authority_file();
    let proxy = Proxy::to(stage.port);
    let at = |who: &str| format!("http://{who}127.0.0.1:{}", proxy.port);
    let (plain, named, wrong) = (at(""), at("me:hunter2@"), at("me:hunter3@"));
    let port = proxy.port;
    let known = ("SSL_CERT_FILE", file.as_str());
    let plain = [known, ("HTTPS_PROXY", plain.as_str())];
    let named = [known, ("HTTPS_PROXY", named.as_str())];
    let wrong = [known, ("HTTPS_PROXY", wrong.as_str())];

    let (code, connection, error) = stage.connect(&format!("https://{NAME}"), &plain);
    assert_eq!(code, 0, "the system's proxy is used: {error}");
    let asked = format!("CONNECT {NAME}:443 HTTP/1.1");
    assert!(
        proxy
            .asked
            .lock()
            .unwrap()
            .iter()
            .all(|line| *line == asked),
        "the proxy sees the name and nothing else: {:?}",
        proxy.asked.lock().unwrap()
    );

    proxy.becomes(Manner::AsksWho);
    for who in [&plain, &wrong] {
        let (title, says, fix) = stage.fault(&connection, who);
        assert_eq!(title, "Proxy");
        assert!(says.contains("asks for a name and password"), "{says}");
        assert!(fix.contains("proxy's address"), "{fix}");
    }
    let id = connection["connection"].as_str().unwrap();
    let (_, check, _) = stage.run(&["connections", "check", id], "", &named);
    assert_ne!(check["state"], "failed", "as the hint says: {check}");

    proxy.becomes(Manner::Refuses);
    let (title, says, fix) = stage.fault(&connection, &plain);
    assert_eq!(title, "Proxy");
    assert!(
        says.contains("proxy did not let the request through"),
        "{says}"
    );
    assert!(fix.contains("HTTPS_PROXY"), "{fix}");

    drop(proxy);
    let (title, says, _) = stage.fault(&connection, &plain);
    assert_eq!(title, "Proxy", "port {port} is dead: {says}");

    let (title, says, fix) = stage.fault(&connection, &[known]);
    assert_eq!(title, "Reached");
    assert!(says.contains("its name leads nowhere"), "{says}");
    assert!(fix.contains("internet connection"), "{fix}");
}
