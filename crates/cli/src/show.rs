//! Answers for people.

use foxbridge_contract::{
    ActivityEntry, ActivityKind, Change, ChangeKind, Connection, Counts, Health, ItemSettings,
    NeedsYou, ObjectKind, OperationRow, Place, RehearsalReport, RunReport, ServiceName, Sync,
    Template,
};

use crate::style::{quiet, strong, table};

/// As many changes as one looks through in a terminal.
const SHOWN: usize = 40;

pub(crate) fn service(service: ServiceName) -> &'static str {
    match service {
        ServiceName::Highlevel => "HighLevel",
        ServiceName::Aimfox => "Aimfox",
    }
}

pub(crate) fn place(place: Place) -> &'static str {
    match place {
        Place::Highlevel => "HighLevel",
        Place::Aimfox => "Aimfox",
        Place::Foxbridge => "Foxbridge",
    }
}

pub(crate) fn connections(list: &[Connection]) {
    if list.is_empty() {
        say!("No connections yet. Make one: foxbridge connect --help");
        return;
    }
    let rows: Vec<_> = list
        .iter()
        .map(|c| {
            [
                c.id.clone(),
                service(c.service).to_owned(),
                c.name.clone(),
                c.requests_today.to_string(),
                c.base_url.clone(),
            ]
        })
        .collect();
    table(
        ["ID", "SERVICE", "ACCOUNT", "REQUESTS TODAY", "BASE URL"],
        &rows,
    );
}

pub(crate) fn templates(list: &[Template]) {
    let rows: Vec<_> = list
        .iter()
        .map(|t| [t.name.clone(), t.title.clone(), t.help.clone()])
        .collect();
    table(["NAME", "TITLE", "WHAT IT DOES"], &rows);
}

pub(crate) fn syncs(list: &[Sync]) {
    if list.is_empty() {
        say!("No syncs yet. Make one: foxbridge sync create --help");
        return;
    }
    let rows: Vec<_> = list
        .iter()
        .map(|sync| {
            let health = sync.health.unwrap_or_default();
            let last = sync
                .last_run
                .as_ref()
                .map_or("never", |run| run.started_at.as_str());
            [
                sync.id.clone(),
                sync.name.clone(),
                health.in_sync.to_string(),
                health.excluded.to_string(),
                health.needs_you.to_string(),
                last.to_owned(),
            ]
        })
        .collect();
    table(
        ["ID", "NAME", "IN SYNC", "EXCLUDED", "NEEDS YOU", "LAST RUN"],
        &rows,
    );
}

pub(crate) fn needs_you(list: &[NeedsYou]) {
    if list.is_empty() {
        say!("Nothing needs you.");
        return;
    }
    for item in list {
        say!("{}", strong(&item.what));
        say!("  why:  {}", item.why);
        for choice in &item.choices {
            let id = choice.id.as_deref().unwrap_or_default();
            say!(
                "        {}: {} {}",
                service(choice.service),
                choice.label,
                quiet(id)
            );
        }
        say!("  next: {}", item.next);
    }
}

pub(crate) fn operations(rows: &[OperationRow]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let effect = serde_json::to_value(row.effect).unwrap_or_default();
            [
                row.id.clone(),
                effect.as_str().unwrap_or_default().to_owned(),
                format!("{} {}", row.method, row.path),
                row.title.clone(),
            ]
        })
        .collect();
    table(["OPERATION", "EFFECT", "REQUEST", "TITLE"], &rows);
}

