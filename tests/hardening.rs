//! What the window may do, read from what is shipped: the content security policy, the capabilities, and
//! the commands that cross. `docs/SECURITY.md` says what each is for.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(file: impl AsRef<Path>) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join(file)).unwrap()).unwrap()
}

#[test]
fn the_page_may_load_its_own_files_and_nothing_else() {
    let config = json("tauri.conf.json");
    let policy = config["app"]["security"]["csp"].as_object().unwrap();
    let of = |directive: &str| policy[directive].as_str().unwrap();
    for shut in [
        "default-src",
        "object-src",
        "base-uri",
        "form-action",
        "frame-ancestors",
    ] {
        assert_eq!(of(shut), "'none'", "{shut}");
    }
    assert_eq!(
        of("script-src"),
        "'self'",
        "no script of anybody else's, and none in the page"
    );
    // How Tauri's own bridge is reached: a scheme, or a name that never leaves the web view.
    let bridge = ["ipc:", "http://ipc.localhost"];
    for (directive, sources) in policy {
        for source in sources.as_str().unwrap().split(' ') {
            let known = ["'none'", "'self'", "data:"].contains(&source)
                || directive == "connect-src" && bridge.contains(&source);
            assert!(known, "{directive} lets {source} in");
            assert!(
                source != "data:" || directive == "img-src",
                "{directive}: only a picture may be part of the page's own text"
            );
        }
    }
    let security = config["app"]["security"].as_object().unwrap();
    for (name, value) in security {
        let known = ["capabilities", "csp", "devCsp"].contains(&name.as_str());
        assert!(known, "{name} loosens something: {value}");
    }
    assert_ne!(config["app"]["withGlobalTauri"], true);
}

#[test]
fn the_page_may_ask_tauri_for_events_only() {
    let folder = root().join("src-tauri/capabilities");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "one window, one list: {files:?}");
    let capability = json(&files[0]);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(
        capability.get("remote"),
        None,
        "no page from elsewhere may ask for anything"
    );
    assert_eq!(
        capability["permissions"],
        serde_json::json!(["core:event:allow-listen", "core:event:allow-unlisten"])
    );
}

#[test]
fn one_command_crosses() {
    let mut handlers = Vec::new();
    for file in std::fs::read_dir(root().join("src-tauri")).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            handlers.extend(text.match_indices("generate_handler!").map(|(at, _)| {
                let rest = &text[at..];
                rest[..=rest.find(']').unwrap()].to_owned()
            }));
        }
    }
    assert_eq!(handlers, ["generate_handler![rpc::rpc]"]);
}
