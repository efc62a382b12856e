//! Random histories of mirror and journal against the simplest thing that could be right: maps in
//! memory, with the rules written out.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_store::{LinkRow, Settlement, Store};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{change, link, store};

const RECORDS: u8 = 5;
const CHANGES: u8 = 5;

#[derive(Debug, Clone)]
enum Step {
    Listing { ids: BTreeSet<u8>, at: i64 },
    Put { id: u8, at: i64 },
    Fence { id: u8, at: i64 },
    Remove { id: u8 },
    Send { seq: u8 },
    Fail { seq: u8 },
    Skip { seq: u8 },
    SkipUnsent,
    Settle { seq: u8, contact: u8 },
    Break { lead: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let id = || 0..RECORDS;
    let seq = || 0..CHANGES;
    let at = || 0i64..12;
    prop_oneof![
        3 => (prop::collection::btree_set(id(), 0..5), at())
            .prop_map(|(ids, at)| Step::Listing { ids, at }),
        3 => (id(), at()).prop_map(|(id, at)| Step::Put { id, at }),
        3 => (id(), at()).prop_map(|(id, at)| Step::Fence { id, at }),
        1 => id().prop_map(|id| Step::Remove { id }),
        4 => seq().prop_map(|seq| Step::Send { seq }),
        1 => seq().prop_map(|seq| Step::Fail { seq }),
        1 => seq().prop_map(|seq| Step::Skip { seq }),
        1 => Just(Step::SkipUnsent),
        4 => (seq(), id()).prop_map(|(seq, contact)| Step::Settle { seq, contact }),
        1 => seq().prop_map(|lead| Step::Break { lead }),
    ]
}

#[derive(Debug, Default, Clone)]
struct Record {
    content: Option<(Value, i64)>,
    missing: Option<i64>,
    fence: Option<i64>,
}

impl Record {
    fn open_to(&self, read_at: i64) -> bool {
        self.fence.is_none_or(|fence| fence <= read_at)
    }

    fn read(&mut self, content: Value, at: i64) {
        if self.open_to(at) {
            self.content = Some((content, at));
            self.missing = None;
        }
    }
}

#[derive(Debug, Default)]
struct Model {
    records: BTreeMap<u8, Record>,
    states: BTreeMap<u8, &'static str>,
    base: BTreeMap<String, Value>,
    /// Lead to contact, and whether it is broken.
    links: BTreeMap<u8, (u8, bool)>,
}

impl Model {
    fn is_open(&self, seq: u8) -> bool {
        ["intended", "sent"].contains(&self.states[&seq])
    }

