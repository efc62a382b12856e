//! The machine of a firing under everything that can happen to it: failures, crashes at any moment,
//! answers of people, time.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use foxbridge_rules::{Facts, Failure, Firing, Group, Next, Rule, State, Step, What};
use proptest::prelude::*;
use serde_json::{Value, json};

fn rule(steps: Value) -> Rule {
    serde_json::from_value(json!({ "trigger": "t", "steps": steps })).unwrap()
}

fn facts() -> Value {
    json!({
        "event": { "tag": "VIP", "amount": 12, "list": ["a", "B"], "at": "2026-11-25T10:00:00Z" },
        "person": { "name": "Ada", "email": null },
        "contact": { "id": "c1", "fields": { "cf.x.y": "deep" } },
        "lead": { "id": "7" },
        "steps": {},
        "now": "2026-11-25T10:00:00Z",
    })
}

fn holds(group: Value) -> Result<bool, String> {
    let group: Group = serde_json::from_value(group).unwrap();
    group.holds(&Facts {
        context: &facts(),
        came_since: &|trigger| trigger == "came",
    })
}

#[test]
fn conditions_are_tested_as_people_mean_them() {
    for (test, wanted) in [
        (
            json!({ "field": "event.tag", "is": "is", "value": " vip " }),
            true,
        ),
        (
            json!({ "field": "event.tag", "is": "is_not", "value": "vip" }),
            false,
        ),
        (
            json!({ "field": "event.tag", "is": "one_of", "value": "gold, vip" }),
            true,
        ),
        (
            json!({ "field": "event.amount", "is": "more_than", "value": "9" }),
            true,
        ),
        (
            json!({ "field": "event.amount", "is": "less_than", "value": 9 }),
            false,
        ),
        (
            json!({ "field": "event.at", "is": "less_than", "value": "2026-11-25T11:00:00+00:00" }),
            true,
        ),
        (
            json!({ "field": "event.list", "is": "is", "value": "b" }),
            true,
        ),
        (
            json!({ "field": "event.list", "is": "contains", "value": "x" }),
            false,
        ),
        (
            json!({ "field": "contact.fields.cf.x.y", "is": "starts_with", "value": "DE" }),
            true,
        ),
        (json!({ "field": "person.email", "is": "is_empty" }), true),
        (json!({ "field": "nowhere.at.all", "is": "is_set" }), false),
        (json!({ "none_since": "came" }), false),
        (json!({ "none_since": "never" }), true),
        (
            json!({ "cel": "event.amount > 10 && contact.id.startsWith('c')" }),
            true,
        ),
        (json!({ "cel": "event.tag.matches('^V.P$')" }), true),
    ] {
        assert_eq!(holds(json!({ "all": [test] })), Ok(wanted), "{test}");
        assert_eq!(holds(json!({ "any": [test] })), Ok(wanted), "{test}");
    }
    assert_eq!(holds(json!({ "all": [] })), Ok(true), "nothing is asked");
    assert_eq!(holds(json!({ "any": [] })), Ok(true), "nothing is asked");
    let inner = json!({ "all": [{ "any": [
        { "field": "event.tag", "is": "is", "value": "x" },
        { "field": "person.name", "is": "is", "value": "ada" },
    ] }] });
    assert_eq!(holds(inner), Ok(true));
    for bad in ["event.", "1 +", "event.tag", "nobody.knows"] {
        assert!(holds(json!({ "all": [{ "cel": bad }] })).is_err(), "{bad}");
    }
}

#[test]
fn parameters_are_filled_and_what_is_missing_is_named() {
    let fill = |value: Value| foxbridge_rules::fill(&value, &facts());
    assert_eq!(
        fill(json!("Hello {{person.name}}")),
        Ok(Some(json!("Hello Ada")))
    );
    assert_eq!(
        fill(json!("{{event.amount}}")),
        Ok(Some(json!(12))),
        "alone it keeps its type"
    );
    assert_eq!(fill(json!("{{event.list}}!")), Ok(Some(json!("a, B!"))));
    assert_eq!(
        fill(json!("{{person.email ?? person.name}}")),
        Ok(Some(json!("Ada")))
    );
    assert_eq!(
        fill(json!({ "a": "{{person.email?}}", "b": 1 })),
        Ok(Some(json!({ "b": 1 }))),
        "left out"
    );
    assert_eq!(fill(json!("x{{person.email?}}")), Ok(Some(json!("x"))));
    assert_eq!(
        fill(json!("{{now + 2d}}")),
        Ok(Some(json!("2026-11-27T10:00:00Z")))
    );
    assert_eq!(
        fill(json!("{{ now - 90m }}")),
        Ok(Some(json!("2026-11-25T08:30:00Z")))
    );
    let with_moments = json!({
        "event": { "start": "2026-12-02T08:35:37-05:00", "due": "2026-12-02T13:05:00.008Z", "day": "2026-12-02" },
    });
    for (text, wanted) in [
        ("At {{event.start}}", "At 2 December 2026, 08:35"),
        ("By {{event.due}}!", "By 2 December 2026, 13:05 UTC!"),
        ("On {{event.day}}", "On 2026-12-02"),
        ("{{event.start}}", "2026-12-02T08:35:37-05:00"),
    ] {
        let filled = foxbridge_rules::fill(&json!(text), &with_moments);
        assert_eq!(
            filled,
            Ok(Some(json!(wanted))),
            "for people in a text, for a service alone"
        );
    }
    assert_eq!(
        fill(json!("{{person.email}}")).unwrap_err().to_string(),
        "person.email is empty"
    );
    assert_eq!(fill(json!("{{open")), Ok(Some(json!("{{open"))), "no chip");
}

