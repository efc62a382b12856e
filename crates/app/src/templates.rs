//! Ready-made choices for a new sync.

use foxbridge_contract::{AppError, ErrorCode, Template};
use foxbridge_engine::{Direction, Settings, TagWrites};

use crate::convert;

/// A template's name, title, help and settings.
fn all() -> [(&'static str, &'static str, &'static str, Settings); 3] {
    let standard = Settings::standard();
    let mut careful = Settings::standard();
    careful.tags.to_highlevel = TagWrites::Off;
    let mut one_way = Settings::standard();
    one_way.cards = false;
    one_way.tags.to_aimfox = false;
    one_way.tags.to_highlevel = TagWrites::Off;
    for row in &mut one_way.mapping {
        row.direction = Direction::ToHighlevel;
    }
    [
        (
            "standard",
            "Both ways",
            "Leads become contacts; what HighLevel knows is shown on the lead; tags and labels of \
             the same name follow each other.",
            standard,
        ),
        (
            "no-tags",
            "Both ways, no tags into HighLevel",
            "As both ways, but no tag is ever written into HighLevel, where tags can start \
             workflows.",
            careful,
        ),
        (
            "to-highlevel",
            "Aimfox to HighLevel only",
            "Leads become contacts and keep them up to date. Nothing is written into Aimfox.",
            one_way,
        ),
    ]
}

/// The settings of a template.
pub(crate) fn settings(name: &str) -> Result<Settings, AppError> {
    let names: Vec<_> = all().iter().map(|(name, ..)| *name).collect();
    all()
        .into_iter()
        .find(|(n, ..)| *n == name)
        .map(|(.., settings)| settings)
        .ok_or_else(|| {
            AppError::new(
                ErrorCode::BadRequest,
                format!("There is no template \"{name}\"."),
            )
            .hint(format!("Templates: {}.", names.join(", ")))
        })
}

/// The templates as shown.
pub(crate) fn list() -> Vec<Template> {
    all()
        .into_iter()
        .map(|(name, title, help, settings)| Template {
            name: name.to_owned(),
            title: title.to_owned(),
            help: help.to_owned(),
            tag_writes: convert::tag_writes(settings.tags.to_highlevel),
            mapping: settings.mapping.iter().map(convert::mapping_row).collect(),
        })
        .collect()
}
