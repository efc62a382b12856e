//! The keyring against a real GNOME Keyring, each time on a bus and in a home of its own.
//!
//! The tests start this same program again inside `dbus-run-session`; the ones marked as ignored
//! are what it does there (`facts/feasibility.md` §6 has the daemon's ways).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use foxbridge_vault::{Vault, VaultChoice, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

/// A bus that starts no service by itself, so that what runs on it is what the test started.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Set for the program inside the session, so that a stray `--ignored` does nothing.
const INSIDE: &str = "FOXBRIDGE_TEST_INSIDE";

fn installed(program: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()));
    if !found {
        println!("SKIPPED: {program} is not installed (apt-get install dbus gnome-keyring)");
    }
    found
}

/// A home directory to throw away.
fn home() -> TempDir {
    let home = tempfile::Builder::new()
        .prefix("fb")
        .tempdir_in("/tmp")
        .unwrap();
    std::fs::write(home.path().join("bus.conf"), BUS).unwrap();
    std::fs::create_dir(home.path().join("run")).unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(home.path().join("run"), mode).unwrap();
    home
}

fn in_home(command: &mut Command, home: &Path) {
    command
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env(INSIDE, "1");
}

fn run(mut command: Command, part: &str) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{part}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{part} ran: {said}");
}

/// Runs one of the ignored tests below in a session of its own.
fn session(home: &Path, part: &str) {
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--config-file")
        .arg(home.join("bus.conf"))
        .arg("--");
    command.arg(std::env::current_exe().unwrap());
    command.args([part, "--exact", "--ignored", "--nocapture"]);
    in_home(&mut command, home);
    run(command, part);
}

fn inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// A keyring daemon, ended with the value.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the daemon on this session's bus; with a password, which unlocks the login keyring or
/// makes it. Returns once the Secret Service is on the bus.
fn daemon(password: Option<&str>) -> Daemon {
    let bus = zbus::blocking::Connection::session().unwrap();
    let names = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
    let mut changes = names
        .receive_name_owner_changed_with_args(&[(0, "org.freedesktop.secrets")])
        .unwrap();

    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]);
    command.arg(if password.is_some() {
        "--unlock"
    } else {
        "--start"
    });
    let mut daemon = Daemon(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut stdin = daemon.0.stdin.take().unwrap();
    if let Some(password) = password {
        writeln!(stdin, "{password}").unwrap();
    }
    drop(stdin);

    let (ready, is_ready) = mpsc::channel();
    thread::spawn(move || {
        let _ = ready.send(changes.next().is_some());
    });
    assert_eq!(
        is_ready.recv_timeout(Duration::from_secs(60)),
        Ok(true),
        "the daemon came up"
    );
    daemon
}

fn keyring() -> std::sync::Arc<dyn Vault> {
    foxbridge_vault::open(VaultChoice::Keyring).unwrap()
}

fn read(vault: &dyn Vault, key: &str) -> Option<String> {
    vault
        .get(key)
        .unwrap()
        .map(|s| s.expose_secret().to_owned())
}

fn refusal(vault: &dyn Vault) -> VaultError {
    let error = vault.get("a").map(|_| ()).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.ends_with('.') && error.hint().contains("foxbridge vault use"),
        "{shown}"
    );
    error
}

#[test]
fn secrets_outlive_the_session() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    let home = home();
    session(home.path(), "part_keep");
    session(home.path(), "part_find_again");
    let files: Vec<_> = std::fs::read_dir(home.path().join("data/keyrings"))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(
        !files.is_empty(),
        "the daemon wrote its keyring in the home of the test"
    );
    for file in files {
        let bytes = std::fs::read(file.path()).unwrap();
        let word = b"two words \xe4\xb8\x89";
        assert!(
            !bytes.windows(word.len()).any(|w| w == word),
            "{:?} shows a secret",
            file.path()
        );
    }
}

#[test]
#[ignore = "a part of secrets_outlive_the_session"]
fn part_keep() {
    if !inside() {
        return;
    }
    let _daemon = daemon(Some("correct horse"));
    let vault = keyring();
    assert_eq!(vault.describe(), "the system keyring");
    vault.ready().unwrap();
    assert_eq!(
        read(&*vault, "a"),
        None,
        "nothing is kept yet, and that is no error"
    );
    vault.delete("a").unwrap();
    vault.set("a", &SecretString::from("one")).unwrap();
    vault.set("a", &SecretString::from("two words 三")).unwrap();
    vault
        .set("b", &SecretString::from("x".repeat(5000)))
        .unwrap();
    vault.set("c", &SecretString::from("gone")).unwrap();
    assert_eq!(read(&*vault, "a").as_deref(), Some("two words 三"));
    vault.delete("c").unwrap();
    vault.delete("c").unwrap();
}