#[test]
fn faults_of_a_rule_are_named_before_it_is_switched_on() {
    let bad = rule(json!([
        { "id": "a", "kind": "do", "operation": "x", "body": { "t": "{{steps.b.id}}" } },
        { "id": "b", "kind": "do", "operation": "x" },
        { "id": "b", "kind": "wait", "minutes": 1, "still": { "all": [{ "cel": "1 +" }] } },
    ]));
    let problems: Vec<String> = bad
        .problems()
        .into_iter()
        .map(|p| format!("{}: {}", p.at, p.what))
        .collect();
    assert!(
        problems.iter().any(|p| p.starts_with("a: uses steps.b.id")),
        "{problems:?}"
    );
    assert!(
        problems.iter().any(|p| p == "b: is the name of two steps"),
        "{problems:?}"
    );
    assert!(
        problems
            .iter()
            .any(|p| p.starts_with("b: hold an expression")),
        "{problems:?}"
    );
    assert!(!rule(json!([])).problems().is_empty(), "it does nothing");
}

#[test]
fn a_list_is_searched_and_what_is_missing_is_made_once() {
    let rule = rule(json!([
        { "id": "label", "kind": "find", "operation": "list", "list": "labels", "field": "name",
          "equals": "{{event.tag}}",
          "make": { "operation": "make", "body": { "name": "{{event.tag}}" }, "at": "label" } },
        { "id": "attach", "kind": "do", "operation": "attach", "params": { "id": "{{steps.label.id}}" } },
    ]));
    let mut firing = Firing::new(0);
    let mut called = Vec::new();
    while let Next::Call(call) = with(
        &firing,
        |facts, firing| firing.next(&rule, facts, 0),
        &mut firing.clone(),
    )
    .0
    {
        let answer = match call.operation.as_str() {
            "list" => json!({ "labels": [{ "id": "1", "name": "other" }] }),
            "make" => json!({ "label": { "id": "2" } }),
            _ => json!({}),
        };
        called.push((
            call.operation.clone(),
            call.params.clone(),
            call.body.clone(),
        ));
        firing.sending(&call, 0);
        let (_, next) = with(
            &firing.clone(),
            |facts, f| f.answered(&rule, answer, facts, 0),
            &mut firing,
        );
        firing = next;
    }
    let names: Vec<&str> = called.iter().map(|(o, ..)| o.as_str()).collect();
    assert_eq!(names, ["list", "make", "attach"]);
    assert_eq!(called[1].2, json!({ "name": "VIP" }));
    assert_eq!(called[2].1["id"], "2", "what was made is what is used");
    assert_eq!(firing.state, State::Done);
}

/// Does something to a firing with the facts as it sees them.
fn with<T>(
    seen: &Firing,
    act: impl FnOnce(&Facts<'_>, &mut Firing) -> T,
    firing: &mut Firing,
) -> (T, Firing) {
    let mut context = facts();
    context["steps"] = Value::Object(seen.results.clone());
    let facts = Facts {
        context: &context,
        came_since: &|_| false,
    };
    let done = act(&facts, firing);
    (done, firing.clone())
}

/// What the world does to a firing.
#[derive(Debug, Clone)]
enum Event {
    Time(i64),
    Well,
    Passing,
    ForGood,
    /// The answer was lost: the call was made, or was not.
    Lost {
        made: bool,
    },
    /// The program dies before the call, or after it.
    Crash {
        made: bool,
    },
    Approve,
    GiveUp,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1i64..600).prop_map(|m| Event::Time(m * 60_000)),
        6 => Just(Event::Well),
        2 => Just(Event::Passing),
        1 => Just(Event::ForGood),
        1 => any::<bool>().prop_map(|made| Event::Lost { made }),
        2 => any::<bool>().prop_map(|made| Event::Crash { made }),
        1 => Just(Event::Approve),
        1 => Just(Event::GiveUp),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<bool>().prop_map(|ask| What::Do {
            operation: "write".to_owned(),
            params: BTreeMap::new(),
            body: json!({}),
            ask,
            when: Group::default(),
        }),
        1 => (1u32..500).prop_map(|minutes| What::Wait { minutes, still: Group::default() }),
    ];
    proptest::collection::vec(step, 1..5).prop_map(|steps| {
        let named = steps.into_iter().enumerate();
        named
            .map(|(i, what)| Step {
                id: format!("s{i}"),
                what,
            })
            .collect()
    })
}

