use std::fs;

use foxbridge_store::{Store, StoreError};
use serde_json::json;

use crate::support::fill;

#[test]
fn a_backup_is_one_whole_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("foxbridge.db")).unwrap();
    fill(&store);
    let to = folder.path().join("backups/today.db");
    store.backup(&to).unwrap();
    store.settings().set("later", &json!(1)).unwrap();
    let names: Vec<_> = fs::read_dir(to.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names, ["today.db"], "no side file and no half file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&to).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let copy = Store::open(&to).unwrap();
    assert_eq!(copy.syncs().list().unwrap(), store.syncs().list().unwrap());
    assert_eq!(
        copy.settings().get("later").unwrap(),
        None,
        "it is of its moment"
    );
}

#[test]
fn a_backup_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::in_memory().unwrap();
    let to = folder.path().join("precious.db");
    fs::write(&to, "precious").unwrap();
    let refused = store.backup(&to);
    assert!(
        matches!(refused, Err(StoreError::Exists { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read(&to).unwrap(), b"precious");
}

#[test]
fn what_an_interrupted_backup_left_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::in_memory().unwrap();
    store.settings().set("a", &json!(1)).unwrap();
    fs::write(folder.path().join("b.db.part"), "half").unwrap();
    let to = folder.path().join("b.db");
    store.backup(&to).unwrap();
    assert_eq!(
        Store::open(&to).unwrap().settings().get("a").unwrap(),
        Some(json!(1))
    );
}
