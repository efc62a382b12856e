//! Rules of the house that no compiler checks: who may depend on whom, what is generated, and where
//! things may be.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Our crates, and whom each may depend on in the shipped program. Arrows point down only.
const LAYERS: [(&str, &[&str]); 14] = [
    ("model", &[]),
    ("contract", &[]),
    ("vault", &[]),
    ("catalog", &["model"]),
    ("engine", &["catalog", "model"]),
    ("rules", &[]),
    ("store", &["model"]),
    ("connectors", &["catalog", "model"]),
    ("sandbox", &["catalog", "model"]),
    (
        "app",
        &[
            "catalog",
            "connectors",
            "contract",
            "engine",
            "model",
            "rules",
            "sandbox",
            "store",
            "vault",
        ],
    ),
    ("cli", &["app", "catalog", "contract", "sandbox"]),
    ("devserver", &["app", "contract"]),
    ("desktop", &["app", "contract"]),
    ("xtask", &[]),
];

/// What cargo knows of the workspace on this platform.
struct Graph {
    names: BTreeMap<String, String>,
    members: BTreeSet<String>,
    /// Package id to the ids it needs in the shipped program.
    shipped: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn load() -> Self {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        let about = Command::new(rustc).arg("-vV").output().unwrap().stdout;
        let about = String::from_utf8(about).unwrap();
        let host = about
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap();
        // Only this platform's packages are sure to be downloaded.
        let out = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--format-version",
                "1",
                "--offline",
                "--filter-platform",
                host,
            ])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            out.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        let data: Value = serde_json::from_slice(&out.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let names = data["packages"].as_array().unwrap().iter();
        let members = data["workspace_members"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        let nodes = data["resolve"]["nodes"].as_array().unwrap().iter();
        Self {
            names: names.map(|p| (text(&p["id"]), text(&p["name"]))).collect(),
            members,
            shipped: nodes.map(|n| (text(&n["id"]), shipped(n))).collect(),
        }
    }

    fn ours(&self) -> impl Iterator<Item = (&String, &str)> {
        self.members.iter().map(|id| (id, short(&self.names[id])))
    }

    /// Everything a package needs, with the way there.
    fn way_to(&self, from: &str, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![(from, self.names[from].clone())];
        while let Some((id, way)) = open.pop() {
            for next in &self.shipped[id] {
                let name = &self.names[next];
                let way = format!("{way} -> {name}");
                if wanted(name) {
                    return Some(way);
                }
                if seen.insert(next) {
                    open.push((next, way));
                }
            }
        }
        None
    }
}

fn shipped(node: &Value) -> Vec<String> {
    let deps = node["deps"].as_array().unwrap().iter();
    let kinds = |dep: &Value| dep["dep_kinds"].as_array().unwrap().clone();
    deps.filter(|dep| kinds(dep).iter().any(|kind| kind["kind"] != "dev"))
        .map(|dep| dep["pkg"].as_str().unwrap().to_owned())
        .collect()
}

fn short(name: &str) -> &str {
    name.strip_prefix("foxbridge-").unwrap_or(name)
}

#[test]
fn no_crate_reaches_tauri() {
    let graph = Graph::load();
    let is_tauri = |name: &str| {
        name == "tauri" || name.starts_with("tauri-") || ["wry", "tao"].contains(&name)
    };
    let mut seen = 0;
    for (id, name) in graph.ours() {
        let way = graph.way_to(id, is_tauri);
        if name == "desktop" {
            assert!(
                way.is_some(),
                "this test must be able to find Tauri where it is used"
            );
        } else {
            assert_eq!(way, None, "{name} must work without a window system");
            seen += 1;
        }
    }
    assert_eq!(seen, LAYERS.len() - 1, "every crate was looked at");
}

#[test]
fn arrows_point_down_only() {
    let graph = Graph::load();
    let layers: BTreeMap<_, _> = LAYERS.into_iter().collect();
    for (id, name) in graph.ours() {
        let allowed = layers
            .get(name)
            .unwrap_or_else(|| panic!("{name} is new: give it a place in tests/tidy.rs"));
        for dep in &graph.shipped[id] {
            let dep_name = short(&graph.names[dep]);
            assert!(
                !graph.members.contains(dep) || allowed.contains(&dep_name),
                "{name} must not depend on {dep_name}: see LAYERS in tests/tidy.rs"
            );
        }
    }
}

#[test]
fn the_engine_is_pure() {
    let graph = Graph::load();
    let outside = [
        "tokio",
        "reqwest",
        "rusqlite",
        "async-trait",
        "futures",
        "rand",
        "axum",
    ];
    for pure in ["engine", "model", "catalog", "rules"] {
        let (id, _) = graph.ours().find(|(_, name)| *name == pure).unwrap();
        let way = graph.way_to(id, |name| outside.contains(&name));
        assert_eq!(way, None, "{pure} has no clock, network, disk or async");
    }
}

