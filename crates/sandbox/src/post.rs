//! Takes to webhooks what Aimfox tells them of: up to six tries, as the service does
//! (`facts/aimfox.md` §4), and, where faults are asked for, some twice, some late and so out of order,
//! some by an impostor, some cut off. Which follows from the seed and the number of the parcel.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::aimfox::{flow, tell};
use crate::config::FaultProfile;
use crate::dice::mix;
use crate::house::{House, lock};

/// A first try and five more (`facts/aimfox.md` §4). How far apart they are is not known.
const AGAIN: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
];
/// What is late comes after so long.
const LATE: Duration = Duration::from_millis(400);
/// How often campaigns are looked at while somebody waits to be told of them.
const LOOK: Duration = Duration::from_millis(500);
/// What was sent is remembered of so many.
const REMEMBERED: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(10);

/// Something to be taken to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) event: String,
    /// Of the envelope: the same however often it is sent.
    pub(crate) id: String,
    pub(crate) body: String,
}

/// How a parcel was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostKind {
    /// As it should be.
    Plain,
    /// Once more, under the same id.
    Repeated,
    /// After others that came later.
    Late,
    /// By somebody who does not know the secret.
    Forged,
    /// With half of its body.
    Cut,
}

/// What became of a parcel, for whoever counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// How it was sent.
    pub kind: PostKind,
    /// The event's name.
    pub event: String,
    /// Of the envelope.
    pub id: String,
    /// The answer; 0 when none came.
    pub status: u16,
}

struct Sending {
    parcel: Parcel,
    kind: PostKind,
    tries: usize,
    at: Instant,
}

/// How a parcel goes out: itself, and what comes with it.
fn ways(profile: FaultProfile, seed: u64, number: u64) -> Vec<PostKind> {
    let throw = mix(mix(seed, 0x9057), number) % 100;
    let share = match profile {
        FaultProfile::None => return vec![PostKind::Plain],
        FaultProfile::Flaky => 5,
        FaultProfile::Hostile => 20,
    };
    match throw / share {
        0 => vec![PostKind::Plain, PostKind::Repeated],
        1 => vec![PostKind::Late],
        2 if profile == FaultProfile::Hostile => vec![PostKind::Forged, PostKind::Plain],
        3 if profile == FaultProfile::Hostile => vec![PostKind::Cut, PostKind::Plain],
        _ => vec![PostKind::Plain],
    }
}

/// Sends until the sandbox is stopped.
pub(crate) async fn send(house: Arc<House>, stopped: watch::Receiver<bool>) {
    let client = reqwest::Client::builder()
        .no_proxy()
        // It would lead who knows where.
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build();
    let client = match client {
        Ok(client) => client,
        Err(error) => return tracing::warn!(%error, "webhooks cannot be sent"),
    };
    let mut waiting: Vec<Sending> = Vec::new();
    // Addresses do not wait for each other; what goes to one goes there in turn.
    let mut on_the_way: JoinSet<(String, Vec<Sending>)> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    let mut number = 0;
    loop {
        let free = waiting.iter().filter(|one| !busy.contains(&one.parcel.url));
        let next = free.map(|sending| sending.at).min();
        let next = next.unwrap_or_else(|| Instant::now() + LOOK);
        let mut end = stopped.clone();
        tokio::select! {
            () = house.told.notified() => {}
            () = tokio::time::sleep_until(next.min(Instant::now() + LOOK)) => {}
            Some(posted) = on_the_way.join_next() => match posted {
                Ok((url, again)) => {
                    busy.remove(&url);
                    waiting.extend(again);
                }
                Err(error) => tracing::warn!(%error, "webhooks could not be told"),
            },
            _ = end.wait_for(|stopped| *stopped) => return,
        }
        for parcel in collect(&house) {
            let profile = lock(&house.desk).posts;
            number += 1;
            for kind in ways(profile, house.seed, number) {
                let late = matches!(kind, PostKind::Late);
                waiting.push(Sending {
                    parcel: spoilt(&parcel, kind),
                    kind,
                    tries: 0,
                    at: Instant::now() + if late { LATE } else { Duration::ZERO },
                });
            }
        }
        let now = Instant::now();
        let is_due = |one: &Sending| one.at <= now && !busy.contains(&one.parcel.url);
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_due);
        waiting = later;
        let mut by_address: HashMap<String, Vec<Sending>> = HashMap::new();
        for sending in due {
            let url = sending.parcel.url.clone();
            by_address.entry(url).or_default().push(sending);
        }
        for (url, due) in by_address {
            busy.insert(url.clone());
            let (house, client) = (Arc::clone(&house), client.clone());
            on_the_way.spawn(async move { (url, take(&house, &client, due).await) });
        }
    }
}

