//! A worker over virtual days: what it starts, how fairly, and what it says of itself.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use foxbridge_contract::Schedule;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;
const NOW: i64 = 1_764_000_000_000;

fn every(minutes: u32) -> Times {
    let schedule = Schedule {
        every_minutes: Some(minutes),
        windows: Vec::new(),
    };
    Times::parse(&schedule, None, TimeZone::UTC).unwrap()
}

fn sync(id: &str, minutes: u32) -> SyncView {
    SyncView {
        id: id.to_owned(),
        name: id.to_owned(),
        times: every(minutes),
        past: Vec::new(),
        error: None,
        last_success: None,
        running: false,
        starting: false,
        offline: None,
        needs_you: 0,
    }
}

fn ran(ago: i64, ended: Ended) -> Past {
    Past {
        started: NOW - ago * MINUTE,
        finished: NOW - ago * MINUTE,
        ended,
    }
}

fn view(syncs: Vec<SyncView>) -> View {
    View {
        now: NOW,
        place: WorkerPlace::Here,
        pause: None,
        quiet: None,
        syncs,
    }
}

fn started(decision: &Decision) -> Vec<&str> {
    decision.start.iter().map(|s| s.sync.as_str()).collect()
}

#[test]
fn who_has_waited_longest_goes_first_and_not_all_at_once() {
    let mut syncs: Vec<_> = ["a", "b", "c", "d", "e"].map(|id| sync(id, 10)).into();
    for (ago, sync) in (11..).zip(&mut syncs) {
        sync.past = vec![ran(ago, Ended::Well)];
    }
    let mut view = view(syncs);
    assert_eq!(started(&decide(&view)), ["e", "d", "c"]);
    view.syncs[0].running = true;
    assert_eq!(
        started(&decide(&view)),
        ["e", "d"],
        "one is at work already"
    );
}

#[test]
fn paused_it_starts_nothing_and_wakes_when_the_pause_ends() {
    let mut view = view(vec![sync("a", 10)]);
    view.pause = Some(Pause {
        until: Some(NOW + 5_000),
    });
    let decision = decide(&view);
    assert_eq!(started(&decision), Vec::<&str>::new());
    assert_eq!(decision.status.state, WorkerState::Paused);
    assert_eq!(decision.look_at, NOW + 5_000);
    assert_eq!(decision.status.next_run, Some(convert::time(NOW + 5_000)));
    view.now += 5_000;
    assert_eq!(started(&decide(&view)), ["a"], "the pause is over");
    view.pause = Some(Pause { until: None });
    let decision = decide(&view);
    assert_eq!(decision.status.next_run, None, "nobody knows when");
    assert!(decision.status.paused && decision.start.is_empty());
}

#[test]
fn a_second_worker_only_watches() {
    let mut view = view(vec![sync("a", 10)]);
    view.place = WorkerPlace::Elsewhere;
    assert!(decide(&view).start.is_empty());
}

#[test]
fn a_clock_that_is_set_is_noticed_soon() {
    let mut lazy = sync("a", 7 * 24 * 60);
    lazy.past = vec![ran(1, Ended::Well)];
    let decision = decide(&view(vec![lazy]));
    assert_eq!(decision.look_at, NOW + LOOK_AGAIN, "not in a week");
}

#[test]
fn a_network_that_is_gone_is_asked_before_a_run_is_begun() {
    let mut gone = sync("a", 60);
    gone.past = vec![ran(2, Ended::Retry)];
    gone.error = Some(AppError::new(ErrorCode::Offline, "gone"));
    let decision = decide(&view(vec![gone.clone()]));
    let probe = Start {
        sync: "a".to_owned(),
        probe: true,
    };
    assert_eq!(decision.start, [probe]);
    assert_eq!(decision.status.state, WorkerState::Offline);
    let mut waits = Vec::new();
    for tries in 1..9 {
        gone.offline = Some(Offline { tries, at: NOW });
        waits.push((gone.next(NOW).unwrap() - NOW) / 1_000);
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900], "in seconds");
    gone.offline = Some(Offline {
        tries: 9,
        at: NOW + 1,
    });
    assert!(
        gone.next(NOW).unwrap() <= NOW,
        "the clock was set back: ask now"
    );
}

