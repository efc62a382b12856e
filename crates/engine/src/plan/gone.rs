//! People of whom one record was deleted. That it was is proven before anything follows from it: a
//! complete listing lacked it, and reading it by its id found nothing.

use std::borrow::Cow;
use std::sync::Arc;

use foxbridge_model::{Person, Service, TagKey, Text};
use thin_vec::{ThinVec, thin_vec};

use super::person::{TAG_WARNING, tag_delta};
use super::{Action, Change, ChangeKind, ObjectKind, Question, Record, Snapshot};
use crate::{Answer, BasePatch, DeletePolicy, Link, Settings, TagWrites, answers};

/// What the surviving record is marked with.
const GONE_FROM_HIGHLEVEL: &str = "deleted in highlevel";
const GONE_FROM_AIMFOX: &str = "deleted in aimfox";

/// What follows for one pair.
#[derive(Default)]
pub(super) struct Gone {
    pub(super) changes: Vec<Change>,
    pub(super) question: Option<Question>,
}

/// Whether a name is one of those that mark a survivor: it is nobody's tag.
pub(super) fn marks(name: &TagKey) -> bool {
    [GONE_FROM_HIGHLEVEL, GONE_FROM_AIMFOX].contains(&name.as_str())
}

/// A linked pair of which at least one record is not there.
pub(super) fn gone(
    known: &Link,
    lead: Option<&Person>,
    contact: Option<&Person>,
    snapshot: &Snapshot,
    settings: &Settings,
) -> Gone {
    let proven = (lead.is_some() || snapshot.gone_leads.contains(known.lead_id.as_str()))
        && (contact.is_some() || snapshot.gone_contacts.contains(known.contact_id.as_str()));
    let parted = snapshot.broken.contains(known.lead_id.as_str());
    let answer = snapshot.answers.get(&answers::missing(&known.lead_id));
    let pair = Pair {
        known,
        lead,
        contact,
        settings,
    };
    match (proven, answer, settings.deletes) {
        (false, ..) | (_, Some(Answer::Wait), _) | (_, _, DeletePolicy::Ignore) => Gone::default(),
        (_, Some(Answer::Delete), _) if contact.is_some() => Gone {
            changes: vec![pair.delete()],
            question: None,
        },
        (_, None, DeletePolicy::DeleteAfterApproval)
            if !parted && (lead.is_some() || contact.is_some()) =>
        {
            Gone {
                changes: Vec::new(),
                question: Some(pair.question()),
            }
        }
        _ if parted => Gone::default(),
        _ => Gone {
            changes: pair.part(),
            question: None,
        },
    }
}

/// A pair that was parted because a record was gone, and of which both records are there again.
pub(super) fn back(
    known: &Link,
    lead: &Person,
    contact: &Person,
    settings: &Settings,
) -> Vec<Change> {
    let pair = Pair {
        known,
        lead: Some(lead),
        contact: Some(contact),
        settings,
    };
    let link = known.clone();
    let mut changes = vec![pair.change(
        Action::Link { link },
        ChangeKind::Link,
        ObjectKind::Link,
        "Both records are there again; the two are kept in step as before.",
    )];
    let marked = |person: &Person, mark: &str| {
        let name = TagKey::new(mark)?;
        person.tags.contains(&name).then_some(name)
    };
    if let Some(label) = marked(lead, GONE_FROM_HIGHLEVEL) {
        changes.push(pair.label(&label, false));
    }
    if let Some(tag) = marked(contact, GONE_FROM_AIMFOX) {
        changes.push(pair.tag(&tag, false));
    }
    changes
}

struct Pair<'a> {
    known: &'a Link,
    lead: Option<&'a Person>,
    contact: Option<&'a Person>,
    settings: &'a Settings,
}

