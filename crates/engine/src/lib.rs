//! Match, merge, plan: what a run would change, worked out from what was read.
//!
//! A run reads both services into a [`Snapshot`] and asks [`plan`] for a [`Plan`]. The plan is data:
//! the same one is shown, approved, journalled, executed and inverted.
//!
//! **Architecture Invariant:** pure. No clock, network, disk, randomness or async; the same input
//! gives the same plan, in the same order, whatever order the records were read in.
//!
//! **Architecture Invariant:** nothing is decided by comparing times. A change is a difference from
//! the base: what each side showed when the two were last settled.

pub mod answers;
mod base;
mod card;
mod few;
mod filter;
mod guard;
mod items;
mod matching;
mod merge;
mod plan;
mod preview;
mod rebase;
mod settings;
mod tags;
mod transform;
mod undo;

pub use answers::{Answer, Answers, Take};
pub use base::{Base, BasePatch, ItemBase, ItemPatch, Made, Part, RowBase, TagBase};
pub use card::{find_card, marked_contact, parse_card, render_card};
pub use few::Few;
pub use filter::{Filter, FilterError, Side};
pub use guard::{Circumstances, Guards, Stop, check_listing, check_plan};
pub use items::{is_stirred, is_unsaid, mark_of, origin_of, thread_of, with_made};
pub use matching::{Ambiguity, How, Link, Matching, match_people};
pub use merge::{Decision, RowInput, decide};
pub use plan::{
    About, Action, Change, ChangeKind, ChangedValue, FieldDelta, Health, Local, Loser, ObjectKind,
    Pending, Plan, Question, Record, Seen, SeenChange, Snapshot, StampField, plan,
};
pub use preview::{RowOutcome, RowPreview, affected, preview};
pub use rebase::{means_the_same, rebase};
pub use settings::{
    ConflictPolicy, DeletePolicy, Direction, ItemRules, ItemSettings, LeadFilter, MappingRow,
    Reshaped, Settings, TagNames, TagRules, TagWrites, WhenDeleted, standard_mapping,
};
pub use transform::{
    Otherwise, PhoneFormat, Pipeline, TextCase, Transform, TransformError, ValuePair,
};
pub use undo::{Before, Done, Fresh, Inverse, ItemAt, Left, TakeBack, Was, inverse, take_back};
