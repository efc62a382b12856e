//! Accounts in the terminal: every twin of the Connections page, signing in through a browser, and two
//! programs that renew at once.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs::File;

use common::browser::SigningIn;
use common::{Sandbox, User};
use serde_json::{Value, json};

fn sandbox() -> Sandbox {
    Sandbox::serve(&["--contacts", "6", "--leads", "4", "--overlap", "2"])
}

fn sign_in(user: &User, sandbox: &Sandbox, more: &[&str], as_: &str) -> (i32, Value, String) {
    let (page, app) = (
        sandbox.text("oauth", "authorize_url"),
        sandbox.text("oauth", "client_id"),
    );
    let mut args: Vec<&str> = more.to_vec();
    args.extend(["--no-browser", "--port", "0", "--authorize-url", &page]);
    args.extend(["--client-id", &app, "--client-secret-stdin"]);
    let secret = sandbox.text("oauth", "client_secret");
    let waiting = SigningIn::start(user.command(&args), &secret);
    waiting.choose(as_);
    waiting.end()
}

fn connect_by_app(user: &User, sandbox: &Sandbox) -> String {
    let base_url = sandbox.text("highlevel", "base_url");
    let args = ["connect", "highlevel", "--oauth", "--base-url", &base_url];
    let (code, answer, said) = sign_in(user, sandbox, &args, "Location");
    assert_eq!(code, 0, "{said}");
    answer["connection"].as_str().unwrap().to_owned()
}

fn read(connection: &str) -> [&str; 5] {
    [
        "ops",
        "call",
        "highlevel.locations.get",
        "--connection",
        connection,
    ]
}

/// How often an operation reached the service.
fn times(sandbox: &Sandbox, operation: &str) -> u64 {
    let stats = sandbox.stats("highlevel");
    let counted = stats["by_operation"].as_object().unwrap();
    counted.get(operation).map_or(0, |n| n.as_u64().unwrap())
}

#[test]
fn everything_the_page_does_can_be_typed() {
    let (sandbox, user) = (sandbox(), User::new());
    let sync = user.connect(&sandbox, 100_000);
    let list = user.run(&["connections", "list"], "");
    for service in ["highlevel", "aimfox"] {
        let mut all = list.as_array().unwrap().iter();
        let one = all.find(|one| one["service"] == service).unwrap();
        let id = one["id"].as_str().unwrap();

        let renamed = user.run(&["connections", "rename", id, "Mine"], "");
        assert_eq!(renamed["name"], "Mine");
        let back = user.run(&["connections", "rename", id, ""], "");
        assert_eq!(back["name"], one["name"], "the service's own name again");

        let made = sandbox.owner(
            "world",
            json!({"highlevel_tokens": "make", "aimfox_keys": "make"}),
        );
        let key = match service {
            "highlevel" => &made["highlevel_token"],
            _ => &made["aimfox_key"],
        };
        let replace = ["connections", "replace-key", id, "--key-stdin"];
        let (code, _, error) = user.try_run(&replace, "pit-not-one");
        assert_eq!(
            (code, &error["error"]["code"]),
            (1, &json!("not_authorised")),
            "{error}"
        );
        let replaced = user.run(&replace, key.as_str().unwrap());
        assert!(replaced["previous_until"].is_string(), "{replaced}");
        let back = user.run(&["connections", "go-back", id], "");
        assert_eq!(back["previous_until"], Value::Null);
        assert_eq!(back["secret_since"], one["secret_since"]);
        let (code, _, error) = user.try_run(&["connections", "go-back", id], "");
        assert_eq!(
            (code, &error["error"]["code"]),
            (1, &json!("not_found")),
            "{error}"
        );

        let set = user.run(&["connections", "remind", id, "30"], "");
        assert_eq!(set["remind_after_days"], 30);
        let never = user.run(&["connections", "remind", id, "never"], "");
        assert_eq!(never["remind_after_days"], Value::Null);
        let (code, ..) = user.try_run(&["connections", "remind", id, "soon"], "");
        assert_eq!(code, 1);
        let check = user.run(&["connections", "check", id], "");
        assert_eq!(check["state"], "good", "{check}");
    }
    let scopes = user.run(&["connections", "scopes"], "");
    let names = |of: &Value| of["scopes"].to_string();
    assert!(names(&scopes).contains("contacts.write"), "{scopes}");
    let scopes = user.run(&["connections", "scopes", "--read-only"], "");
    assert!(!names(&scopes).contains(".write"), "{scopes}");

    let vault = user.run(&["vault", "status"], "");
    assert_eq!(
        (&vault["kind"], &vault["state"]),
        (&json!("key_file"), &json!("ready"))
    );
    let id = list[0]["id"].as_str().unwrap();
    let gone = user.run(&["connections", "remove", id], "");
    assert!(gone["says"].to_string().contains("wiped"), "{gone}");
    assert!(
        gone["says"]
            .to_string()
            .contains("works until you delete it"),
        "{gone}"
    );
    let list = user.run(&["connections", "list"], "");
    assert_eq!(list.as_array().unwrap().len(), 1, "the other one stays");
    let (code, ..) = user.try_run(&["sync", "rehearse", &sync], "");
    assert_eq!(code, 1, "its sync went with it");
}

