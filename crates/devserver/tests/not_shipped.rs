//! No program that is shipped can serve commands over HTTP.

use std::path::Path;

#[test]
fn nothing_depends_on_the_development_server() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut manifests = vec![root.join("Cargo.toml"), root.join("xtask/Cargo.toml")];
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "devserver" {
            manifests.push(entry.path().join("Cargo.toml"));
        }
    }
    assert!(
        manifests.len() > 10,
        "the manifests are where they are looked for"
    );
    for manifest in manifests {
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        let mut section = "";
        for line in text.lines() {
            if line.starts_with('[') {
                section = line;
            }
            assert!(
                section == "[workspace.dependencies]" || !line.starts_with("foxbridge-devserver"),
                "{}: {section} takes in the development server: {line}",
                manifest.display()
            );
        }
    }
}
