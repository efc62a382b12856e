//! The encrypted file under several processes at once.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Stdio};

use foxbridge_vault::VaultChoice;
use secrecy::{ExposeSecret as _, SecretString};

const WRITERS: usize = 4;
const EACH: usize = 25;

/// What a writing process does. Started by the test below, and idle otherwise.
#[test]
#[ignore = "a part of processes_that_write_at_once_lose_nothing"]
fn writer() {
    let Some(folder) = std::env::var_os("FOXBRIDGE_TEST_FOLDER").map(PathBuf::from) else {
        return;
    };
    let me = std::env::var("FOXBRIDGE_TEST_WRITER").unwrap();
    let vault = foxbridge_vault::open(VaultChoice::File {
        vault_path: folder.join("vault.age"),
        key_file: folder.join("key"),
    })
    .unwrap();
    for i in 0..EACH {
        vault
            .set(
                &format!("{me}/{i}"),
                &SecretString::from(format!("secret {me} {i}")),
            )
            .unwrap();
        vault
            .set("shared", &SecretString::from(me.as_str()))
            .unwrap();
        if i % 5 == 4 {
            vault.delete(&format!("{me}/{}", i - 1)).unwrap();
        }
    }
}

#[test]
fn processes_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing exists at first: they race for making the key as well.
    let children: Vec<_> = (0..WRITERS)
        .map(|n| {
            Command::new(std::env::current_exe().unwrap())
                .args(["writer", "--exact", "--ignored", "--nocapture"])
                .env("FOXBRIDGE_TEST_FOLDER", folder.path())
                .env("FOXBRIDGE_TEST_WRITER", n.to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.contains("1 passed"), "the writer ran: {said}");
    }
    let vault = foxbridge_vault::open(VaultChoice::File {
        vault_path: folder.path().join("vault.age"),
        key_file: folder.path().join("key"),
    })
    .unwrap();
    for n in 0..WRITERS {
        for i in 0..EACH {
            let expected = (i % 5 != 3).then(|| format!("secret {n} {i}"));
            let found = vault.get(&format!("{n}/{i}")).unwrap();
            assert_eq!(
                found.map(|s| s.expose_secret().to_owned()),
                expected,
                "writer {n}, secret {i}"
            );
        }
    }
}
