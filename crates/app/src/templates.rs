//! Ready-made choices for a new sync.

use foxbridge_contract::{AppError, ErrorCode, Template};
use foxbridge_engine::{
    ConflictPolicy, Direction, ItemSettings, MappingRow, Settings, TagWrites, Transform,
};
use foxbridge_model::FieldKind;

use crate::convert;
use crate::mapping::fields::CARD_ONLY;

/// A template's name, title, help and settings.
fn all() -> [(&'static str, &'static str, &'static str, Settings); 6] {
    let people = Settings::standard();
    let mut standard = Settings::standard();
    standard.items = ItemSettings::STANDARD;
    let mut careful = standard.clone();
    careful.tags.to_highlevel = TagWrites::Off;
    let mut one_way = Settings::standard();
    one_way.cards = false;
    one_way.tags.to_aimfox = false;
    one_way.tags.to_highlevel = TagWrites::Off;
    for row in &mut one_way.mapping {
        row.direction = Direction::ToHighlevel;
    }
    let mut context = Settings::standard();
    context.create_contacts = false;
    context.tags.to_highlevel = TagWrites::Off;
    for row in &mut context.mapping {
        row.direction = Direction::ToAimfox;
        row.create_only = false;
    }
    context.mapping.extend(on_the_card());
    context.items = ItemSettings::STANDARD;
    context.items.tasks.direction = Direction::ToAimfox;
    let mut full = Settings::standard();
    full.mapping.extend(on_the_card());
    full.mapping.retain(|row| row.highlevel != "city");
    full.mapping.push(city());
    full.items = ItemSettings::STANDARD;
    full.items.notes.direction = Direction::Both;
    [
        (
            "standard",
            "Both ways",
            "Leads become contacts; what HighLevel knows is shown on the lead, with its new notes, \
             open tasks and coming appointments; tags and labels of the same name follow each other.",
            standard,
        ),
        (
            "people",
            "Both ways, people and tags only",
            "As both ways, without notes, tasks and appointments.",
            people,
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
        (
            "crm-on-the-lead",
            "HighLevel on the lead's card",
            "For people who work in Aimfox and want to see the CRM there: the card on each lead \
             shows what HighLevel knows, and its notes, tasks and appointments. No contact is made \
             and no value is written into HighLevel, except the ids by which the two stay recognisable.",
            context,
        ),
        (
            "full",
            "Both ways, with more fields",
            "As both ways, and besides: the city from the LinkedIn location, and website, state, \
             country and source on the lead's card, and notes of either side on both.",
            full,
        ),
    ]
}

/// A row that shows a contact's field on the card; a profile has none like it.
fn card_row(highlevel: &str, label: &str, kind: FieldKind) -> MappingRow {
    MappingRow {
        id: highlevel.to_lowercase().into(),
        label: label.into(),
        aimfox: CARD_ONLY.into(),
        highlevel: highlevel.into(),
        kind,
        direction: Direction::ToAimfox,
        on_conflict: ConflictPolicy::HighlevelWins,
        create_only: false,
        transform: Vec::new(),
    }
}

fn on_the_card() -> [MappingRow; 5] {
    [
        card_row("website", "Website", FieldKind::Url),
        card_row("city", "City", FieldKind::Text),
        card_row("state", "State", FieldKind::Text),
        card_row("country", "Country", FieldKind::Text),
        card_row("source", "Source", FieldKind::Text),
    ]
}

/// "Berlin, Germany" on LinkedIn is the city Berlin.
fn city() -> MappingRow {
    MappingRow {
        aimfox: "location".into(),
        direction: Direction::Both,
        transform: vec![Transform::Split {
            separator: ",".to_owned(),
            part: 1,
        }],
        ..card_row("city", "City", FieldKind::Text)
    }
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
            items: convert::items(&settings.items),
        })
        .collect()
}
