//! The contacts of the location, with what the services' answers need: who has an e-mail address
//! or a phone number, and what the search index still believes.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize, Serializer};

use crate::highlevel::records::Contact;

/// How long a superseded version is kept for the index. No sensible lag is longer.
const KEPT_MS: i64 = 60_000;

/// All contacts, by id. Every change goes through it, so that the look-ups stay true.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "BTreeMap<String, Contact>")]
pub struct ContactBook {
    records: BTreeMap<String, Contact>,
    by_email: HashMap<String, BTreeSet<String>>,
    by_phone: HashMap<String, BTreeSet<String>>,
    /// For each changed contact, when it was changed and what it was before.
    past: BTreeMap<String, VecDeque<(i64, Option<Contact>)>>,
    /// The same changes in the order of time, so that old ones are found quickly.
    changes: VecDeque<(i64, String)>,
}

impl PartialEq for ContactBook {
    fn eq(&self, other: &Self) -> bool {
        self.records == other.records
    }
}

impl Serialize for ContactBook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}

impl From<BTreeMap<String, Contact>> for ContactBook {
    fn from(records: BTreeMap<String, Contact>) -> Self {
        let mut book = Self::default();
        for contact in records.into_values() {
            book.note_identities(&contact);
            book.records.insert(contact.id.clone(), contact);
        }
        book
    }
}

impl ContactBook {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Contact> {
        self.records.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.records.values()
    }

    /// Adds a contact or replaces it. The search index learns of it later than `now`.
    pub fn put(&mut self, now: i64, contact: Contact) {
        let before = self.records.get(&contact.id).cloned();
        self.remember(now, &contact.id, before);
        self.note_identities(&contact);
        self.records.insert(contact.id.clone(), contact);
    }

    /// Adds a contact that the index has known for long.
    pub(crate) fn seed(&mut self, contact: Contact) {
        self.note_identities(&contact);
        self.records.insert(contact.id.clone(), contact);
    }

    /// Changes a contact as a person in HighLevel's own screen would: `dateUpdated` moves.
    /// False when there is no such contact.
    pub fn edit(&mut self, now: i64, id: &str, change: impl FnOnce(&mut Contact)) -> bool {
        let Some(mut contact) = self.records.get(id).cloned() else {
            return false;
        };
        change(&mut contact);
        contact.date_updated = now;
        self.put(now, contact);
        true
    }

    /// Removes a contact; the index shows it for a while longer.
    pub fn remove(&mut self, now: i64, id: &str) -> Option<Contact> {
        let contact = self.records.get(id).cloned()?;
        self.remember(now, id, Some(contact.clone()));
        self.records.remove(id);
        Some(contact)
    }

    /// What the index shows when it knows everything up to `as_of`.
    pub(crate) fn indexed(&self, as_of: i64) -> Vec<&Contact> {
        if self.past.is_empty() {
            return self.records.values().collect();
        }
        let mut shown = Vec::with_capacity(self.records.len());
        for (id, contact) in &self.records {
            match self
                .past
                .get(id)
                .and_then(|past| past.iter().find(|(at, _)| *at > as_of))
            {
                Some((_, before)) => shown.extend(before),
                None => shown.push(contact),
            }
        }
        for (id, past) in &self.past {
            if !self.records.contains_key(id)
                && let Some((_, before)) = past.iter().find(|(at, _)| *at > as_of)
            {
                shown.extend(before);
            }
        }
        shown
    }

    /// Contacts with this address, first or additional, in any spelling; oldest first.
    pub fn with_email(&self, email: &str) -> Vec<&Contact> {
        let wanted = email.trim().to_lowercase();
        self.look_up(&self.by_email, &wanted, |contact| {
            emails(contact).any(|e| e == wanted)
        })
    }

    /// Contacts with this number (E.164), first or additional; oldest first.
    pub fn with_phone(&self, phone: &str) -> Vec<&Contact> {
        self.look_up(&self.by_phone, phone, |contact| {
            phones(contact).any(|p| p == phone)
        })
    }

    fn look_up(
        &self,
        index: &HashMap<String, BTreeSet<String>>,
        key: &str,
        still: impl Fn(&Contact) -> bool,
    ) -> Vec<&Contact> {
        let mut found: Vec<&Contact> = index
            .get(key)
            .into_iter()
            .flatten()
            .filter_map(|id| self.records.get(id))
            .filter(|contact| still(contact))
            .collect();
        found.sort_by(|a, b| (a.date_added, &a.id).cmp(&(b.date_added, &b.id)));
        found
    }

    fn remember(&mut self, now: i64, id: &str, before: Option<Contact>) {
        while self
            .changes
            .front()
            .is_some_and(|(at, _)| now - at >= KEPT_MS)
        {
            let Some((_, old)) = self.changes.pop_front() else {
                break;
            };
            if let Some(past) = self.past.get_mut(&old) {
                past.pop_front();
                if past.is_empty() {
                    self.past.remove(&old);
                }
            }
        }
        self.past
            .entry(id.to_owned())
            .or_default()
            .push_back((now, before));
        self.changes.push_back((now, id.to_owned()));
    }

    /// Entries are never taken out; a look-up checks that they still hold.
    fn note_identities(&mut self, contact: &Contact) {
        for email in emails(contact) {
            self.by_email
                .entry(email)
                .or_default()
                .insert(contact.id.clone());
        }
        for phone in phones(contact) {
            self.by_phone
                .entry(phone.to_owned())
                .or_default()
                .insert(contact.id.clone());
        }
    }
}

fn emails(contact: &Contact) -> impl Iterator<Item = String> {
    contact
        .email
        .iter()
        .chain(&contact.additional_emails)
        .map(|email| email.to_lowercase())
}

fn phones(contact: &Contact) -> impl Iterator<Item = &str> {
    contact
        .phone
        .iter()
        .chain(&contact.additional_phones)
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(id: &str, email: &str) -> Contact {
        Contact {
            id: id.to_owned(),
            email: Some(email.to_owned()),
            ..Contact::default()
        }
    }

    #[test]
    fn the_index_lags_behind_the_records() {
        let mut book = ContactBook::default();
        book.put(1_000, contact("a", "a@example.com"));
        book.put(5_000, contact("a", "new@example.com"));
        book.remove(9_000, "a");
        let shown = |as_of| -> Vec<_> {
            book.indexed(as_of)
                .iter()
                .filter_map(|c| c.email.clone())
                .collect()
        };
        assert!(shown(999).is_empty(), "not created yet");
        assert_eq!(shown(1_000), ["a@example.com"], "created, not edited yet");
        assert_eq!(shown(5_000), ["new@example.com"], "edited, not deleted yet");
        assert!(shown(9_000).is_empty(), "deleted at last");
        assert!(book.get("a").is_none(), "reading by id never lags");
    }

    #[test]
    fn identities_follow_edits() {
        let mut book = ContactBook::default();
        book.seed(contact("a", "Old@Example.com"));
        assert_eq!(
            book.with_email("old@example.COM").len(),
            1,
            "case does not matter"
        );
        book.edit(5, "a", |c| c.email = Some("new@example.com".to_owned()));
        assert!(
            book.with_email("old@example.com").is_empty(),
            "the old address is free again"
        );
        assert_eq!(
            book.with_email("new@example.com").len(),
            1,
            "the new one is taken"
        );
    }
}