#[test]
#[ignore = "a part of secrets_outlive_the_session"]
fn part_find_again() {
    if !inside() {
        return;
    }
    let _daemon = daemon(Some("correct horse"));
    let vault = keyring();
    assert_eq!(read(&*vault, "a").as_deref(), Some("two words 三"));
    assert_eq!(read(&*vault, "b").map(|s| s.len()), Some(5000));
    assert_eq!(read(&*vault, "c"), None, "what was deleted stays deleted");
}

#[test]
fn a_locked_keyring_is_an_error_and_no_loss() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    let home = home();
    session(home.path(), "part_keep");
    session(home.path(), "part_locked");
    session(home.path(), "part_find_again");
}

#[test]
#[ignore = "a part of a_locked_keyring_is_an_error_and_no_loss"]
fn part_locked() {
    if !inside() {
        return;
    }
    let _daemon = daemon(None);
    let vault = keyring();
    let error = vault.ready().unwrap_err();
    assert!(
        matches!(error, VaultError::Locked),
        "also when what is looked for is not in it: {error:?}"
    );
    let error = refusal(&*vault);
    assert!(matches!(error, VaultError::Locked), "{error:?}");
    let error = vault
        .set("a", &SecretString::from("overwritten"))
        .unwrap_err();
    assert!(matches!(error, VaultError::Locked), "{error:?}");
    assert!(
        !format!("{error:?}{error}").contains("overwritten"),
        "{error:?}"
    );
}

#[test]
fn without_a_default_keyring_there_is_none() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    session(home().path(), "part_no_collection");
}

#[test]
#[ignore = "a part of without_a_default_keyring_there_is_none"]
fn part_no_collection() {
    if !inside() {
        return;
    }
    let _daemon = daemon(None);
    let vault = keyring();
    let error = vault.ready().unwrap_err();
    assert!(matches!(error, VaultError::Missing { .. }), "{error:?}");
    let error = vault.set("a", &SecretString::from("one")).unwrap_err();
    assert!(matches!(error, VaultError::Missing { .. }), "{error:?}");
    assert!(error.to_string().contains("no default keyring"), "{error}");
}

#[test]
fn a_keyring_may_come_and_go() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    session(home().path(), "part_come_and_go");
}

#[test]
#[ignore = "a part of a_keyring_may_come_and_go"]
fn part_come_and_go() {
    if !inside() {
        return;
    }
    let vault = keyring();
    let error = refusal(&*vault);
    assert!(
        matches!(error, VaultError::Missing { .. }),
        "no service on the bus: {error:?}"
    );

    let first = daemon(Some("correct horse"));
    vault.set("a", &SecretString::from("one")).unwrap();
    drop(first);
    let error = refusal(&*vault);
    assert!(
        matches!(error, VaultError::Missing { .. }),
        "it ended: {error:?}"
    );

    let _second = daemon(Some("correct horse"));
    assert_eq!(
        read(&*vault, "a").as_deref(),
        Some("one"),
        "the same vault finds the new one"
    );
}

#[test]
fn a_bus_that_forbids_the_keyring_denies_it() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    let home = home();
    // As a sandbox for desktop programs does.
    let deny = "<deny send_destination=\"org.freedesktop.secrets\"/>\n  </policy>";
    let bus = BUS.replace("</policy>", deny);
    std::fs::write(home.path().join("bus.conf"), bus).unwrap();
    session(home.path(), "part_denied");
}

#[test]
#[ignore = "a part of a_bus_that_forbids_the_keyring_denies_it"]
fn part_denied() {
    if !inside() {
        return;
    }
    let _daemon = daemon(Some("correct horse"));
    let error = refusal(&*keyring());
    assert!(matches!(error, VaultError::Denied { .. }), "{error:?}");
    assert!(error.hint().contains("Allow Foxbridge"), "{}", error.hint());
}

#[test]
fn a_keyring_that_hangs_is_given_up_on() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return;
    }
    session(home().path(), "part_hangs");
}

#[test]
#[ignore = "a part of a_keyring_that_hangs_is_given_up_on"]
fn part_hangs() {
    if !inside() {
        return;
    }
    let daemon = daemon(Some("correct horse"));
    let vault = keyring();
    vault.set("a", &SecretString::from("one")).unwrap();
    let signal = |name: &str| {
        let sent = Command::new("kill")
            .args([name, &daemon.0.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    };
    signal("-STOP");
    let error = refusal(&*vault);
    assert!(matches!(error, VaultError::TimedOut), "{error:?}");
    signal("-CONT");
    assert_eq!(
        read(&*vault, "a").as_deref(),
        Some("one"),
        "once it answers again, all is as it was"
    );
}

#[test]
fn without_a_bus_there_is_no_keyring() {
    let home = home();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["part_no_bus", "--exact", "--ignored", "--nocapture"]);
    in_home(&mut command, home.path());
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    run(command, "part_no_bus");
}

#[test]
#[ignore = "a part of without_a_bus_there_is_no_keyring"]
fn part_no_bus() {
    if !inside() {
        return;
    }
    let error = refusal(&*keyring());
    assert!(matches!(error, VaultError::Missing { .. }), "{error:?}");
    assert!(error.to_string().contains("no session bus"), "{error}");
}