#[test]
fn the_typescript_side_of_the_contract_is_fresh() {
    let file = root().join("ui/src/platform/contract.ts");
    let written = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
    assert!(
        written == foxbridge_contract::typescript(),
        "{} is stale: run `cargo xtask generate`",
        file.display()
    );
}

#[test]
fn the_page_talks_to_the_host_in_one_folder_only() {
    let ui = root().join("ui/src");
    let (mut inside, mut outside) = (0, Vec::new());
    for file in files(&ui, &["ts", "svelte", "js", "mjs"]) {
        if !fs::read_to_string(&file).unwrap().contains("@tauri-apps/") {
            continue;
        }
        if file.starts_with(ui.join("platform")) {
            inside += 1;
        } else {
            outside.push(file);
        }
    }
    assert!(
        outside.is_empty(),
        "only ui/src/platform may import @tauri-apps/*: {outside:?}"
    );
    assert!(
        inside > 0,
        "this test must be able to find the import where it belongs"
    );
}

#[test]
fn the_shell_stays_a_shell() {
    let lines: usize = files(&root().join("src-tauri"), &["rs"])
        .iter()
        .map(|f| count(f))
        .sum();
    assert!(lines > 0, "src-tauri was found");
    assert!(
        lines < 2000,
        "src-tauri has {lines} lines: what decides belongs in crates/app"
    );
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let mut long = Vec::new();
    for file in sources() {
        let lines = count(&file);
        // Generated, or data.
        if file.ends_with("contract.ts") || file.ends_with("package-lock.json") {
            continue;
        }
        if lines > 800 {
            long.push(format!("{} ({lines})", file.display()));
        } else if lines > 400 {
            println!("long, split it at the seam: {} ({lines})", file.display());
        }
    }
    assert!(long.is_empty(), "over 800 lines: {long:?}");
}

#[test]
fn every_module_says_why_it_exists() {
    let silent: Vec<_> = sources()
        .into_iter()
        // A test's own name and messages say why it is there.
        .filter(|file| file.extension().is_some_and(|ext| ext == "rs"))
        .filter(|file| !file.components().any(|part| part.as_os_str() == "tests"))
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            // Crates that are not begun hold nothing to explain.
            !text.trim().is_empty() && !text.starts_with("//!")
        })
        .collect();
    assert!(silent.is_empty(), "these begin without `//!`: {silent:#?}");
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let documents = files(root(), &["md"]).into_iter().filter(|file| {
        let place = file.strip_prefix(root()).unwrap();
        let hidden =
            |part: &std::path::Component| part.as_os_str().to_str().unwrap().starts_with('.');
        !place.components().any(|part| hidden(&part)) && !place.starts_with("gen")
    });
    let (mut links, mut broken) = (0, Vec::new());
    for document in documents {
        // Without code, where brackets mean other things.
        let text: String = fs::read_to_string(&document)
            .unwrap()
            .split('`')
            .step_by(2)
            .collect();
        let here = document.parent().unwrap();
        for (start, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')] {
            for rest in text.split(start).skip(1) {
                let link = rest.split([end, '#', ' ']).next().unwrap();
                if link.is_empty() || link.contains(':') {
                    continue;
                }
                links += 1;
                if !here.join(link).exists() {
                    broken.push(format!("{}: {link}", document.display()));
                }
            }
        }
    }
    assert!(links > 10, "the links were found");
    assert!(broken.is_empty(), "these lead nowhere: {broken:#?}");
}

#[test]
fn scripts_can_be_run() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(root().join(".ci/run"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o111, 0o111, ".ci/run must be executable");
    }
}

/// Every source file of ours.
fn sources() -> Vec<PathBuf> {
    let folders = [
        "crates",
        "src-tauri",
        "tests",
        "ui/src",
        "ui/e2e",
        "ui/scripts",
        "xtask",
    ];
    let kinds = ["rs", "ts", "svelte", "css", "mjs"];
    let all: Vec<_> = folders
        .iter()
        .flat_map(|dir| files(&root().join(dir), &kinds))
        .collect();
    assert!(all.len() > 50, "the sources were found");
    all
}

fn files(dir: &Path, kinds: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["node_modules", "dist", "target"].contains(&name) {
            found.extend(files(&path, kinds));
        } else if path
            .extension()
            .is_some_and(|ext| kinds.contains(&ext.to_str().unwrap()))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn count(file: &Path) -> usize {
    fs::read_to_string(file).unwrap().lines().count()
}
