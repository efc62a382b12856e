//! Reading, trying and saving the mapping of a sync.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AppError, MappingRow, ServiceName, TagWrites};

/// How a field's values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum FieldKindName {
    Text,
    Name,
    Email,
    Phone,
    Url,
    Number,
    Date,
    Flag,
    List,
}

/// How text is cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TextCase {
    Lower,
    Upper,
    Title,
    Sentence,
}

/// How a telephone number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PhoneFormat {
    E164,
    International,
    National,
}

/// One value for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ValuePair {
    /// The value as it comes; case and spaces at the ends do not count.
    pub from: String,
    /// What it becomes.
    pub to: String,
}

/// What becomes of a value that a list of values does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Otherwise {
    Keep,
    Blank,
    Value { value: String },
}

/// One step of what reshapes a value on its way across.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Transform {
    /// Changes the case of its letters.
    Case {
        /// How.
        to: TextCase,
    },
    /// Takes spaces off the ends and folds runs of them into one.
    Trim,
    /// Puts other fields of the same record behind it.
    Join {
        /// Field ids of the same record.
        fields: Vec<String>,
        /// What stands between.
        separator: String,
    },
    /// Takes one part of it.
    Split {
        /// What stands between the parts; a blank one means white space.
        separator: String,
        /// Which part: 1 is the first, -1 the last.
        part: i32,
    },
    /// Writes a date in another way.
    Date {
        /// How it is written now (`strftime`); ISO 8601 and Unix times when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        from: Option<String>,
        /// How it is to be written (`strftime`).
        to: String,
    },
    /// Writes a telephone number in another way.
    Phone {
        /// How.
        format: PhoneFormat,
    },
    /// One value for another, by a list.
    Map {
        /// The list.
        pairs: Vec<ValuePair>,
        /// What is not on it.
        otherwise: Otherwise,
    },
    /// Stands in for a blank.
    Default {
        /// The value.
        value: String,
    },
    /// A CEL expression of `value` and `record`.
    Expression {
        /// Its text.
        cel: String,
    },
}

/// A sync's mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Mapping {
    /// The sync.
    pub sync: String,
    /// Field by field.
    pub rows: Vec<MappingRow>,
    /// Goes up with every saving.
    pub revision: u32,
}

/// When HighLevel takes a value for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldWrites {
    /// Always.
    Always,
    /// When a contact is made, and not afterwards.
    CreateOnly,
    /// Never.
    Never,
}

/// A field that a row can be made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingField {
    /// Field id: `firstName`, `cf.<id>`, `headline`.
    pub id: String,
    /// Whose.
    pub service: ServiceName,
    /// Its name for people.
    pub label: String,
    /// How its values are compared.
    pub kind: FieldKindName,
    /// Whether a value can be written into it.
    pub writes: FieldWrites,
    /// Why not, or only sometimes.
    pub locked: Option<String>,
    /// The only values it takes; empty when it takes any.
    pub options: Vec<String>,
    /// A custom field of the location.
    pub custom: bool,
}

/// A row that may be worth having.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Suggestion {
    /// The row.
    pub row: MappingRow,
    /// Why.
    pub why: String,
}

/// `syncs.mapping_fields`: what rows can be made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingFields {
    /// A lead's fields.
    pub aimfox: Vec<MappingField>,
    /// A contact's fields.
    pub highlevel: Vec<MappingField>,
    /// Rows that the saved mapping lacks.
    pub suggestions: Vec<Suggestion>,
    /// Why the location's custom fields could not be asked for just now; those known from before are
    /// shown then.
    pub stale: Option<AppError>,
}

/// `syncs.mapping_save`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveMapping {
    /// The sync.
    pub sync: String,
    /// The whole mapping.
    pub rows: Vec<MappingRow>,
    /// The revision it was made from; refused when somebody saved another one meanwhile.
    #[serde(default)]
    #[ts(optional)]
    pub revision: Option<u32>,
}

/// A mapping that is not saved, to be tried.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TryMapping {
    /// The sync.
    pub sync: String,
    /// The whole mapping.
    pub rows: Vec<MappingRow>,
    /// Lead id of the person to try it on; somebody with much filled in when left out.
    #[serde(default)]
    #[ts(optional)]
    pub person: Option<String>,
}

/// The person a mapping is tried on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SamplePerson {
    /// A name to show.
    pub name: String,
    /// Aimfox lead id.
    pub lead_id: String,
    /// HighLevel contact id; `None` for somebody who would become a new contact.
    pub contact_id: Option<String>,
}

/// What the next run would do about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// Nothing.
    Rest,
    /// Write into HighLevel.
    ToHighlevel,
    /// Write onto the card in Aimfox.
    ToAimfox,
    /// Ask.
    Ask,
    /// Leave it alone: the transform does not work here.
    Broken,
}

/// One row for one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RowPreview {
    /// The row's id.
    pub row: String,
    /// The lead's profile.
    pub aimfox: Option<String>,
    /// The card's line.
    pub card: Option<String>,
    /// HighLevel's value.
    pub highlevel: Option<String>,
    /// What the transform makes of the value that is carried.
    pub result: Option<String>,
    /// What the next run would do.
    pub outcome: RowOutcome,
    /// What would be written, or why it does not work.
    pub detail: Option<String>,
}

/// Something about a row that must be put right before it can be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowProblem {
    /// The row's id.
    pub row: String,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// `syncs.mapping_preview`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingPreview {
    /// Who; `None` before anything was read.
    pub person: Option<SamplePerson>,
    /// Row by row.
    pub rows: Vec<RowPreview>,
    /// What must be put right.
    pub problems: Vec<RowProblem>,
}

/// `syncs.mapping_affected`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MappingAffected {
    /// People to whom the next run would do something else than under the saved mapping.
    pub people: u32,
    /// Linked people.
    pub linked: u32,
}

/// `syncs.mapping_add_field`: makes a custom field in HighLevel.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddField {
    /// The sync.
    pub sync: String,
    /// Its name.
    pub name: String,
    /// `TEXT`, `LARGE_TEXT`, `NUMERICAL`, `PHONE` or `DATE`.
    pub data_type: String,
}

/// A custom field as a template names it: ids differ from location to location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TemplateField {
    /// The row that needs it.
    pub row: String,
    /// Its name.
    pub name: String,
    /// Its key, e.g. `contact.job_title`.
    pub key: String,
    /// HighLevel's type.
    pub data_type: String,
}

/// A mapping to be carried to another sync. Holds no secret, no id of an account and no person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingTemplate {
    /// `foxbridge-mapping/1`.
    pub format: String,
    /// A title.
    pub title: String,
    /// Field by field; a custom field stands as `cf:<key>`.
    pub rows: Vec<MappingRow>,
    /// The custom fields that rows name.
    pub custom_fields: Vec<TemplateField>,
    /// When labels become tags.
    pub tag_writes: TagWrites,
}

/// `syncs.mapping_import`: reads a template for a sync; nothing is saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportMapping {
    /// The sync it is for.
    pub sync: String,
    /// The template.
    pub template: MappingTemplate,
}

/// A template as it fits a sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ImportedMapping {
    /// The rows that fit.
    pub rows: Vec<MappingRow>,
    /// Custom fields that the location lacks; their rows are left out.
    pub missing: Vec<TemplateField>,
}
