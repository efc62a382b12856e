//! A changed mapping and the bases made under the old one.
//!
//! A base is what was agreed on about a field. When a row comes to mean another field, or another
//! shape of it, that agreement says nothing any more: the row is matched afresh, blanks are filled
//! and differences go by its policy. A line that we wrote on the card under the old meaning must not
//! be taken for somebody's edit, so the card as it stands is what the new base remembers.

use foxbridge_model::{Person, Region};

use crate::{Base, MappingRow, RowBase, find_card, parse_card};

/// Whether a base made under one row still says something under the other.
pub fn means_the_same(old: &MappingRow, new: &MappingRow) -> bool {
    // A transform works on the side that is read, and that is the other one in a card-only row.
    let side = |row: &MappingRow| row.direction.to_highlevel();
    old.aimfox == new.aimfox
        && old.highlevel == new.highlevel
        && old.kind == new.kind
        && old.transform == new.transform
        && (new.transform.is_empty() || side(old) == side(new))
}

/// The base of a linked lead under a new mapping; `None` when it stays as it is. Nothing is deleted
/// at either service by it, and nothing is taken for an edit that is none.
pub fn rebase(
    old: &[MappingRow],
    new: &[MappingRow],
    lead: Option<&Person>,
    base: &Base,
    region: Region,
) -> Option<Base> {
    let mut moved = base.clone();
    let notes = lead.and_then(|lead| lead.notes.as_deref());
    let card = notes.and_then(find_card);
    for row in new {
        let before = old.iter().find(|before| before.id == row.id);
        if before.is_some_and(|before| means_the_same(before, row)) {
            continue;
        }
        let known = moved.rows.remove(&row.id).is_some();
        if before.is_none() && !known {
            // A new row: what stands on a card under its name was typed by somebody.
            continue;
        }
        let lines = card.as_ref().map(|card| parse_card(&card.text, new));
        let line = lines.as_ref().and_then(|lines| lines.get(&row.id));
        if let Some(line) = line.and_then(|line| row.kind.canonical(line, region)) {
            let remembered = RowBase {
                card: Some(line),
                ..RowBase::default()
            };
            moved.rows.insert(row.id.clone(), remembered);
        }
    }
    moved
        .rows
        .retain(|id, _| new.iter().any(|row| row.id == *id));
    (moved != *base).then_some(moved)
}
