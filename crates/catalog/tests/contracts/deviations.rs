//! Where a row knowingly differs from the vendor's document, and why.

/// An operation, the differences as the test words them, and where each is known from.
pub(crate) type Deviation = (&'static str, &'static [&'static str], &'static str);

const UNDECLARED: &str =
    "the document has the name in the path and forgets to declare it (facts/highlevel.md §1.9)";

/// Everything known.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    (
        "aimfox.leads.labels.remove",
        &["effect is write here"],
        "the document itself calls it reversible: the label stays and can be put back",
    ),
    (
        "highlevel.calendars.appointments.notes.delete",
        &["path: noteId is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.calendars.appointments.notes.update",
        &["path: noteId is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.contacts.bulk.tags",
        &["path: type is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.contacts.search",
        &[
            "body.filters is not in the document",
            "body.locationId is not in the document",
            "body.page is not in the document",
            "body.pageLimit is not in the document",
            "body.query is not in the document",
            "body.searchAfter is not in the document",
            "body.sort is not in the document",
        ],
        "the document's body is empty; the real one is on the search page and in live calls \
         (facts/highlevel.md §2.1)",
    ),
    (
        "highlevel.conversations.files.upload",
        &["body.fileAttachment is not in the document"],
        "the document names it in its prose: \"a buffer with the key fileAttachment\"",
    ),
    (
        "highlevel.conversations.messages.email.get",
        &["path: id is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.conversations.messages.get",
        &["path: id is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.locations.tasks.search",
        &["body.searchAfter is not in the document"],
        "seen live as the way to page (facts/highlevel.md §3.2)",
    ),
    (
        "highlevel.locations.timezones",
        &["path: locationId is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.oauth.reconnect",
        &["2021-07-28: POST /oauth/reconnect is not in the documents"],
        "described on a help page only (facts/highlevel.md §5.1)",
    ),
    (
        "highlevel.oauth.token",
        &["body.code_verifier is not in the document"],
        "sent for PKCE, and left out again where the service refuses it (facts/highlevel.md §5.1)",
    ),
    (
        "highlevel.users.delete",
        &["path: userId is not in the document"],
        UNDECLARED,
    ),
    (
        "highlevel.users.update",
        &["path: userId is not in the document"],
        UNDECLARED,
    ),
];

/// Operations of an app that have no row, and why.
pub(crate) const MISSING_ROWS: &[(&str, &str)] = &[];