proptest! {
    /// Whatever happens, in whatever order: no call is ever made twice unless a person said so after
    /// it was in doubt, none is made before its wait is over or without the yes it asks for, the
    /// order is kept, and a firing that is left in peace ends.
    #[test]
    fn nothing_is_done_twice(steps in steps(), events in proptest::collection::vec(event(), 0..60)) {
        let rule = Rule {
            trigger: "t".to_owned(),
            conditions: Group::default(),
            steps: steps.clone(),
            own_effects: false,
            every_minutes: None,
        };
        let mut now = 0;
        // What is on disk: whoever crashes goes on from here.
        let mut kept = Firing::new(now);
        let mut made = vec![0u32; steps.len()];
        let mut repeated_by_a_person = vec![0u32; steps.len()];
        let mut approvals = vec![0u32; steps.len()];
        let mut reached: Vec<Option<i64>> = vec![None; steps.len()];
        let peace = (0..400).flat_map(|_| [Event::Well, Event::Time(600 * 60_000), Event::Approve]);
        for event in events.into_iter().chain(peace) {
            match event {
                Event::Time(by) => { now += by; continue; }
                Event::Approve => {
                    if let Some(count) = approvals.get_mut(kept.step) { *count += 1; }
                    if kept.state == State::NeedsYou && kept.step < steps.len() {
                        repeated_by_a_person[kept.step] += 1;
                    }
                    kept.approve(now);
                    continue;
                }
                Event::GiveUp => { kept.give_up(now); continue; }
                _ => {}
            }
            let mut live: Firing = serde_json::from_value(serde_json::to_value(&kept).unwrap()).unwrap();
            live.recover(false, now);
            reached[live.step.min(steps.len() - 1)].get_or_insert(now);
            let (next, mut live) = with(&live.clone(), |facts, f| f.next(&rule, facts, now), &mut live);
            reached[live.step.min(steps.len() - 1)].get_or_insert(now);
            let Next::Call(call) = next else { kept = live; continue };
            let index = live.step;
            prop_assert_eq!(&call.step, &steps[index].id);
            for earlier in &made[..index] {
                prop_assert!(*earlier <= 1 + repeated_by_a_person.iter().sum::<u32>());
            }
            if let What::Do { ask: true, .. } = &steps[index].what {
                prop_assert!(approvals[index] > 0, "it was not asked");
            }
            if let Some(What::Wait { minutes, .. }) = index.checked_sub(1).map(|i| &steps[i].what) {
                let began = reached[index - 1].unwrap_or_default();
                prop_assert!(now >= began + i64::from(*minutes) * 60_000, "the wait was cut short");
            }
            live.sending(&call, now);
            kept = live.clone();
            match event {
                Event::Well => { made[index] += 1; let (_, l) = with(&live.clone(), |facts, f| f.answered(&rule, json!({}), facts, now), &mut live); kept = l; }
                Event::Passing => { live.failed(Failure::Passing, "busy", now); kept = live; }
                Event::ForGood => { live.failed(Failure::ForGood, "no", now); kept = live; }
                Event::Lost { made: was } => { made[index] += u32::from(was); live.failed(Failure::Unknown, "lost", now); kept = live; }
                // Nothing more is written down.
                Event::Crash { made: was } => made[index] += u32::from(was),
                _ => {}
            }
            prop_assert!(made[index] <= 1 + repeated_by_a_person[index], "step {index} was done twice");
        }
        prop_assert!(!kept.state.is_open() && kept.state != State::Asking, "it ended: {:?}", kept.state);
    }

    /// Whatever somebody writes into a parameter or an expression: an answer or an error, no panic.
    #[test]
    fn any_text_is_survived(text in ".{0,60}", path in "[a-z.\\[\\]0-9]{0,20}") {
        let _filled = foxbridge_rules::fill(&json!(text), &facts());
        let _filled = foxbridge_rules::fill(&json!(format!("{{{{{text}}}}}")), &facts());
        let _chips = foxbridge_rules::chips(&json!(text));
        let _found = foxbridge_rules::lookup(&facts(), &path);
        let _held = holds(json!({ "all": [{ "cel": text }] }));
        let _held = holds(json!({ "all": [{ "field": path, "is": "more_than", "value": text }] }));
    }
}
