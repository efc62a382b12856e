use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use foxbridge_store::{Store, StoreError, schema_version};
use rusqlite::Connection;
use serde_json::json;

use crate::support::fill;

/// Every file of the folder with its length and a hash of its bytes.
fn files(folder: &Path) -> Vec<(String, usize, u64)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            let mut hash = DefaultHasher::new();
            bytes.hash(&mut hash);
            (
                entry.file_name().into_string().unwrap(),
                bytes.len(),
                hash.finish(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/er/foxbridge.db");
    let store = Store::open(&file).unwrap();
    fill(&store);
    let names: Vec<_> = store.syncs().list().unwrap();
    drop(store);
    assert_eq!(Store::open(&file).unwrap().syncs().list().unwrap(), names);
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    fill(&Store::open(&file).unwrap());
    let newer = Connection::open(&file).unwrap();
    newer
        .pragma_update(None, "user_version", schema_version() + 1)
        .unwrap();
    newer
        .execute_batch("CREATE TABLE from_the_future (x)")
        .unwrap();
    drop(newer);
    let before = files(folder.path());
    let refused = Store::open(&file).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { .. }), "{refused:?}");
    let words = refused.to_string();
    for said in [
        "newer Foxbridge",
        "Nothing in it was changed",
        "Install",
        "foxbridge.db",
    ] {
        assert!(words.contains(said), "it says {said:?}: {words}");
    }
    assert_eq!(
        files(folder.path()),
        before,
        "not a byte of it changed, and no file was added"
    );
}

#[test]
fn a_newer_database_that_is_open_elsewhere_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    fill(&Store::open(&file).unwrap());
    // The newer program is running: its last writes are in the side file only.
    let newer = Connection::open(&file).unwrap();
    newer
        .pragma_update(None, "user_version", schema_version() + 1)
        .unwrap();
    let before = fs::read(&file).unwrap();
    let refused = Store::open(&file).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { .. }), "{refused:?}");
    assert_eq!(
        fs::read(&file).unwrap(),
        before,
        "the side file was not written back for it"
    );
    drop(newer);
}

#[test]
fn a_file_whose_making_was_interrupted_is_made_ready() {
    let folder = tempfile::tempdir().unwrap();
    for (name, made) in [("empty.db", false), ("begun.db", true)] {
        let file = folder.path().join(name);
        fs::write(&file, "").unwrap();
        if made {
            let begun = Connection::open(&file).unwrap();
            begun
                .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
                .unwrap();
        }
        fill(&Store::open(&file).unwrap());
    }
}

#[test]
fn another_programs_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.sqlite");
    Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE bookmarks (url)")
        .unwrap();
    let before = files(folder.path());
    let refused = Store::open(&file).unwrap_err();
    assert!(matches!(refused, StoreError::Foreign { .. }), "{refused:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_is_no_database_is_called_damaged_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    fs::write(&file, "Dear diary, ".repeat(500)).unwrap();
    let before = files(folder.path());
    let refused = Store::open(&file).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    assert!(refused.to_string().contains("foxbridge.db"), "{refused}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "x").unwrap();
    let refused = Store::open(&in_the_way.join("foxbridge.db")).unwrap_err();
    assert!(matches!(refused, StoreError::File { .. }), "{refused:?}");
    assert!(refused.to_string().contains("foxbridge.db"), "{refused}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    let loose = folder.path().join("loose.db");
    fs::write(&loose, "").unwrap();
    fs::set_permissions(&loose, fs::Permissions::from_mode(0o644)).unwrap();
    let stores = [Store::open(&file).unwrap(), Store::open(&loose).unwrap()];
    stores.iter().for_each(fill);
    let mut seen = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        seen += 1;
    }
    assert!(seen >= 4, "the side files are among them: {seen}");
}

#[test]
fn clones_and_threads_work_on_the_same_data() {
    let store = Store::in_memory().unwrap();
    fill(&store);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = store.clone();
            scope.spawn(move || {
                for n in 0..25 {
                    let id = format!("{thread}-{n}");
                    store
                        .mirror()
                        .put("hl", "contact", &id, &json!({}), 1)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(store.mirror().count("hl", "contact").unwrap(), (100, 0));
}

#[test]
fn two_programs_share_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("foxbridge.db");
    let (window, terminal) = (Store::open(&file).unwrap(), Store::open(&file).unwrap());
    fill(&window);
    terminal
        .mirror()
        .put("hl", "contact", "c", &json!({"v": 1}), 1)
        .unwrap();
    assert_eq!(
        window.mirror().count("hl", "contact").unwrap(),
        (1, 0),
        "each sees the other's"
    );
}

#[test]
fn debug_output_shows_no_data() {
    let store = Store::in_memory().unwrap();
    store.settings().set("name", &json!("Ada")).unwrap();
    assert!(!format!("{store:?}").contains("Ada"));
}
