//! What people type into the lines of a card that Foxbridge wrote, and that it survives.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn now() -> Timestamp {
    "2026-11-25T11:30:00Z".parse().unwrap()
}

fn local() -> Local {
    Local {
        now: now(),
        zone: zone(),
    }
}

fn fields(pairs: &[(ItemField, &str)]) -> ItemFields {
    pairs
        .iter()
        .map(|(field, value)| (*field, (*value).to_owned()))
        .collect()
}

fn call_ann() -> ItemFields {
    fields(&[
        (ItemField::Title, "Call Ann"),
        (ItemField::Due, "2026-12-01T09:00:00Z"),
        (ItemField::Assignee, "Jo Doe"),
        (ItemField::Done, "no"),
        (
            ItemField::Text,
            "About pricing.\nDue: this is the body's own line",
        ),
    ])
}

#[test]
fn a_task_is_readable_and_reads_back() {
    let text = render(ItemKind::Task, &call_ann(), Some("T1"), "", &zone());
    insta::assert_snapshot!(text, @"
    Task: Call Ann
    Due: 2026-12-01 10:00
    Assignee: Jo Doe
    [ ] done
    About pricing.
    Due: this is the body's own line
    [foxbridge task T1]
    ");
    assert_eq!(mark_of(&text), Some((ItemKind::Task, "T1")));
    assert_eq!(read(ItemKind::Task, &text, &local()).fields, call_ann());
}

#[test]
fn an_appointment_shows_the_locations_own_time() {
    let fields = fields(&[
        (ItemField::Title, "Intro call"),
        (ItemField::Start, "2026-12-01T09:00:00Z"),
        (ItemField::End, "2026-12-01T09:30:00Z"),
        (ItemField::Status, "confirmed"),
        (ItemField::Place, "https://meet.example.com/x"),
        (ItemField::Calendar, "Sales"),
    ]);
    let text = render(ItemKind::Appointment, &fields, Some("A1"), "", &zone());
    insta::assert_snapshot!(text, @"
    Appointment: Intro call
    When: 2026-12-01 10:00 to 10:30 (Europe/Berlin)
    Status: confirmed
    Where: https://meet.example.com/x
    Calendar: Sales
    [foxbridge appointment A1]
    ");
}

#[test]
fn ticking_redating_and_rewording_are_understood() {
    let text = render(ItemKind::Task, &call_ann(), Some("T1"), "", &zone());
    let edited = text
        .replace("[ ] done", "[X]")
        .replace("Due: 2026-12-01 10:00", "due: next friday 8:15")
        .replace("Task: Call Ann", "TASK:  Call   Ann  back")
        .replace("About pricing.", "About prices.");
    let seen = read(ItemKind::Task, &edited, &local()).fields;
    assert_eq!(seen[&ItemField::Done], "yes");
    assert_eq!(seen[&ItemField::Due], "2026-11-27T07:15:00Z");
    assert_eq!(seen[&ItemField::Title], "Call Ann back");
    assert!(seen[&ItemField::Text].starts_with("About prices."));
}

#[test]
fn what_cannot_be_understood_is_no_opinion() {
    let text = render(ItemKind::Task, &call_ann(), Some("T1"), "", &zone());
    let seen = read(
        ItemKind::Task,
        &text.replace("2026-12-01 10:00", "soonish"),
        &local(),
    );
    assert_eq!(seen.fields.get(&ItemField::Due), None);
    assert_eq!(
        seen.unclear[&ItemField::Due],
        "soonish",
        "it is kept as what lost"
    );
    let bare = read(ItemKind::Task, "[foxbridge task T1]", &local());
    assert!(
        bare.fields.is_empty(),
        "an emptied card must not empty the task"
    );
    let status = "Appointment: x\nStatus: maybe\n[foxbridge appointment A1]";
    let seen = read(ItemKind::Appointment, status, &local());
    assert!(seen.fields.is_empty() && seen.unclear.len() == 1);
}

#[test]
fn a_todo_note_is_a_task() {
    for (text, title, due, body) in [
        ("todo: call Ann", "call Ann", "2026-11-26T08:00:00Z", ""),
        (
            "TODO: call Ann by friday",
            "call Ann",
            "2026-11-27T08:00:00Z",
            "",
        ),
        (
            "Todo: send offer, in 2 days\nwith the new prices",
            "send offer",
            "2026-11-27T08:00:00Z",
            "with the new prices",
        ),
        (
            "todo: meet at 10 Main Street 2026-12-01 15:00",
            "meet at 10 Main Street",
            "2026-12-01T14:00:00Z",
            "",
        ),
        ("todo: tomorrow", "tomorrow", "2026-11-26T08:00:00Z", ""),
    ] {
        let task = read_todo(text, &local()).unwrap().task(&local());
        assert_eq!(task[&ItemField::Title], title, "{text:?}");
        assert_eq!(task[&ItemField::Due], due, "{text:?}");
        assert_eq!(task[&ItemField::Text], body, "{text:?}");
    }
    for text in [
        "",
        "todo",
        "todo:",
        "todo:   \nx",
        "to do: x",
        "my todo: x",
        "todò: x",
    ] {
        assert_eq!(
            read_todo(text, &local()),
            None,
            "{text:?} is no instruction"
        );
    }
}

#[test]
fn marks_are_found_and_ordinary_brackets_are_not() {
    assert_eq!(
        mark_of("x\n[foxbridge note N1]"),
        Some((ItemKind::Note, "N1"))
    );
    assert_eq!(origin_of("x\n[aimfox note 7-8]\n"), Some("7-8"));
    for text in [
        "[foxbridge contact C1]",
        "[foxbridge note ]",
        "[foxbridge note a b]",
        "[note N1]",
        "",
    ] {
        assert_eq!(mark_of(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn rendering_is_stable_and_reads_back(
        title in "\\PC{1,30}", text in "(\\PC{0,20}\n){0,4}\\PC{0,20}", done in any::<bool>(),
        minutes in 0i64..2_000_000, kind in 0usize..2,
    ) {
        let kind = [ItemKind::Task, ItemKind::Note][kind];
        let due = when::canonical(Timestamp::from_second(1_700_000_000 + minutes * 60).unwrap());
        let wanted: ItemFields = [
            (ItemField::Title, title), (ItemField::Due, due), (ItemField::Text, text),
            (ItemField::Done, if done { "yes" } else { "no" }.to_owned()),
        ]
        .into_iter()
        .filter(|(field, _)| kind.fields().contains(field))
        .map(|(field, value)| (field, canonical(field, &value)))
        .filter(|(field, value)| !value.is_empty() || *field == ItemField::Text && kind == ItemKind::Task)
        .collect();
        let utc = TimeZone::UTC;
        let local_utc = Local { now: now(), zone: utc.clone() };
        let first = render(kind, &wanted, Some("X1"), "", &utc);
        let seen = read(kind, &first, &local_utc);
        prop_assert_eq!(&seen.fields, &wanted, "{}", first);
        let again = render(kind, &seen.fields, Some("X1"), "", &utc);
        prop_assert_eq!(first, again, "a card must not change when nothing changed");
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}(\n\\PC{0,60}){0,4}") {
        for kind in ItemKind::ALL {
            let _seen = read(kind, &text, &local());
        }
        let _task = read_todo(&text, &local());
        let once = plain(&text);
        prop_assert_eq!(plain(&once), once.clone(), "plain text is plain already");
    }
}
