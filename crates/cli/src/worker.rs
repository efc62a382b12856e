//! Schedules, pauses, and `foxbridge serve`: the worker without a window.

use std::io::Write as _;
use std::net::IpAddr;

use foxbridge_app::Monitor;
use foxbridge_contract::{
    AppError, ErrorCode, Event, Nothing, PauseUntil, PauseWorker, RunId, RunSummary, Schedule,
    SetQuietHours, SetSchedule, SyncId, SyncSchedule, TimeWindow, Weekday, WorkerPlace,
    WorkerState, WorkerStatus,
};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;

use crate::args::{PauseFor, ScheduleArgs};
use crate::style::{quiet, strong, table};
use crate::{Terminal, internal};

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

pub(crate) async fn schedule(terminal: &Terminal, args: ScheduleArgs) -> Result<(), AppError> {
    let sync = args.sync.clone();
    let mut now: SyncSchedule = terminal
        .call("syncs.schedule_get", SyncId { sync: sync.clone() })
        .await?;
    if let Some(schedule) = changed(&now.schedule, args)? {
        now = terminal
            .call("syncs.schedule_set", SetSchedule { sync, schedule })
            .await?;
    }
    terminal.answer(&now, show_schedule)
}

/// The schedule the words ask for; `None` when they ask for no change.
fn changed(now: &Schedule, args: ScheduleArgs) -> Result<Option<Schedule>, AppError> {
    let mut schedule = now.clone();
    if let Some(every) = &args.every {
        schedule.every_minutes = Some(minutes(every)?);
    }
    if args.on_demand {
        schedule.every_minutes = None;
    }
    if args.any_time {
        schedule.windows.clear();
    }
    if !args.window.is_empty() {
        schedule.windows = args
            .window
            .iter()
            .map(|words| window(words))
            .collect::<Result<_, _>>()?;
    }
    Ok((schedule != *now).then_some(schedule))
}

fn wrong(what: String, hint: &str) -> AppError {
    AppError::new(ErrorCode::BadRequest, what).hint(hint)
}

/// `30m`, `2h`, `1d`, or minutes.
fn minutes(text: &str) -> Result<u32, AppError> {
    let (number, unit) = match text.strip_suffix(['m', 'h', 'd']) {
        Some(number) => (number, &text[number.len()..]),
        None => (text, "m"),
    };
    let factor = match unit {
        "d" => 24 * 60,
        "h" => 60,
        _ => 1,
    };
    number
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| {
            wrong(
                format!("\"{text}\" is no length of time."),
                "Write it as 30m, 2h or 1d.",
            )
        })
}

/// `mon-fri 08:00-18:00`, `sat,sun 10:00-12:00` or `22:00-06:00`.
fn window(text: &str) -> Result<TimeWindow, AppError> {
    let read = || {
        let (days, hours) = match text.trim().rsplit_once(char::is_whitespace) {
            Some((days, hours)) => (days.trim(), hours),
            None => ("", text.trim()),
        };
        let (from, until) = hours.split_once('-')?;
        Some(TimeWindow {
            days: self::days(days)?,
            from: from.to_owned(),
            until: until.to_owned(),
        })
    };
    read().ok_or_else(|| {
        wrong(
            format!("\"{text}\" is no window of time."),
            "Write it as \"mon-fri 08:00-18:00\", \"sat,sun 10:00-12:00\" or \"22:00-06:00\".",
        )
    })
}

fn days(text: &str) -> Option<Vec<Weekday>> {
    let day = |word: &str| {
        let word = word.trim().to_lowercase();
        DAYS.iter().position(|(name, _)| *name == word)
    };
    let mut days = Vec::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(part)?, day(part)?),
        };
        // Over the weekend, too: fri-mon.
        let count = (last + 7 - first) % 7;
        days.extend((0..=count).map(|i| DAYS[(first + i) % 7].1));
    }
    Some(days)
}

fn words(window: &TimeWindow) -> String {
    let names = window.days.iter().filter_map(|day| {
        let named = DAYS.iter().find(|(_, d)| d == day);
        named.map(|(name, _)| *name)
    });
    let days = names.collect::<Vec<_>>().join(",");
    format!("{days} {}-{}", window.from, window.until)
        .trim()
        .to_owned()
}

fn show_schedule(now: &SyncSchedule) {
    match now.schedule.every_minutes {
        None => say!(
            "On demand only. Change it: foxbridge sync schedule {} --every 30m",
            now.sync
        ),
        Some(minutes) => say!("Every {minutes} minutes."),
    }
    for window in &now.schedule.windows {
        say!("  only in {}", words(window));
    }
    for at in &now.next_runs {
        say!("  {}", quiet(at));
    }
    if now.schedule.every_minutes.is_some() && now.next_runs.is_empty() {
        say!("It never starts: its windows lie in the quiet hours.");
    }
}

pub(crate) async fn status(terminal: &Terminal) -> Result<(), AppError> {
    let status = terminal.call("worker.status", Nothing {}).await?;
    terminal.answer(&status, show_status)
}

pub(crate) async fn pause(terminal: &Terminal, length: PauseFor) -> Result<(), AppError> {
    let until = match length {
        PauseFor::Hour => PauseUntil::Hour,
        PauseFor::Tomorrow => PauseUntil::Tomorrow,
        PauseFor::Resumed => PauseUntil::Resumed,
    };
    let status = terminal.call("worker.pause", PauseWorker { until }).await?;
    terminal.answer(&status, show_status)
}