/// Takes to one address what is due there; gives what is to be tried again.
async fn take(house: &House, client: &reqwest::Client, due: Vec<Sending>) -> Vec<Sending> {
    let mut failed = Vec::new();
    for mut sending in due {
        let status = post(client, &sending.parcel).await;
        let again = AGAIN.get(sending.tries).filter(|_| {
            // Whoever spoils them does not try again.
            !(200..300).contains(&status)
                && !matches!(sending.kind, PostKind::Forged | PostKind::Cut)
        });
        note(house, &sending, status);
        if let Some(pause) = again {
            sending.tries += 1;
            sending.at = Instant::now() + *pause;
            failed.push(sending);
        }
    }
    failed
}

fn note(house: &House, sending: &Sending, status: u16) {
    let mut desk = lock(&house.desk);
    if desk.posted.len() == REMEMBERED {
        desk.posted.remove(0);
    }
    desk.posted.push(Posted {
        kind: sending.kind,
        event: sending.parcel.event.clone(),
        id: sending.parcel.id.clone(),
        status,
    });
    drop(desk);
    house.posted.notify_waiters();
}

/// What is to be told of. Time passes for campaigns while somebody waits to be told, and not only when
/// somebody asks.
fn collect(house: &House) -> Vec<Parcel> {
    let mut world = lock(&house.world);
    if tell::is_anybody_here(&world.aimfox)
        && flow::pass(&mut world, house.clock.now_ms(), house.campaign_day_ms)
    {
        house.changed.notify_one();
    }
    std::mem::take(&mut world.aimfox.told)
}

fn spoilt(parcel: &Parcel, kind: PostKind) -> Parcel {
    let mut parcel = parcel.clone();
    match kind {
        PostKind::Forged => {
            for (_, value) in &mut parcel.headers {
                *value = value.chars().rev().collect();
            }
        }
        PostKind::Cut => {
            let half = parcel.body.len() / 2;
            let half = (0..=half)
                .rev()
                .find(|at| parcel.body.is_char_boundary(*at));
            parcel.body.truncate(half.unwrap_or(0));
        }
        PostKind::Plain | PostKind::Repeated | PostKind::Late => {}
    }
    parcel
}

/// The status of the answer; 0 when none came.
async fn post(client: &reqwest::Client, parcel: &Parcel) -> u16 {
    let mut request = client
        .post(&parcel.url)
        .header("content-type", "application/json")
        .body(parcel.body.clone());
    for (name, value) in &parcel.headers {
        request = request.header(name, value);
    }
    match request.send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => {
            tracing::debug!("a webhook could not be told: {}", error.without_url());
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_follows_from_the_seed_and_nothing_is_lost() {
        let all = |profile| -> Vec<_> { (0..500).map(|n| ways(profile, 7, n)).collect() };
        assert!(
            all(FaultProfile::None)
                .iter()
                .all(|ways| ways == &[PostKind::Plain])
        );
        let hostile = all(FaultProfile::Hostile);
        assert_eq!(
            hostile,
            all(FaultProfile::Hostile),
            "the same seed, the same"
        );
        for kind in [
            PostKind::Repeated,
            PostKind::Late,
            PostKind::Forged,
            PostKind::Cut,
        ] {
            assert!(hostile.iter().any(|ways| ways.contains(&kind)), "{kind:?}");
        }
        let good = |kind: &PostKind| matches!(kind, PostKind::Plain | PostKind::Late);
        assert!(hostile.iter().all(|ways| ways.iter().any(good)));
    }
}
