//! The typed client.

use foxbridge_catalog::{get, ids};
use foxbridge_model::{Message, Note, Person, Region, Service, Thread};
use serde_json::{Value as Json, json};

use super::listing::{self, LeadListing};
use super::{read, talks};
use crate::json;
use crate::transport::{Call, CallError, Transport};

/// A LinkedIn seat of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Numeric LinkedIn member id of its owner.
    pub id: String,
    /// The workspace, which no other read tells (`facts/aimfox.md` §1).
    pub workspace_id: Option<String>,
    /// Its owner's name.
    pub name: String,
    /// `LoggedIn` or `LoggedOut`; nothing is sent from a seat that is logged out.
    pub state: String,
}

/// A label of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: String,
    /// Its name, in the spelling it was made with.
    pub name: String,
    /// One of `quaternary`, `secondary`, `danger`, `yellow`, `info`, `success`.
    pub color: String,
    /// How many leads carry it, where the service tells.
    pub count: Option<usize>,
}

impl Label {
    fn read(from: &Json) -> Option<Self> {
        Some(Self {
            id: json::id(from, "id")?,
            name: json::text(from, "name")?.to_owned(),
            color: json::text(from, "color").unwrap_or_default().to_owned(),
            count: json::count(from, "count"),
        })
    }
}

/// Aimfox, for one workspace.
#[derive(Debug, Clone)]
pub struct Aimfox {
    transport: Transport,
    region: Region,
}

impl Aimfox {
    /// A client for the workspace that the key belongs to.
    pub fn new(transport: Transport) -> Self {
        debug_assert_eq!(
            transport.service(),
            Service::Aimfox,
            "a transport of the other service"
        );
        Self {
            transport,
            region: Region::default(),
        }
    }

