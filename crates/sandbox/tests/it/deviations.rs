//! Where the sandbox's answers knowingly differ from the vendors' documents, and why.

const LIVE: &str = "live answers have it so (facts/highlevel.md §3.4)";
const EXAMPLE: &str = "the document's own pattern or list refuses what the catalog's sample says";
const ECHO: &str = "the sandbox shows what was written; nothing is known of live answers";
const NULL: &str = "absent is null in these rows (facts/highlevel.md §1.1, 9.9)";
const TYPELESS: &str = "the document calls a value of any type an object";

/// The start of an operation's id, a part of what the validator says, and why it may say so.
pub(crate) const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "aimfox.conversations.list",
        "/labels/",
        "group_id is null (facts/aimfox.md §2.5 has no example of it)",
    ),
    (
        "aimfox.leads.get",
        "/labels/",
        "group_id is null (facts/aimfox.md §2.5 has no example of it)",
    ),
    (
        "highlevel.calendars.blocked_slots",
        "Time: is not of type",
        TYPELESS,
    ),
    (
        "highlevel.calendars.events.list",
        "Time: is not of type",
        TYPELESS,
    ),
    ("highlevel.calendars.events.list", "/date", TYPELESS),
    ("highlevel.calendars.events.list", "/createdBy/userId", LIVE),
    ("highlevel.calendars.events.list", "required", LIVE),
    (
        "highlevel.calendars.free_slots",
        "/traceId",
        "every answer carries one (facts/highlevel.md §6)",
    ),
    ("highlevel.calendars.get", "openHours", LIVE),
    ("highlevel.calendars.list", "openHours", LIVE),
    ("highlevel.calendars.schedules", "does not match", EXAMPLE),
    ("highlevel.calendars.services.bookings", "required", ECHO),
    (
        "highlevel.calendars.services.catalog.create",
        "required",
        ECHO,
    ),
    (
        "highlevel.contacts.bulk.tags",
        "/responses/",
        "the document's type is wrong (facts/highlevel.md §1.9)",
    ),
    ("highlevel.contacts.create", "lastSessionActivityAt", NULL),
    (
        "highlevel.contacts.get",
        "/value",
        "any JSON (facts/highlevel.md §1.1, 1.5)",
    ),
    (
        "highlevel.contacts.update",
        "/value",
        "any JSON (facts/highlevel.md §1.1, 1.5)",
    ),
    ("highlevel.contacts.list", "is not of type", NULL),
    (
        "highlevel.contacts.notes",
        "userId",
        "null for notes made through the API (facts/highlevel.md §3.3)",
    ),
    (
        "highlevel.conversations.search",
        "required",
        "what a contact lacks is left out (facts/highlevel.md §9.9)",
    ),
    ("highlevel.custom_fields", "required", ECHO),
    (
        "highlevel.locations.templates.list",
        "oneOf",
        "both alternatives of the document fit an empty template",
    ),
    (
        "highlevel.opportunities.pipelines.list",
        "/stages/",
        "a stage is an object (facts/highlevel.md §4.5); the document says a list",
    ),
    (
        "highlevel.users",
        "/scopes",
        "the document calls a list of scopes one text",
    ),
];
