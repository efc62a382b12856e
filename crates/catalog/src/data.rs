//! The one list of the files that hold the rows.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../data/", $name)))),*]
    };
}

/// Name below `data/`, and text.
pub(crate) const FILES: &[(&str, &str)] = files![
    "highlevel/common.toml",
    "highlevel/contacts.toml",
    "highlevel/contact_items.toml",
    "highlevel/businesses.toml",
    "highlevel/locations.toml",
    "highlevel/location_items.toml",
    "highlevel/location_admin.toml",
    "highlevel/calendars.toml",
    "highlevel/calendar_events.toml",
    "highlevel/calendar_settings.toml",
    "highlevel/calendar_services.toml",
    "highlevel/opportunities.toml",
    "highlevel/conversations.toml",
    "highlevel/conversation_messages.toml",
    "highlevel/campaigns.toml",
    "highlevel/workflows.toml",
    "highlevel/custom_fields.toml",
    "highlevel/users.toml",
    "highlevel/oauth.toml",
    "aimfox/common.toml",
    "aimfox/accounts.toml",
    "aimfox/analytics.toml",
    "aimfox/blacklist.toml",
    "aimfox/campaigns.toml",
    "aimfox/conversations.toml",
    "aimfox/labels.toml",
    "aimfox/leads.toml",
    "aimfox/templates.toml",
    "aimfox/webhooks.toml",
    "aimfox/workspaces.toml",
    "triggers/common.toml",
    "triggers/aimfox.toml",
    "triggers/foxbridge.toml",
    "triggers/highlevel_people.toml",
    "triggers/highlevel_messages.toml",
    "triggers/highlevel_business.toml",
    "triggers/highlevel_platform.toml",
];