#[test]
fn an_app_is_signed_in_through_the_browser_and_again() {
    let (sandbox, user) = (sandbox(), User::new());
    let id = connect_by_app(&user, &sandbox);
    let list = user.run(&["connections", "list"], "");
    assert_eq!(list[0]["sign_in"], "oauth");
    let (code, ..) = user.try_run(&["connections", "replace-key", &id, "--key-stdin"], "pit-x");
    assert_eq!(code, 1, "an app has no key to replace");

    sandbox.owner("oauth", json!({"do": "revoke"}));
    let before = times(&sandbox, "highlevel.oauth.token");
    for _ in 0..2 {
        let (code, _, error) = user.try_run(&read(&id), "");
        assert_eq!(
            (code, &error["error"]["code"]),
            (1, &json!("not_authorised")),
            "{error}"
        );
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains("does not accept the sign-in"), "{message}");
        let hint = error["error"]["hint"].as_str().unwrap();
        assert!(hint.contains("foxbridge connections sign-in"), "{hint}");
    }
    assert_eq!(
        times(&sandbox, "highlevel.oauth.token") - before,
        2,
        "a refresh that is refused is asked for once a request, and not in a circle"
    );

    let (code, again, said) = sign_in(&user, &sandbox, &["connections", "sign-in", &id], "deny");
    assert_eq!(code, 1, "somebody said no: {again} {said}");
    let (code, again, said) = sign_in(
        &user,
        &sandbox,
        &["connections", "sign-in", &id],
        "Location",
    );
    assert_eq!(code, 0, "{said}");
    assert_eq!(again["id"], id.as_str(), "the same connection");
    assert_eq!(user.run(&read(&id), "")["status"], 200);
}

#[test]
fn an_agency_s_sign_in_opens_its_location() {
    let (sandbox, user) = (sandbox(), User::new());
    let base_url = sandbox.text("highlevel", "base_url");
    let args = [
        "connect",
        "highlevel",
        "--oauth",
        "--agency",
        "--base-url",
        &base_url,
    ];
    let (code, made, said) = sign_in(&user, &sandbox, &args, "Company");
    assert_eq!(code, 0, "there is one, so it is that one: {said}");
    let id = made["connection"].as_str().unwrap();
    sandbox.owner("oauth", json!({"do": "expire"}));
    assert_eq!(
        user.run(&read(id), "")["status"],
        200,
        "its token is made anew"
    );
}

/// Two programs hold an access token that has expired. Both are made to find out before either can do
/// something about it: a lock that this test holds keeps them from renewing until both were refused.
#[test]
fn two_programs_that_renew_at_once_renew_once() {
    let (sandbox, user) = (sandbox(), User::new());
    let id = connect_by_app(&user, &sandbox);
    let refreshes = || {
        let counted = sandbox.owner("oauth", json!({"do": "look"}));
        counted["refreshes"].as_u64().unwrap()
    };
    for round in 1..=3 {
        sandbox.owner("oauth", json!({"do": "expire"}));
        let lock = File::create(user.data().join(format!("{id}.token.lock"))).unwrap();
        lock.lock().unwrap();
        let before = times(&sandbox, "highlevel.locations.get");
        let mut programs: Vec<_> = (0..2)
            .map(|_| user.command(&read(&id)).spawn().unwrap())
            .collect();
        // Each look is a request to the sandbox, which the two are also busy with.
        while times(&sandbox, "highlevel.locations.get") < before + 2 {
            for program in &mut programs {
                let ended = program.try_wait().unwrap();
                assert!(ended.is_none(), "one did not wait for the lock");
            }
        }
        assert_eq!(
            refreshes(),
            round - 1,
            "nobody renews while the lock is held"
        );
        lock.unlock().unwrap();
        for program in programs {
            let output = program.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "neither is turned away: {said}");
            let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(answer["status"], 200, "{answer}");
        }
        assert_eq!(refreshes(), round, "the second takes what the first got");
    }
}

#[test]
fn a_refresh_token_that_was_used_already_is_no_end() {
    let (sandbox, user) = (sandbox(), User::new());
    let id = connect_by_app(&user, &sandbox);
    let vault = user.data().join("vault.age");
    let old = std::fs::read(&vault).unwrap();
    sandbox.owner("oauth", json!({"do": "expire"}));
    assert_eq!(user.run(&read(&id), "")["status"], 200);

    // As from a backup: its refresh token is spent.
    std::fs::write(&vault, old).unwrap();
    sandbox.owner("oauth", json!({"do": "expire"}));
    let before = times(&sandbox, "highlevel.oauth.token");
    assert_eq!(
        user.run(&read(&id), "")["status"],
        200,
        "it reconnects by itself"
    );
    assert_eq!(
        times(&sandbox, "highlevel.oauth.token") - before,
        2,
        "one refusal, one code, and no circle"
    );
}