#[test]
fn the_word_for_how_it_stands_is_the_most_urgent_one() {
    let state = |change: &dyn Fn(&mut SyncView)| {
        let mut one = sync("a", 10);
        one.past = vec![ran(1, Ended::Well)];
        change(&mut one);
        decide(&view(vec![one])).status.state
    };
    assert_eq!(state(&|_| ()), WorkerState::Idle);
    assert_eq!(state(&|s| s.running = true), WorkerState::Syncing);
    assert_eq!(state(&|s| s.needs_you = 2), WorkerState::NeedsYou);
    assert_eq!(
        state(&|s| s.past = vec![ran(1, Ended::Person)]),
        WorkerState::NeedsYou
    );
    assert_eq!(
        state(&|s| s.past = vec![ran(1, Ended::Retry)]),
        WorkerState::Error
    );
    assert_eq!(
        state(&|s| s.offline = Some(Offline { tries: 1, at: NOW })),
        WorkerState::Offline
    );
}

#[derive(Debug, Clone)]
enum Step {
    /// Time goes on, or is set back.
    Wait(i64),
    /// The oldest run going on ends.
    End(u8),
    Pause(Option<i64>),
    Resume,
    /// The program ends under everything and is started again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0i64..90).prop_map(|m| Step::Wait(m * MINUTE)),
        1 => (1i64..60 * 24 * 30).prop_map(|m| Step::Wait(-m * MINUTE)),
        1 => (1i64..60 * 24 * 30).prop_map(|m| Step::Wait(m * MINUTE)),
        8 => (0u8..3).prop_map(Step::End),
        1 => proptest::option::of(1i64..600).prop_map(|m| Step::Pause(m.map(|m| m * MINUTE))),
        2 => Just(Step::Resume),
        1 => Just(Step::Crash),
    ]
}

proptest! {
    /// Whatever happens: no sync runs twice at once, no more than a few run at once, nothing starts
    /// in a pause, none is passed over by one that has waited less, and a worker that is left in
    /// peace starts every sync.
    #[test]
    fn random_days(steps in proptest::collection::vec(step(), 1..80), count in 1usize..6) {
        let ids: Vec<String> = (0..count).map(|i| format!("s{i}")).collect();
        let mut view = view(ids.iter().map(|id| sync(id, 30)).collect());
        let mut running: Vec<(usize, i64)> = Vec::new();
        let peace = (0..count * 4).flat_map(|_| [Step::Wait(40 * MINUTE), Step::End(0), Step::End(0), Step::End(0)]);
        let all = steps.into_iter().chain([Step::Resume]).chain(peace);
        let mut peaceful: BTreeMap<usize, u32> = BTreeMap::new();
        let mut in_peace = false;
        for step in all {
            match step {
                Step::Wait(by) => view.now += by,
                Step::End(how) => if !running.is_empty() {
                    let (index, started) = running.remove(0);
                    let ended = [Ended::Well, Ended::Retry, Ended::Person][usize::from(how)];
                    view.syncs[index].past.insert(0, Past { started, finished: view.now.max(started), ended });
                    view.syncs[index].running = false;
                },
                Step::Pause(by) => view.pause = Some(Pause { until: by.map(|by| view.now + by) }),
                Step::Resume => { view.pause = None; in_peace = true; }
                Step::Crash => for (index, started) in running.drain(..) {
                    view.syncs[index].past.insert(0, Past { started, finished: started, ended: Ended::Retry });
                    view.syncs[index].running = false;
                },
            }
            let decision = decide(&view);
            prop_assert!(decision.look_at > view.now || !decision.start.is_empty(), "it must not spin");
            if view.pause.is_some_and(|p| p.until.is_none_or(|end| view.now < end)) {
                prop_assert!(decision.start.is_empty(), "it is paused");
            }
            let waits = |view: &View, index: usize| view.syncs[index].next(view.now);
            let last = decision.start.last().map(|s| ids.iter().position(|id| *id == s.sync).unwrap());
            for (index, id) in ids.iter().enumerate() {
                let passed_over = !view.syncs[index].running
                    && !decision.start.iter().any(|s| s.sync == *id);
                if let (true, Some(last)) = (passed_over, last) {
                    prop_assert!(waits(&view, index) >= waits(&view, last), "{id} was passed over");
                }
            }
            for start in &decision.start {
                let index = ids.iter().position(|id| *id == start.sync).unwrap();
                prop_assert!(!view.syncs[index].running, "{} runs already", start.sync);
                view.syncs[index].running = true;
                running.push((index, view.now));
                if in_peace { *peaceful.entry(index).or_default() += 1; }
            }
            prop_assert!(running.len() <= AT_ONCE);
        }
        prop_assert_eq!(peaceful.len(), count, "everybody had a turn");
    }
}