pub(crate) async fn resume(terminal: &Terminal) -> Result<(), AppError> {
    let status = terminal.call("worker.resume", Nothing {}).await?;
    terminal.answer(&status, show_status)
}

pub(crate) async fn quiet_hours(terminal: &Terminal, hours: &str) -> Result<(), AppError> {
    let quiet = match hours {
        "off" => None,
        hours => Some(window(hours)?),
    };
    let request = SetQuietHours { quiet };
    let status = terminal.call("worker.quiet_hours", request).await?;
    terminal.answer(&status, show_status)
}

fn state(state: WorkerState) -> &'static str {
    match state {
        WorkerState::Syncing => "Syncing",
        WorkerState::Paused => "Paused",
        WorkerState::Offline => "Offline: a service cannot be reached",
        WorkerState::Error => "The last run failed; it is tried again",
        WorkerState::NeedsYou => "Something needs you",
        WorkerState::Idle => "Idle",
    }
}

fn show_status(status: &WorkerStatus) {
    let until = match (&status.paused_until, status.paused) {
        (Some(until), _) => format!(", until {until}"),
        (None, true) => ", until you resume: foxbridge resume".to_owned(),
        _ => String::new(),
    };
    say!("{}{until}.", strong(state(status.state)));
    match status.place {
        WorkerPlace::Nowhere => say!(
            "Nothing starts by itself just now: no Foxbridge is open and no `foxbridge serve` runs."
        ),
        WorkerPlace::Here | WorkerPlace::Elsewhere => {}
    }
    if let Some(quiet) = &status.quiet {
        say!("Quiet hours: {}.", words(quiet));
    }
    if status.syncs.is_empty() {
        return;
    }
    let rows: Vec<_> = status
        .syncs
        .iter()
        .map(|sync| {
            let next = sync.next_run.as_deref().unwrap_or("on demand");
            let next = if sync.running { "running" } else { next };
            let success = sync.last_success.as_deref().unwrap_or("never");
            [
                sync.sync.clone(),
                sync.name.clone(),
                next.to_owned(),
                success.to_owned(),
                sync.failures.to_string(),
                sync.needs_you.to_string(),
            ]
        })
        .collect();
    table(
        [
            "ID",
            "NAME",
            "NEXT RUN",
            "LAST SUCCESS",
            "FAILURES",
            "NEEDS YOU",
        ],
        &rows,
    );
}

/// Works until it is asked to end.
pub(crate) async fn serve(terminal: &Terminal, host: IpAddr, port: u16) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Serving {
        monitor: String,
    }
    let end = end_asked().map_err(internal)?;
    let mut events = terminal.app.subscribe();
    let monitor = Monitor::start(&terminal.app, host, port).await?;
    terminal.app.start_worker();
    let serving = Serving {
        monitor: monitor.url(),
    };
    terminal.answer(&serving, |serving| {
        say!("Foxbridge works. Ctrl-C ends it after the writes under way.");
        say!("  {}/health", serving.monitor);
        say!("  {}/metrics", serving.monitor);
    })?;
    // Whoever started us may be reading from a pipe.
    std::io::stdout().flush().map_err(internal)?;
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            event = events.recv() => match event {
                Ok(Event::RunFinished { run, .. }) if !terminal.json => tell(terminal, run).await,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
        }
    }
    monitor.stop().await;
    Ok(())
}

async fn tell(terminal: &Terminal, run: String) {
    let summary: Result<RunSummary, AppError> = terminal.call("runs.get", RunId { run }).await;
    let Ok(run) = summary else { return };
    let at = run.finished_at.unwrap_or_default();
    let what = match run.error {
        Some(error) => error.message,
        None => format!(
            "{} created, {} updated, {} linked.",
            run.changed.create, run.changed.update, run.changed.link
        ),
    };
    say!("{} {} {what}", quiet(&at), run.sync);
}

/// The future ends when somebody presses Ctrl-C, or the system asks the program to end.
fn end_asked() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut asked, mut pressed) = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    #[cfg(windows)]
    let (mut asked, mut pressed) = {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        (ctrl_break()?, ctrl_c()?)
    };
    Ok(async move {
        tokio::select! {
            _ = asked.recv() => {}
            _ = pressed.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(minutes("45").unwrap(), 45);
        assert_eq!(minutes("30m").unwrap(), 30);
        assert_eq!(minutes("2h").unwrap(), 120);
        assert_eq!(minutes("1d").unwrap(), 1440);
        for bad in ["", "m", "2w", "h2", "-5m", "9999999999d"] {
            assert!(minutes(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn windows_are_read_as_people_write_them() {
        for (text, again) in [
            ("mon-wed 08:00-18:00", "mon,tue,wed 08:00-18:00"),
            ("Sat,Sun 10:00-12:00", "sat,sun 10:00-12:00"),
            ("fri-mon 22:00-06:00", "fri,sat,sun,mon 22:00-06:00"),
            ("mon, wed 08:00-09:00", "mon,wed 08:00-09:00"),
            ("22:00-06:00", "22:00-06:00"),
        ] {
            assert_eq!(words(&window(text).unwrap()), again);
        }
        for bad in ["", "mon", "moon 08:00-09:00", "08:00"] {
            assert!(window(bad).is_err(), "{bad:?} was taken");
        }
    }
}
