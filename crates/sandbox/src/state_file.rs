//! Keeping the world across restarts: one JSON file, written beside and then put in place, so that
//! it is whole at every moment.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::world::World;

const VERSION: u32 = 1;

/// What the file holds. No key and no token: they follow from the seed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    version: u32,
    /// The ports it was last reached at, so that a stored connection still leads here.
    pub(crate) ports: (u16, u16),
    pub(crate) world: World,
}

/// Reads the file; `None` when there is none.
pub(crate) fn load(path: &Path) -> anyhow::Result<Option<Kept>> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let kept: Kept = serde_json::from_slice(&text).with_context(|| {
        let path = path.display();
        format!("{path} is not sample data this version can read; move it away to start afresh")
    })?;
    anyhow::ensure!(
        kept.version == VERSION,
        "{} was written by another version; move it away to start afresh",
        path.display()
    );
    Ok(Some(kept))
}

/// The text of the file.
pub(crate) fn write_out(world: &World, ports: (u16, u16)) -> anyhow::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Keep<'a> {
        version: u32,
        ports: (u16, u16),
        world: &'a World,
    }
    Ok(serde_json::to_vec(&Keep {
        version: VERSION,
        ports,
        world,
    })?)
}

/// Puts the text in place.
pub(crate) fn save(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, text).with_context(|| format!("cannot write {}", part.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}
