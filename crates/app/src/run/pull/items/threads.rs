//! LinkedIn conversations with the people of a sync.
//!
//! One listing tells which conversations moved since the last look; only the messages of those are
//! read, one request each, and the notes of the contacts that show them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_contract::AppError;
use foxbridge_engine::is_unsaid;
use foxbridge_model::Thread;

use super::{Failure, Reading};
use crate::error;
use crate::run::steps::Context;

/// Conversations as the last listing showed them: rows of the mirror under this name.
const THREAD: &str = "thread";
/// A conversation may show in the listing a little after it moved; this leaves room.
const OVERLAP_MS: i64 = 5 * 60 * 1000;

fn key(context: &Context) -> String {
    format!("connection.{}.conversations_seen", context.sync.aimfox)
}

impl Reading<'_> {
    /// Reads the conversations with everybody, and the messages of those that their notes may not
    /// know.
    pub(super) async fn conversations(&mut self) -> Result<(), Failure> {
        let mut heads = self.heads().await?;
        let snapshot = &self.pulled.snapshot;
        let rules = self.context.settings.items.conversations;
        let mut unsaid: BTreeMap<String, Vec<Thread>> = BTreeMap::new();
        for (contact, pair) in self.pairs {
            let base = snapshot.bases.get(&pair.lead.id);
            let with = heads.get(&pair.lead.id).into_iter().flatten();
            let news: Vec<Thread> = with
                .filter(|thread| is_unsaid(thread, base, &rules))
                .cloned()
                .collect();
            if !news.is_empty() {
                unsaid.insert((*contact).to_owned(), news);
            }
        }
        self.unsaid = unsaid.keys().cloned().collect();
        let aimfox = &self.context.aimfox;
        let read = self
            .each(
                unsaid.keys().cloned().collect(),
                "Reading conversations from Aimfox",
                |contact| {
                    let threads = unsaid.get(&contact).cloned().unwrap_or_default();
                    async move {
                        let mut read = Vec::new();
                        for thread in threads {
                            match aimfox.messages(&thread).await {
                                Ok(messages) => read.push((thread.urn, messages)),
                                // A seat that left the workspace takes its conversations along.
                                Err(e) if e.is_not_found() => {}
                                Err(e) => return Err(e),
                            }
                        }
                        Ok(read)
                    }
                },
            )
            .await?;
        let mut messages: HashMap<_, _> = read.into_iter().flat_map(|(_, read)| read).collect();
        for (contact, pair) in self.pairs {
            let mut threads = heads.remove(&pair.lead.id).unwrap_or_default();
            for thread in &mut threads {
                thread.messages = messages.remove(&thread.urn);
            }
            let known = self.items.entry((*contact).to_owned()).or_default();
            known.threads = Some(threads);
        }
        Ok(())
    }

    /// Every conversation that is known, by lead, without its messages.
    async fn heads(&self) -> Result<HashMap<String, Vec<Thread>>, Failure> {
        let context = self.context;
        let store = context.app.store();
        let connection = &context.sync.aimfox;
        let seen = store.settings().get(&key(context));
        let seen = seen.map_err(internal)?.and_then(|at| at.as_i64());
        let since = seen
            .filter(|_| !context.full)
            .map(|newest| newest - OVERLAP_MS);
        let listed = context.aimfox.conversations(since).await?;
        let newest = listed.iter().filter_map(active).max();
        let rows = listed
            .iter()
            .map(|thread| Ok((thread.urn.clone(), serde_json::to_value(thread)?)))
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(|e| Failure::Fatal(error::internal(e)))?;
        let mirror = store.mirror();
        mirror
            .put_some(connection, THREAD, &rows, self.now)
            .map_err(internal)?;
        // Only now: a program that ends in between looks at them once more.
        if let Some(newest) = newest.max(seen) {
            store
                .settings()
                .set(&key(context), &serde_json::json!(newest))
                .map_err(internal)?;
        }
        let mut heads: HashMap<String, Vec<Thread>> = HashMap::new();
        for row in mirror.all(connection, THREAD).map_err(internal)? {
            if let Ok(thread) = serde_json::from_value::<Thread>(row.content) {
                heads
                    .entry(thread.lead_id.clone())
                    .or_default()
                    .push(thread);
            }
        }
        Ok(heads)
    }
}

fn internal(e: foxbridge_store::StoreError) -> Failure {
    Failure::Fatal(error::store(e))
}

/// When a conversation was last active, in milliseconds since 1970.
fn active(thread: &Thread) -> Option<i64> {
    let at: jiff::Timestamp = thread.active_at.parse().ok()?;
    Some(at.as_millisecond())
}

/// Leads with whom there is a conversation, as far as the last listing told.
pub(super) fn talked(context: &Context) -> Result<BTreeSet<String>, AppError> {
    let rows = context
        .app
        .store()
        .mirror()
        .all(&context.sync.aimfox, THREAD)
        .map_err(error::store)?;
    let thread = |content| serde_json::from_value::<Thread>(content).ok();
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(thread(row.content)?.lead_id))
        .collect())
}
