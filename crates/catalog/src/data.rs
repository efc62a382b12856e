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
    "aimfox/common.toml",
    "aimfox/accounts.toml",
    "aimfox/campaigns.toml",
    "aimfox/labels.toml",
    "aimfox/leads.toml",
];
