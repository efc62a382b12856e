//! Ids of the operations that the program names in its own code.
//!
//! A row needs no constant; these are here so that a mistyped id fails a test and not a customer.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        $($(#[$doc])* #[doc = concat!("`", $id, "`")] pub const $name: &str = $id;)*

        /// Every constant of this module.
        pub const ALL: &[&str] = &[$($id),*];
    };
}

ids! {
    HIGHLEVEL_BUSINESSES_LIST = "highlevel.businesses.list";
    HIGHLEVEL_CALENDARS_APPOINTMENTS_GET = "highlevel.calendars.appointments.get";
    HIGHLEVEL_CALENDARS_APPOINTMENTS_UPDATE = "highlevel.calendars.appointments.update";
    HIGHLEVEL_CALENDARS_EVENTS_DELETE = "highlevel.calendars.events.delete";
    HIGHLEVEL_CALENDARS_EVENTS_LIST = "highlevel.calendars.events.list";
    HIGHLEVEL_CALENDARS_LIST = "highlevel.calendars.list";
    HIGHLEVEL_CONTACTS_APPOINTMENTS_LIST = "highlevel.contacts.appointments.list";
    HIGHLEVEL_CONTACTS_CREATE = "highlevel.contacts.create";
    HIGHLEVEL_CONTACTS_DELETE = "highlevel.contacts.delete";
    HIGHLEVEL_CONTACTS_DUPLICATE = "highlevel.contacts.duplicate";
    HIGHLEVEL_CONTACTS_GET = "highlevel.contacts.get";
    HIGHLEVEL_CONTACTS_LIST = "highlevel.contacts.list";
    HIGHLEVEL_CONTACTS_LIST_BY_BUSINESS = "highlevel.contacts.list_by_business";
    HIGHLEVEL_CONTACTS_NOTES_CREATE = "highlevel.contacts.notes.create";
    HIGHLEVEL_CONTACTS_NOTES_DELETE = "highlevel.contacts.notes.delete";
    HIGHLEVEL_CONTACTS_NOTES_GET = "highlevel.contacts.notes.get";
    HIGHLEVEL_CONTACTS_NOTES_LIST = "highlevel.contacts.notes.list";
    HIGHLEVEL_CONTACTS_NOTES_UPDATE = "highlevel.contacts.notes.update";
    HIGHLEVEL_CONTACTS_SEARCH = "highlevel.contacts.search";
    HIGHLEVEL_CONTACTS_TAGS_ADD = "highlevel.contacts.tags.add";
    HIGHLEVEL_CONTACTS_TAGS_REMOVE = "highlevel.contacts.tags.remove";
    HIGHLEVEL_CONTACTS_TASKS_COMPLETE = "highlevel.contacts.tasks.complete";
    HIGHLEVEL_CONTACTS_TASKS_CREATE = "highlevel.contacts.tasks.create";
    HIGHLEVEL_CONTACTS_TASKS_DELETE = "highlevel.contacts.tasks.delete";
    HIGHLEVEL_CONTACTS_TASKS_GET = "highlevel.contacts.tasks.get";
    HIGHLEVEL_CONTACTS_TASKS_LIST = "highlevel.contacts.tasks.list";
    HIGHLEVEL_CONTACTS_TASKS_UPDATE = "highlevel.contacts.tasks.update";
    HIGHLEVEL_CONTACTS_UPDATE = "highlevel.contacts.update";
    HIGHLEVEL_CONTACTS_UPSERT = "highlevel.contacts.upsert";
    HIGHLEVEL_CUSTOM_FIELDS_CREATE = "highlevel.locations.custom_fields.create";
    HIGHLEVEL_CUSTOM_FIELDS_LIST = "highlevel.locations.custom_fields.list";
    HIGHLEVEL_LOCATIONS_GET = "highlevel.locations.get";
    HIGHLEVEL_LOCATION_TAGS_CREATE = "highlevel.locations.tags.create";
    HIGHLEVEL_LOCATION_TAGS_LIST = "highlevel.locations.tags.list";
    HIGHLEVEL_OAUTH_INSTALLED_LOCATIONS = "highlevel.oauth.installed_locations";
    HIGHLEVEL_OAUTH_LOCATION_TOKEN = "highlevel.oauth.location_token";
    HIGHLEVEL_OAUTH_RECONNECT = "highlevel.oauth.reconnect";
    HIGHLEVEL_OAUTH_TOKEN = "highlevel.oauth.token";
    HIGHLEVEL_TASKS_SEARCH = "highlevel.locations.tasks.search";
    HIGHLEVEL_USERS_LIST = "highlevel.users.list";
    AIMFOX_ACCOUNTS_LIST = "aimfox.accounts.list";
    AIMFOX_ANALYTICS_RECENT_LEADS = "aimfox.analytics.recent_leads";
    AIMFOX_CAMPAIGNS_AUDIENCE = "aimfox.campaigns.audience";
    AIMFOX_CAMPAIGNS_LIST = "aimfox.campaigns.list";
    AIMFOX_CONVERSATIONS_GET = "aimfox.conversations.get";
    AIMFOX_CONVERSATIONS_LIST = "aimfox.conversations.list";
    AIMFOX_LABELS_CREATE = "aimfox.labels.create";
    AIMFOX_LABELS_LIST = "aimfox.labels.list";
    AIMFOX_LEADS_GET = "aimfox.leads.get";
    AIMFOX_LEADS_LABELS_ADD = "aimfox.leads.labels.add";
    AIMFOX_LEADS_LABELS_REMOVE = "aimfox.leads.labels.remove";
    AIMFOX_LEADS_NOTES_CREATE = "aimfox.leads.notes.create";
    AIMFOX_LEADS_NOTES_DELETE = "aimfox.leads.notes.delete";
    AIMFOX_LEADS_NOTES_LIST = "aimfox.leads.notes.list";
    AIMFOX_LEADS_NOTES_UPDATE = "aimfox.leads.notes.update";
    AIMFOX_LEADS_SEARCH = "aimfox.leads.search";
    AIMFOX_LEADS_TOTAL = "aimfox.leads.total";
    AIMFOX_LABELS_UPDATE = "aimfox.labels.update";
    AIMFOX_WEBHOOKS_CREATE = "aimfox.webhooks.create";
    AIMFOX_WEBHOOKS_DELETE = "aimfox.webhooks.delete";
    AIMFOX_WEBHOOKS_LIST = "aimfox.webhooks.list";
    AIMFOX_WEBHOOKS_UPDATE = "aimfox.webhooks.update";
    AIMFOX_WORKSPACES_TOKENS_LIST = "aimfox.workspaces.tokens.list";
}