impl Pair<'_> {
    fn record(&self) -> Arc<Record> {
        let known = self.lead.or(self.contact);
        Arc::new(Record {
            name: known.map_or_else(
                || self.known.lead_id.clone(),
                |person| person.name.as_str().into(),
            ),
            contact_id: Some(self.known.contact_id.clone()),
            lead_id: Some(self.known.lead_id.clone()),
        })
    }

    fn change(
        &self,
        action: Action,
        kind: ChangeKind,
        object: ObjectKind,
        reason: impl Into<Cow<'static, str>>,
    ) -> Change {
        Change {
            action,
            kind,
            object,
            record: self.record(),
            fields: ThinVec::new(),
            reason: reason.into(),
            warning: None,
            settles: BasePatch::default(),
        }
    }

    fn whose(&self) -> (&'static str, &'static str) {
        match (self.lead, self.contact) {
            (None, None) => ("both services", "Both records"),
            (None, Some(_)) => ("Aimfox", "The lead"),
            (Some(_), _) => ("HighLevel", "The contact"),
        }
    }

    /// Keeps the two apart until both are there, and marks the one that is.
    fn part(&self) -> Vec<Change> {
        let (service, what) = self.whose();
        let reason = format!("{what} was deleted in {service}. Nothing is deleted in return.");
        let unlink = Action::Unlink {
            link: self.known.clone(),
            gone: true,
        };
        let mut changes = vec![self.change(unlink, ChangeKind::Update, ObjectKind::Link, reason)];
        let tags = &self.settings.tags;
        match (self.lead, self.contact) {
            (Some(_), None) if tags.to_aimfox => {
                changes.extend(TagKey::new(GONE_FROM_HIGHLEVEL).map(|l| self.label(&l, true)));
            }
            (None, Some(_)) if tags.to_highlevel != TagWrites::Off => {
                changes.extend(TagKey::new(GONE_FROM_AIMFOX).map(|tag| self.tag(&tag, true)));
            }
            _ => {}
        }
        changes
    }

    fn label(&self, label: &TagKey, on: bool) -> Change {
        let (lead_id, name) = (self.known.lead_id.clone(), label.clone());
        let (action, reason) = if on {
            let action = Action::AttachLabel {
                lead_id,
                label: name,
            };
            (
                action,
                "It shows that the contact was deleted in HighLevel.",
            )
        } else {
            let action = Action::DetachLabel {
                lead_id,
                label: name,
            };
            (action, "The contact is there again.")
        };
        let mut change = self.change(action, ChangeKind::Update, ObjectKind::Lead, reason);
        change.fields = thin_vec![tag_delta("Label", label, on)];
        change
    }

    fn tag(&self, tag: &TagKey, on: bool) -> Change {
        let (contact_id, tags) = (self.known.contact_id.clone(), vec![tag.as_str().to_owned()]);
        let (action, reason) = if on {
            let action = Action::AddTags {
                contact_id,
                tags: tags.into(),
            };
            (action, "It shows that the lead was deleted in Aimfox.")
        } else {
            let action = Action::RemoveTags {
                contact_id,
                tags: tags.into(),
            };
            (action, "The lead is there again.")
        };
        let mut change = self.change(action, ChangeKind::Update, ObjectKind::Tag, reason);
        change.fields = thin_vec![tag_delta("Tag", tag, on)];
        change.warning = Some(TAG_WARNING.into());
        change
    }

    fn delete(&self) -> Change {
        let action = Action::DeleteContact {
            contact_id: self.known.contact_id.clone(),
            lead_id: self.known.lead_id.clone(),
        };
        let mut change = self.change(
            action,
            ChangeKind::Delete,
            ObjectKind::Contact,
            "The lead was deleted in Aimfox, and you approved that the contact is deleted too.",
        );
        change.warning = Some(
            "The contact is deleted with everything that hangs on it: notes, tasks, conversations."
                .into(),
        );
        change
    }

    fn question(&self) -> Question {
        let (service, what) = self.whose();
        let record = self.record();
        let name = &record.name;
        let survivor = match (self.lead, self.contact) {
            (Some(lead), _) => (
                Service::Aimfox,
                Some(Text::from(&lead.id)),
                lead.name.clone(),
            ),
            (_, Some(c)) => (Service::HighLevel, Some(Text::from(&c.id)), c.name.clone()),
            _ => (Service::Aimfox, None, name.to_string()),
        };
        Question {
            key: answers::missing(&self.known.lead_id),
            kind: "missing".to_owned(),
            what: format!("{what} of a linked person ({name}) was deleted in {service}."),
            why: "This sync asks before a deletion is carried across. Nothing was changed, and \
                  nobody is created again."
                .to_owned(),
            next: match self.contact {
                Some(_) => {
                    "Delete the contact too, keep the two apart, or wait until the lead is \
                            restored."
                }
                // Aimfox has no operation that deletes a lead.
                None => {
                    "Keep the two apart, or wait until the contact is restored. A lead can \
                         only be deleted in Aimfox itself."
                }
            }
            .to_owned(),
            record,
            choices: vec![survivor],
            about: None,
        }
    }
}
