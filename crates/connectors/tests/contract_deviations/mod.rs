//! Where a request knowingly differs from the vendor's document, and why.

/// An operation, what differs, and where it is known from.
pub(crate) type Deviation = (&'static str, &'static [&'static str], &'static str);

const SLIP: &str = "the document says `object` and gives a plain value as its example";
const NUMBERS: &str = "the document says `object` and gives numbers as examples; live, money is \
                       taken only as a bare number (facts/highlevel.md §1.5)";
const FREE: &str = "the catalog leaves the document's list or pattern of allowed texts to the \
                    service, and a sample is any text";
const EITHER: &str = "the document wants one or another of its members; the catalog leaves the \
                      choice to the service, and a sample has none or all";

const BY_NAME: &str = "files go under names of one's own (custom field and file), which the document \
                       leaves out; and with nothing given there is no part to send";
const ATTACHMENT: &str = "the document names the file's field in its prose only; and a form has no \
                          empty list";

const RULES: &[&str] = &[
    "body.rules.0.date",
    "body.rules.0.intervals.0.from",
    "body.rules.0.intervals.0.to",
];

/// Everything known.
pub(crate) const DEVIATIONS: &[Deviation] = &[
    (
        "POST /contacts/search",
        &[
            "body.filters",
            "body.locationId",
            "body.page",
            "body.pageLimit",
            "body.query",
            "body.searchAfter",
            "body.sort",
        ],
        "the document's body is empty; the real one is on the search page and in live calls \
         (facts/highlevel.md §2.1)",
    ),
    (
        "POST /locations/{locationId}/tasks/search",
        &["body.searchAfter"],
        "seen live as the way to page (facts/highlevel.md §3.2)",
    ),
    ("POST /contacts/", &["body.dateOfBirth"], SLIP),
    ("PUT /contacts/{contactId}", &["body.dateOfBirth"], SLIP),
    ("POST /contacts/upsert", &["body.dateOfBirth"], SLIP),
    (
        "POST /contacts/",
        &["body.customFields.3", "body.customFields.5"],
        NUMBERS,
    ),
    (
        "PUT /contacts/{contactId}",
        &["body.customFields.3", "body.customFields.5"],
        NUMBERS,
    ),
    ("POST /opportunities/upsert", &["body.monetaryValue"], SLIP),
    (
        "PUT /conversations/{conversationId}",
        &["body.feedback"],
        SLIP,
    ),
    ("POST /conversations/messages", &["body.subType"], SLIP),
    (
        "POST /conversations/messages/inbound",
        &["body.direction"],
        SLIP,
    ),
    ("POST /conversations/messages/inbound", &["body.type"], FREE),
    (
        "GET /conversations/search",
        &["query.lastMessageType", "query.startAfterDate"],
        FREE,
    ),
    (
        "GET /conversations/{conversationId}/messages",
        &["query.type"],
        FREE,
    ),
    (
        "PUT /locations/{locationId}/permissions",
        &["body.permissions.0"],
        FREE,
    ),
    ("POST /users/", &["body.scopesAssignedToOnly.0"], FREE),
    (
        "PUT /users/{userId}",
        &["body.scopesAssignedToOnly.0"],
        FREE,
    ),
    ("POST /calendars/schedules", RULES, FREE),
    ("PUT /calendars/schedules/{id}", RULES, FREE),
    (
        "POST /calendars/schedules/event-calendar/{calendarId}",
        RULES,
        FREE,
    ),
    (
        "PUT /calendars/schedules/event-calendar/{calendarId}",
        RULES,
        FREE,
    ),
    (
        "POST /accounts/{account_id}/conversations",
        &["body"],
        EITHER,
    ),
    (
        "POST /accounts/{account_id}/conversations/{conversation_urn}",
        &["body"],
        EITHER,
    ),
    (
        "POST /accounts/{account_id}/conversations/send-audio",
        &["body"],
        EITHER,
    ),
    (
        "POST /locations/{locationId}/customFields/upload",
        &["body", "body.example"],
        BY_NAME,
    ),
    (
        "POST /conversations/messages/upload",
        &["body", "body.fileAttachment"],
        ATTACHMENT,
    ),
    (
        "POST /oauth/token",
        &["body.code_verifier"],
        "sent for PKCE, and left out again where the service refuses it (facts/highlevel.md §5.1)",
    ),
    (
        "POST /oauth/reconnect",
        &["path"],
        "described on a help page only (facts/highlevel.md §5.1)",
    ),
];
