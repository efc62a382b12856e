//! A window with one button and nothing behind it: what `cargo xtask bench desktop` compares with.
//! Built with the same features and profile as the program.
#![allow(missing_docs)]

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!(
        "tests/desktop/bare/tauri.conf.json"
    ))
}