pub(crate) fn counts(counts: Counts) -> String {
    let parts: Vec<String> = [
        (counts.create, "created"),
        (counts.link, "linked"),
        (counts.update, "updated"),
        (counts.delete, "deleted"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    parts.join(", ")
}

/// "3 created, 40 linked; of notes, tasks and appointments 12 created".
fn both(people: Counts, items: Counts) -> String {
    let (people, items) = (counts(people), counts(items));
    match (people.is_empty(), items.is_empty()) {
        (_, true) => people,
        (true, false) => format!("of notes, tasks and appointments {items}"),
        (false, false) => format!("{people}; of notes, tasks and appointments {items}"),
    }
}

/// How notes, tasks and appointments follow each other.
pub(crate) fn items(items: &ItemSettings) {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().replace('_', "-");
    let rows: Vec<_> = [
        ("notes", items.notes),
        ("tasks", items.tasks),
        ("appointments", items.appointments),
        ("conversations", items.conversations),
    ]
    .into_iter()
    .map(|(name, rules)| {
        [
            name.to_owned(),
            word(serde_json::to_value(rules.direction).unwrap_or_default()),
            word(serde_json::to_value(rules.on_conflict).unwrap_or_default()),
            word(serde_json::to_value(rules.when_deleted).unwrap_or_default()),
        ]
    })
    .collect();
    table(["WHAT", "WAY", "ON CONFLICT", "WHEN DELETED"], &rows);
}

fn health(health: Health) {
    say!(
        "In sync {}  Excluded {}  Needs you {}  {}",
        strong(&health.in_sync.to_string()),
        strong(&health.excluded.to_string()),
        strong(&health.needs_you.to_string()),
        quiet(&format!("Not in Aimfox yet {}", health.not_in_aimfox)),
    );
}

pub(crate) fn change(change: &Change) {
    let verb = match change.kind {
        ChangeKind::Prepare => "prepare",
        ChangeKind::Link => "link",
        ChangeKind::Create => "create",
        ChangeKind::Update => "update",
        ChangeKind::Delete => "delete",
    };
    let what = match change.object {
        ObjectKind::Note => "a note of ",
        ObjectKind::Task => "a task of ",
        ObjectKind::Appointment => "an appointment of ",
        ObjectKind::Conversation => "the LinkedIn conversation of ",
        _ => "",
    };
    say!(
        "{} {what}{} in {}  {}",
        strong(verb),
        change.record.name,
        place(change.service),
        quiet(&change.reason)
    );
    for field in &change.fields {
        let blank = "(blank)";
        say!(
            "    {}: {} -> {}",
            field.label,
            field.before.as_deref().unwrap_or(blank),
            field.after.as_deref().unwrap_or(blank)
        );
        if let Some(loser) = &field.loser {
            say!(
                "      {} from {} is kept in the log",
                loser.value,
                service(loser.service)
            );
        }
    }
}

pub(crate) fn rehearsal(report: &RehearsalReport) {
    for item in report.changes.iter().take(SHOWN) {
        change(item);
    }
    if report.changes.len() > SHOWN {
        say!(
            "... and {} more (--json shows all)",
            report.changes.len() - SHOWN
        );
    }
    match report.changes.is_empty() {
        true => say!("Nothing would change."),
        false => say!(
            "{} {}.",
            strong("Would change:"),
            both(report.would, report.would_items)
        ),
    }
    say!(
        "Requests it needs: {} to HighLevel, {} to Aimfox.",
        report.requests.highlevel,
        report.requests.aimfox
    );
    health(report.health);
    say!("Nothing was changed.");
}

pub(crate) fn run(report: &RunReport) {
    let done = both(report.changed, report.changed_items);
    match done.is_empty() {
        true => say!("Nothing was changed."),
        false => say!("{} {done}.", strong("Changed:")),
    }
    for failed in &report.failed {
        change(failed);
        if let Some(error) = &failed.error {
            say!("    not done: {error}");
        }
    }
    say!(
        "{:.1} s; {} requests to HighLevel, {} to Aimfox.",
        f64::from(report.duration_ms) / 1000.0,
        report.requests.highlevel,
        report.requests.aimfox
    );
    say!(
        "In the last 24 hours: {} to HighLevel, {} of {} left today; {} to Aimfox, {} of {} left this minute.",
        report.calls.used.highlevel,
        report.calls.highlevel.left,
        report.calls.highlevel.limit,
        report.calls.used.aimfox,
        report.calls.aimfox.left,
        report.calls.aimfox.limit
    );
    match report.caught {
        None => {}
        Some(0) => say!("Everything was compared; nothing had been missed."),
        Some(n) => say!("Everything was compared: {n} changes found that nothing had told of."),
    }
    health(report.health);
    if !report.needs_you.is_empty() {
        say!();
        needs_you(&report.needs_you);
    }
}

pub(crate) fn log(entries: &[ActivityEntry]) {
    for entry in entries {
        let what = match &entry.entry {
            ActivityKind::Request { request } => {
                let status = request
                    .status
                    .map_or_else(|| "no answer".to_owned(), |s| s.to_string());
                format!("request   {} {} -> {status}", request.method, request.path)
            }
            ActivityKind::Change { change } => {
                let mut what = format!("change    {} ({})", change.record.name, change.reason);
                for field in &change.fields {
                    if let Some(loser) = &field.loser {
                        what.push_str(&format!(
                            "; {} \"{}\" of {} lost",
                            field.label,
                            loser.value,
                            service(loser.service)
                        ));
                    }
                }
                what
            }
            ActivityKind::Run { summary } => {
                let kind = if summary.rehearsal {
                    "rehearsal"
                } else {
                    "run"
                };
                format!("{kind:<10}{} {:?}", summary.id, summary.state)
            }
            ActivityKind::Firing { firing } => {
                let (name, about) = (&firing.name, &firing.person);
                format!(
                    "rule      {name}: {} ({about}) {:?}",
                    firing.what, firing.state
                )
            }
        };
        say!("{}  {what}", quiet(&entry.at));
    }
}
