//! The card: one note on the lead that shows what HighLevel knows of the person, a line a field.
//!
//! It is the one writable place for contact data in Aimfox, which has no contact record of its own
//! (`facts/aimfox.md` §0). People may edit a line, and may add lines of their own, which stay.
//! Only plain ASCII is added by us: typographic dashes and quotes are said to make Aimfox answer
//! 500 (`facts/aimfox.md` §1).

use foxbridge_model::{Card, Note, Text, Value};

use crate::{Few, MappingRow};

const HEADING: &str = "HighLevel card (edit a line here to change it there)";
const MARK: &str = "[foxbridge contact ";

/// Rows whose values are shown on the card.
fn card_rows(mapping: &[MappingRow]) -> impl Iterator<Item = &MappingRow> {
    mapping.iter().filter(|row| row.direction.to_aimfox())
}

/// The contact a note is the card of; `None` if it is no card.
pub fn marked_contact(text: &str) -> Option<&str> {
    text.lines().rev().find_map(|line| {
        let id = line.trim().strip_prefix(MARK)?.strip_suffix(']')?.trim();
        (!id.is_empty() && !id.contains(char::is_whitespace)).then_some(id)
    })
}

/// The card among a lead's notes. Should there be two, the older one is the card.
pub fn find_card(notes: &[Note]) -> Option<Card> {
    notes
        .iter()
        .filter(|note| marked_contact(&note.text).is_some())
        .min_by(|a, b| (&a.created_at, &a.id).cmp(&(&b.created_at, &b.id)))
        .map(|note| Card {
            note_id: note.id.clone(),
            text: note.text.clone(),
        })
}

/// Values on a card by mapping row id. A line with nothing after its colon counts as absent.
pub fn parse_card(text: &str, mapping: &[MappingRow]) -> Few<Text, Value> {
    let mut values = Few::default();
    for line in text.lines() {
        if let Some((row, value)) = row_of_line(line, mapping)
            && let Some(value) = Value::text(value)
        {
            // Of two lines that name one row, the upper one counts.
            if !values.contains_key(&row.id) {
                values.insert(row.id.clone(), value);
            }
        }
    }
    values
}

/// The card's text with these values (by row id), keeping the lines that people added to `old`.
pub fn render_card(
    contact_id: &str,
    values: &Few<Text, Value>,
    mapping: &[MappingRow],
    old: Option<&str>,
) -> String {
    let mut lines = vec![HEADING.to_owned()];
    for row in card_rows(mapping) {
        if let Some(value) = values.get(&row.id) {
            // A line break inside a value would start a line of its own on the next reading.
            let value = value.line();
            let words: Vec<&str> = value.split_whitespace().collect();
            lines.push(format!("{}: {}", row.label, words.join(" ")));
        }
    }
    for line in old.unwrap_or_default().lines() {
        let line = line.trim_end();
        let ours = line.trim().is_empty() || line == HEADING || line.trim_start().starts_with(MARK);
        if !ours && row_of_line(line, mapping).is_none() {
            lines.push(line.to_owned());
        }
    }
    lines.push(format!("{MARK}{contact_id}]"));
    lines.join("\n")
}

/// Whether a card says exactly these values of this contact, however its lines are arranged: where
/// people put their own lines is theirs to choose, and no reason to write.
pub(crate) fn says(
    text: &str,
    contact_id: &str,
    values: &Few<Text, Value>,
    mapping: &[MappingRow],
) -> bool {
    let lines = parse_card(text, mapping);
    let is_blank = |value: &Value| value.line().trim().is_empty();
    let same_words = |a: &Value, b: &Value| {
        let (a, b) = (a.line(), b.line());
        a.split_whitespace().eq(b.split_whitespace())
    };
    marked_contact(text) == Some(contact_id)
        && lines.len() == values.values().filter(|value| !is_blank(value)).count()
        && lines
            .iter()
            .all(|(row, line)| values.get(row).is_some_and(|v| same_words(v, line)))
}

fn row_of_line<'m, 'l>(
    line: &'l str,
    mapping: &'m [MappingRow],
) -> Option<(&'m MappingRow, &'l str)> {
    let (label, value) = line.split_once(':')?;
    let label = label.trim();
    card_rows(mapping)
        .find(|row| row.label.eq_ignore_ascii_case(label))
        .map(|row| (row, value.trim()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::standard_mapping;

    fn values(pairs: &[(&str, &str)]) -> Few<Text, Value> {
        pairs
            .iter()
            .map(|(k, v)| (Text::from(*k), Value::from(*v)))
            .collect()
    }

    #[test]
    fn lines_people_added_survive_a_rewrite() {
        let mapping = standard_mapping();
        let first = render_card("c1", &values(&[("email", "a@example.com")]), &mapping, None);
        let edited = first.replace("E-mail: a@", "Met at the fair in May\ne-mail:  b@");
        assert_eq!(
            parse_card(&edited, &mapping),
            values(&[("email", "b@example.com")]),
            "a label's case and spaces do not matter to somebody typing"
        );
        let again = render_card(
            "c1",
            &values(&[("email", "c@example.com")]),
            &mapping,
            Some(&edited),
        );
        assert!(
            again.contains("Met at the fair in May"),
            "a person's own line was dropped"
        );
        assert!(
            !again.contains("b@"),
            "the replaced line must not stay beside the new one"
        );
        assert_eq!(
            marked_contact(&again),
            Some("c1"),
            "the card must stay recognisable"
        );
    }

    #[test]
    fn ordinary_notes_are_no_cards() {
        for text in [
            "",
            "E-mail: a@example.com",
            "[foxbridge contact ]",
            "foxbridge contact x",
        ] {
            assert_eq!(marked_contact(text), None, "{text:?} was taken for a card");
        }
    }

    #[test]
    fn of_two_cards_the_older_one_is_kept() {
        let note = |id: &str, at: &str| Note {
            id: id.to_owned(),
            text: "[foxbridge contact c1]".to_owned(),
            created_at: Some(at.to_owned()),
        };
        let card = find_card(&[note("b", "2026-02-01"), note("a", "2026-01-01")]).unwrap();
        assert_eq!(
            card.note_id, "a",
            "the choice must not depend on the order of the listing"
        );
    }

    proptest! {
        #[test]
        fn rendering_is_stable_and_reads_back(
            email in "[a-z]{1,8}@example\\.com",
            company in "\\PC{0,40}",
            extra in proptest::collection::vec("\\PC{0,20}", 0..4),
        ) {
            let mapping = standard_mapping();
            let mut wanted = values(&[("email", &email)]);
            if let Some(company) = Value::text(company.split_whitespace().collect::<Vec<_>>().join(" ")) {
                wanted.insert("company".into(), company);
            }
            let first = render_card("c1", &wanted, &mapping, Some(&extra.join("\n")));
            prop_assert_eq!(parse_card(&first, &mapping), wanted.clone());
            let again = render_card("c1", &wanted, &mapping, Some(&first));
            prop_assert_eq!(first, again, "a card must not change when nothing changed");
        }
    }
}