    /// Sets the country whose phone numbers are meant when a number has no country code; it should
    /// be the same as on the other side. Aimfox itself does not tell.
    #[must_use]
    pub fn with_region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// Reads the workspace's seats (`list-accounts`). That it works does not prove that the key may
    /// write (`facts/aimfox.md` §1).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn accounts(&self) -> Result<Vec<Account>, CallError> {
        let answer = self
            .transport
            .call(Call::new(get(ids::AIMFOX_ACCOUNTS_LIST)))
            .await?;
        let account = |from: &Json| {
            let id = json::id(from, "id")?;
            let parts = [
                json::text(from, "first_name"),
                json::text(from, "last_name"),
            ];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            let name = json::text(from, "full_name").map(str::to_owned);
            Some(Account {
                workspace_id: json::id(from, "workspace_id"),
                name: name
                    .or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
                    .unwrap_or_else(|| id.clone()),
                state: json::text(from, "state").unwrap_or_default().to_owned(),
                id,
            })
        };
        Ok(json::list(&answer, "accounts")
            .iter()
            .filter_map(account)
            .collect())
    }

    /// Reads the workspace's labels (`list-labels`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn labels(&self) -> Result<Vec<Label>, CallError> {
        let answer = self
            .transport
            .call(Call::new(get(ids::AIMFOX_LABELS_LIST)))
            .await?;
        Ok(json::list(&answer, "labels")
            .iter()
            .filter_map(Label::read)
            .collect())
    }

    /// Makes a label (`create-label`). Whether names must differ is not known: look first.
    ///
    /// # Errors
    /// See [`CallError`]. It is never sent twice: see [`CallError::outcome_unknown`].
    pub async fn create_label(&self, name: &str, color: &str) -> Result<Label, CallError> {
        let call =
            Call::new(get(ids::AIMFOX_LABELS_CREATE)).body(json!({ "name": name, "color": color }));
        let operation = call.operation();
        let answer = self.transport.call(call).await?;
        answer
            .get("label")
            .and_then(Label::read)
            .ok_or_else(|| CallError::malformed(operation, "the new label is not in it"))
    }

    /// Reads every lead as the listing shows it (`get-leads-total`, then `search-leads`, 100 a
    /// page). `progress` hears how many are read and how many there are.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn leads(
        &self,
        progress: impl FnMut(usize, usize),
    ) -> Result<LeadListing, CallError> {
        listing::leads(&self.transport, self.region, progress).await
    }

    /// Reads one lead's own page (`get-lead`); `None` when there is none with this id.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn lead(&self, id: &str) -> Result<Option<Person>, CallError> {
        let call = Call::new(get(ids::AIMFOX_LEADS_GET)).path("lead_id", id);
        let operation = call.operation();
        match self.transport.call(call).await {
            Ok(answer) => answer
                .get("lead")
                .and_then(|lead| read::person(lead, self.region, true))
                .map(Some)
                .ok_or_else(|| CallError::malformed(operation, "the lead is not in it")),
            Err(e) if e.is_not_found() => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Reads the LinkedIn conversations of all seats that were active at `since` or later
    /// (milliseconds since 1970), or all of them (`list-conversations`), without their messages.
    /// Conversations of more than two are left out.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn conversations(&self, since: Option<i64>) -> Result<Vec<Thread>, CallError> {
        talks::list(&self.transport, since).await
    }

    /// Reads the messages of a conversation, oldest first (`get-conversation`). One that was
    /// withdrawn is not among them.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn messages(&self, thread: &Thread) -> Result<Vec<Message>, CallError> {
        talks::messages(&self.transport, thread).await
    }

    /// Reads the notes of a lead (`list-lead-notes`).
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::Malformed`] also when one of them cannot be read.
    pub async fn notes(&self, lead_id: &str) -> Result<Vec<Note>, CallError> {
        let call = Call::new(get(ids::AIMFOX_LEADS_NOTES_LIST)).path("lead_id", lead_id);
        let operation = call.operation();
        let answer = self.transport.call(call).await?;
        answer
            .get("notes")
            .and_then(read::notes)
            .ok_or_else(|| CallError::malformed(operation, "its notes cannot be read"))
    }

    /// Adds a note to a lead (`create-lead-note`).
    ///
    /// # Errors
    /// See [`CallError`]. It is never sent twice: see [`CallError::outcome_unknown`].
    pub async fn create_note(&self, lead_id: &str, text: &str) -> Result<Note, CallError> {
        let call = Call::new(get(ids::AIMFOX_LEADS_NOTES_CREATE)).path("lead_id", lead_id);
        self.note(call, text).await
    }

    /// Replaces a note's text (`update-lead-note`); its date stays.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn update_note(
        &self,
        lead_id: &str,
        note_id: &str,
        text: &str,
    ) -> Result<Note, CallError> {
        let call = Call::new(get(ids::AIMFOX_LEADS_NOTES_UPDATE))
            .path("lead_id", lead_id)
            .path("note_id", note_id);
        self.note(call, text).await
    }

    async fn note(&self, call: Call, text: &str) -> Result<Note, CallError> {
        let operation = call.operation();
        let answer = self
            .transport
            .call(call.body(json!({ "text": text })))
            .await?;
        answer
            .get("note")
            .and_then(read::note)
            .ok_or_else(|| CallError::malformed(operation, "the note is not in it"))
    }

    /// Removes a note (`delete-lead-note`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete_note(&self, lead_id: &str, note_id: &str) -> Result<(), CallError> {
        let call = Call::new(get(ids::AIMFOX_LEADS_NOTES_DELETE))
            .path("lead_id", lead_id)
            .path("note_id", note_id);
        self.transport.call(call).await.map(drop)
    }

    /// Puts a label on a lead (`add-label-to-lead`), by the label's id.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn attach_label(&self, lead_id: &str, label_id: &str) -> Result<(), CallError> {
        self.label(ids::AIMFOX_LEADS_LABELS_ADD, lead_id, label_id)
            .await
    }

    /// Takes a label off a lead (`remove-label-from-lead`), by the label's id.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn detach_label(&self, lead_id: &str, label_id: &str) -> Result<(), CallError> {
        self.label(ids::AIMFOX_LEADS_LABELS_REMOVE, lead_id, label_id)
            .await
    }

    async fn label(&self, operation: &str, lead_id: &str, label_id: &str) -> Result<(), CallError> {
        let call = Call::new(get(operation))
            .path("lead_id", lead_id)
            .path("label_id", label_id);
        self.transport.call(call).await.map(drop)
    }
}
