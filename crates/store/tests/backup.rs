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

#[test]
fn a_backup_is_put_back_whole_and_others_see_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    let store = Store::open(&file).unwrap();
    fill(&store);
    let to = folder.path().join("b.db");
    store.backup(&to).unwrap();
    let syncs = store.syncs().list().unwrap();
    let other = Store::open(&file).unwrap();
    store.settings().set("later", &json!(1)).unwrap();
    store.syncs().delete("s").unwrap();
    store.restore(&to).unwrap();
    for store in [&store, &other, &Store::open(&file).unwrap()] {
        assert_eq!(store.syncs().list().unwrap(), syncs, "as it was");
        assert_eq!(store.settings().get("later").unwrap(), None);
    }
    other.settings().set("on", &json!(2)).unwrap();
    assert_eq!(store.settings().get("on").unwrap(), Some(json!(2)));
}

#[test]
fn what_is_no_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("foxbridge.db")).unwrap();
    fill(&store);
    let before = store.syncs().list().unwrap();
    let foreign = rusqlite::Connection::open(folder.path().join("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE a (x)").unwrap();
    fs::write(folder.path().join("empty.db"), "").unwrap();
    fs::write(folder.path().join("junk.db"), vec![7; 9_000]).unwrap();
    let cut = folder.path().join("cut.db");
    store.backup(&cut).unwrap();
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    for name in ["foreign.db", "empty.db", "junk.db", "cut.db", "absent.db"] {
        let refused = store.restore(&folder.path().join(name));
        assert!(refused.is_err(), "{name} is no backup");
        assert_eq!(
            store.syncs().list().unwrap(),
            before,
            "{name} changed something"
        );
    }
}