    /// Whether the step is allowed; if so, it is done.
    fn apply(&mut self, n: usize, step: &Step) -> bool {
        match step {
            Step::Listing { ids, at } => {
                for id in ids {
                    self.records.entry(*id).or_default().read(json!(n), *at);
                }
                for (id, record) in &mut self.records {
                    if !ids.contains(id) && record.content.is_some() && record.open_to(*at) {
                        record.missing.get_or_insert(*at);
                    }
                }
            }
            Step::Put { id, at } => self.records.entry(*id).or_default().read(json!(n), *at),
            Step::Fence { id, at } => {
                let fence = &mut self.records.entry(*id).or_default().fence;
                *fence = (*fence).max(Some(*at));
            }
            Step::Remove { id } => {
                let record = self.records.entry(*id).or_default();
                *record = Record {
                    fence: record.fence,
                    ..Record::default()
                };
            }
            Step::Send { seq } | Step::Fail { seq } | Step::Skip { seq } => {
                let state = match step {
                    Step::Send { .. } => "sent",
                    Step::Fail { .. } => "failed",
                    _ => "skipped",
                };
                if !self.is_open(*seq) {
                    return false;
                }
                self.states.insert(*seq, state);
            }
            Step::SkipUnsent => {
                for state in self.states.values_mut().filter(|s| **s == "intended") {
                    *state = "skipped";
                }
            }
            Step::Settle { seq, contact } => {
                let blocked = self
                    .links
                    .iter()
                    .any(|(lead, (with, broken))| !broken && (lead == seq) != (with == contact));
                if !self.is_open(*seq) || blocked {
                    return false;
                }
                self.states.insert(*seq, "settled");
                self.base.insert(format!("lead-{seq}"), json!(n));
                self.links
                    .retain(|lead, (with, _)| lead != seq && with != contact);
                self.links.insert(*seq, (*contact, false));
            }
            Step::Break { lead } => match self.links.get_mut(lead) {
                Some((_, broken)) => *broken = true,
                None => return false,
            },
        }
        true
    }
}

fn lead(n: u8) -> String {
    format!("lead-{n}")
}

fn apply(store: &Store, n: usize, step: &Step) -> bool {
    let (mirror, journal) = (store.mirror(), store.journal());
    let done = match step {
        Step::Listing { ids, at } => {
            let records: Vec<_> = ids.iter().map(|id| (id.to_string(), json!(n))).collect();
            mirror.put_listing("hl", "contact", &records, *at)
        }
        Step::Put { id, at } => mirror.put("hl", "contact", &id.to_string(), &json!(n), *at),
        Step::Fence { id, at } => mirror.fence("hl", "contact", &id.to_string(), *at),
        Step::Remove { id } => mirror.remove("hl", "contact", &id.to_string()),
        Step::Send { seq } => journal.mark_sent("r", (*seq).into(), 1),
        Step::Fail { seq } => journal.fail("r", (*seq).into(), 1, "refused"),
        Step::Skip { seq } => journal.skip("r", (*seq).into(), 1, "cancelled"),
        Step::SkipUnsent => journal.skip_unsent("r", 1, "cancelled").map(drop),
        Step::Settle { seq, contact } => journal.settle(Settlement {
            run: "r".into(),
            seq: (*seq).into(),
            at: 1,
            result: None,
            base: &[(lead(*seq), json!(n))],
            links: &[link(&lead(*seq), &contact.to_string())],
        }),
        Step::Break { lead: n } => store.links().break_link("s", &lead(*n), "apart"),
    };
    done.is_ok()
}

fn check(store: &Store, model: &Model) -> Result<(), TestCaseError> {
    let mirror: Vec<_> = store
        .mirror()
        .all("hl", "contact")
        .unwrap()
        .into_iter()
        .map(|r| (r.record_id, r.content, r.read_at, r.missing_since))
        .collect();
    let wanted: Vec<_> = model
        .records
        .iter()
        .filter_map(|(id, r)| {
            let (content, at) = r.content.clone()?;
            Some((id.to_string(), content, at, r.missing))
        })
        .collect();
    prop_assert_eq!(mirror, wanted, "mirror");
    let missing = model
        .records
        .values()
        .filter(|r| r.missing.is_some())
        .count();
    let all = model
        .records
        .values()
        .filter(|r| r.content.is_some())
        .count();
    let (present, gone) = store.mirror().count("hl", "contact").unwrap();
    prop_assert_eq!(
        (present as usize, gone as usize),
        (all - missing, missing),
        "counts"
    );

    let (_, changes) = store
        .journal()
        .page("r", &Default::default(), 0, 100)
        .unwrap();
    let states: Vec<_> = changes.iter().map(|c| c.state.as_str()).collect();
    prop_assert_eq!(
        states,
        model.states.values().copied().collect::<Vec<_>>(),
        "states"
    );
    let open: Vec<_> = store
        .journal()
        .unsettled("s")
        .unwrap()
        .iter()
        .map(|c| c.seq)
        .collect();
    let sent = model
        .states
        .iter()
        .filter(|(_, s)| **s == "sent")
        .map(|(q, _)| u32::from(*q));
    prop_assert_eq!(open, sent.collect::<Vec<_>>(), "what is open");
    let base: BTreeMap<_, _> = store.base().all("s").unwrap().into_iter().collect();
    prop_assert_eq!(&base, &model.base, "base");
    let links: Vec<_> = store
        .links()
        .list("s")
        .unwrap()
        .into_iter()
        .map(
            |LinkRow {
                 lead_id,
                 contact_id,
                 broken,
                 ..
             }| (lead_id, contact_id, broken.is_some()),
        )
        .collect();
    let wanted: Vec<_> = model
        .links
        .iter()
        .map(|(l, (c, broken))| (lead(*l), c.to_string(), *broken))
        .collect();
    prop_assert_eq!(links, wanted, "links");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_history_ends_where_the_model_says(steps in prop::collection::vec(step(), 1..40)) {
        let store = store();
        let plan: Vec<_> = (0..CHANGES).map(|seq| change("r", seq.into())).collect();
        store.journal().insert_plan(&plan).unwrap();
        let mut model = Model::default();
        model.states.extend((0..CHANGES).map(|seq| (seq, "intended")));
        for (n, step) in steps.iter().enumerate() {
            let allowed = model.apply(n, step);
            prop_assert_eq!(apply(&store, n, step), allowed, "step {} {:?}", n, step);
            check(&store, &model)?;
        }
    }
}
