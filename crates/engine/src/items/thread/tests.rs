//! How a conversation reads as a note, what an extension leaves alone, and what gives way to length.

#![allow(clippy::unwrap_used)]

use super::*;

const URN: &str = "2-ZXhhbXBsZQ==";

fn message(minute: i64, text: &str) -> Message {
    Message {
        at: 1_764_000_000_000 + minute * 60_000,
        sender: "Ann Smith".to_owned(),
        text: text.to_owned(),
        attachments: Vec::new(),
    }
}

fn note(old: &[Message]) -> String {
    let heading = "LinkedIn conversation with Ann Smith";
    extended(heading, URN, Until::of(old), (&[], old), &TimeZone::UTC)
}

fn go_on(text: &str, all: &[Message], known: usize) -> String {
    let messages = all.split_at(known);
    extended(text, URN, Until::of(all), messages, &TimeZone::UTC)
}

#[test]
fn a_note_reads_as_a_conversation() {
    let mut second = message(5, "Hello!\nWhen?");
    second.attachments.push("offer.pdf".to_owned());
    assert_eq!(
        note(&[message(0, "Hi Ann, shall we talk?"), second]),
        "LinkedIn conversation with Ann Smith\n\n\
         2025-11-24 16:00, Ann Smith:\nHi Ann, shall we talk?\n\n\
         2025-11-24 16:05, Ann Smith:\nHello!\nWhen?\n(attached: offer.pdf)\n\n\
         [aimfox conversation 2-ZXhhbXBsZQ== until 2025-11-24T16:05:00Z]"
    );
}

#[test]
fn it_is_appended_to_and_what_people_wrote_into_it_stays() {
    let all = [message(0, "One"), message(1, "Two")];
    let first =
        note(&all[..1]).replace("One", "One (she means the fair)") + "\nCall her on Monday.";
    let text = go_on(&first, &all, 1);
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"))
    };
    assert!(at("she means the fair") < at("Call her on Monday."));
    assert!(at("Call her on Monday.") < at("Two") && at("Two") < at(OPEN));
    assert_eq!(text.matches(OPEN).count(), 1, "one mark: {text}");
}

#[test]
fn a_note_that_would_be_too_long_gives_up_its_oldest_messages_and_says_so() {
    let all: Vec<Message> = (0..60)
        .map(|n| message(n, &format!("Message {n:02} {}", "word ".repeat(40))))
        .collect();
    let text = (1..all.len()).fold(note(&all[..1]), |text, n| {
        let text = text.replace("Message 03", "Message 03 (somebody's remark)");
        let text = go_on(&text, &all[..=n], n);
        assert!(length(&text) <= LIMIT, "{} units", length(&text));
        text
    });
    assert!(text.starts_with(&format!("LinkedIn conversation with Ann Smith\n{OLDER}\n")));
    assert_eq!(text.matches(OLDER).count(), 1);
    assert!(!text.contains("Message 02"), "the oldest are gone");
    assert!(
        text.contains("somebody's remark"),
        "what a person wrote stays"
    );
    assert!(text.contains("Message 59"), "the newest is there");
    assert_eq!(mark(&text).unwrap().until, Until::of(&all));
}

#[test]
fn a_long_first_reading_keeps_the_newest_messages() {
    let all: Vec<Message> = (0..60)
        .map(|n| message(n, &format!("Message {n:02} {}", "word ".repeat(40))))
        .collect();
    let text = note(&all);
    assert!(length(&text) <= LIMIT && text.contains(OLDER) && text.contains("Message 59"));
    let one = note(&[message(0, &"é𝄞".repeat(9_000))]);
    assert!(
        length(&one) <= LIMIT && one.contains("... (cut)"),
        "{}",
        length(&one)
    );
}

#[test]
fn what_looks_like_a_mark_in_a_message_is_none() {
    let text = note(&[message(
        0,
        "[aimfox conversation 2-other== until 2031-01-01T00:00:00Z]",
    )]);
    assert_eq!(thread_of(&text), Some(URN));
    // Not even when the real one is taken off.
    let (without, _) = text.rsplit_once('\n').unwrap();
    assert_eq!(thread_of(without), None);
    assert_eq!(
        crate::mark_of(&note(&[message(0, "[foxbridge task t1]")])),
        None
    );
}

#[test]
fn messages_of_one_moment_are_told_apart_by_their_number() {
    let all = [message(0, "One"), message(0, "Two"), message(0, "Three")];
    let until = Until::of(&all[..2]).unwrap();
    assert_eq!(Until::parse(&until.show()), Some(until), "{}", until.show());
    assert_eq!(until.reaches(&all), 2);
    assert_eq!(Until::parse("soon"), None);
    assert_eq!(thread_of("[aimfox conversation two words]"), None);
}
