//! What can be said to a sync, its mapping and its questions.

use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand, ValueEnum};

use crate::items::ItemArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Pair a HighLevel location with an Aimfox workspace
    Create {
        /// Connection id
        #[arg(long, value_name = "ID")]
        highlevel: String,
        /// Connection id
        #[arg(long, value_name = "ID")]
        aimfox: String,
        /// Ready-made choices [default: standard]
        #[arg(long, value_name = "NAME")]
        template: Option<String>,
        /// What to call it
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Tags and labels that follow each other; a missing label is made [default: every name
        /// that exists on both sides]
        #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
        tags: Option<Vec<String>>,
        /// Narrow it to these people, e.g. "tag:vip,label:warm campaign:Autumn": a space means
        /// "and", a comma "or", ! "not" [default: everybody who takes part]
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        #[command(flatten)]
        items: ItemArgs,
    },
    /// Choose how notes, tasks, appointments and conversations follow each other
    Items {
        /// The sync's id
        sync: String,
        #[command(flatten)]
        items: ItemArgs,
    },
    /// Ready-made choices for a new sync
    Templates,
    /// List them
    List,
    /// Show what a run would change; nothing is changed
    Rehearse {
        /// The sync's id
        sync: String,
        /// Only these people, this time
        #[arg(long, value_name = "FILTER")]
        only: Option<String>,
        /// Only these kinds of object, this time
        #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
        object: Vec<Object>,
        /// Read everything anew, also what no hint says has changed
        #[arg(long)]
        full: bool,
    },
    /// Change it
    Run {
        /// The sync's id
        sync: String,
        /// Go past the guard that stopped the last run; with the id of a rehearsal: make exactly its
        /// plan, or nothing
        #[arg(long, value_name = "PLAN", num_args = 0..=1, default_missing_value = "")]
        approve: Option<String>,
        /// Only these people, this time
        #[arg(long, value_name = "FILTER")]
        only: Option<String>,
        /// Only these kinds of object, this time
        #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
        object: Vec<Object>,
        /// Read everything anew, also what no hint says has changed
        #[arg(long)]
        full: bool,
        /// Make only the changes of this rehearsal that were approved one by one: sync approve
        #[arg(long, value_name = "RUN")]
        approved: Option<String>,
    },
    /// Approve changes of a rehearsal, for sync run --approved; nothing is changed
    Approve {
        /// The rehearsal's id
        run: String,
        /// Only of this kind: prepare, link, create, update or delete
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only what a search for this finds
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only these positions of the plan
        #[arg(long, value_name = "N")]
        seq: Vec<u32>,
        /// Leave them alone instead
        #[arg(long)]
        skip: bool,
    },
    /// When it runs by itself
    Schedule(ScheduleArgs),
    /// Take back what a run changed, as far as nobody edited it since
    Undo {
        /// The run's id
        run: String,
        /// Only this change of it: its number in the run's plan
        #[arg(long, value_name = "N")]
        change: Option<u32>,
        /// Show what would be taken back; nothing is changed
        #[arg(long)]
        rehearse: bool,
        /// Also delete what the run made: contacts, cards. Deleting must be switched on for the
        /// connection: foxbridge permissions
        #[arg(long)]
        delete: bool,
    },
    /// What waits for your decision
    NeedsYou {
        /// The sync's id
        sync: String,
    },
    /// What waits for your decision and can be answered here, and what was answered
    Conflicts {
        /// The sync's id
        sync: String,
    },
    /// Answer a question; the next run honours it
    Resolve {
        /// The sync's id
        sync: String,
        /// The question's id
        question: String,
        #[command(flatten)]
        answer: AnswerArgs,
        /// Answer every question of the same sort alike
        #[arg(long)]
        alike: bool,
    },
    /// Every value of a person that a run wrote, or that lost; newest first
    History {
        /// The sync's id
        sync: String,
        /// The id of the lead or of the contact
        person: String,
        /// Put this value back in HighLevel: FIELD=VALUE, as a change of its own
        #[arg(long, value_name = "FIELD=VALUE")]
        restore: Option<String>,
        /// With --restore: show what would be changed; nothing is
        #[arg(long, requires = "restore")]
        rehearse: bool,
    },
    /// Whom the sync is narrowed to
    Filter {
        /// The sync's id
        sync: String,
        /// The new filter, e.g. "tag:vip,label:warm campaign:Autumn"; "" for everybody
        filter: Option<String>,
        /// Only count whom it lets pass
        #[arg(long, requires = "filter")]
        count: bool,
    },
    /// What stops a run before it does damage, and what becomes of deleted people
    Guards {
        /// The sync's id
        sync: String,
        /// Change one; again for more
        #[arg(long, value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// What becomes of a person of whom one record was deleted
        #[arg(long, value_name = "POLICY")]
        deletes: Option<Deletes>,
        /// After how many hours a run reads and compares everything
        #[arg(long, value_name = "N")]
        compare_hours: Option<u32>,
    },
}

/// `sync schedule`; without options it shows the schedule.
#[derive(Debug, Arguments)]
pub(crate) struct ScheduleArgs {
    /// The sync's id
    pub(crate) sync: String,
    /// From the start of one run to the next: 30m, 2h, 1d
    #[arg(long, value_name = "TIME", conflicts_with = "on_demand")]
    pub(crate) every: Option<String>,
    /// Only when somebody asks
    #[arg(long)]
    pub(crate) on_demand: bool,
    /// Only then, such as "mon-fri 08:00-18:00"; again for more
    #[arg(long, value_name = "WINDOW", conflicts_with = "any_time")]
    pub(crate) window: Vec<String>,
    /// At any time of any day
    #[arg(long)]
    pub(crate) any_time: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MappingCommand {
    /// The saved mapping
    Show {
        /// Sync id
        sync: String,
    },
    /// The fields that rows can be made with, and rows worth having
    Fields {
        /// Sync id
        sync: String,
    },
    /// What the saved mapping would do to one person; nothing is written
    Try {
        /// Sync id
        sync: String,
        /// Lead id [default: somebody with much filled in]
        #[arg(long, value_name = "LEAD")]
        person: Option<String>,
    },
    /// Change a row, or add one
    Set(SetRow),
    /// Take a row out; nothing is deleted at either service
    Remove {
        /// Sync id
        sync: String,
        /// Row id
        row: String,
    },
    /// Print the mapping as a template: no secret, no id of an account, no person
    Export {
        /// Sync id
        sync: String,
    },
    /// Save a template as a sync's mapping
    Import {
        /// Sync id
        sync: String,
        /// The template's file; - reads standard input
        file: PathBuf,
    },
}

/// What is not named stays as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct SetRow {
    /// Sync id
    pub(crate) sync: String,
    /// Row id; a new one adds a row
    pub(crate) row: String,
    /// The lead's field
    #[arg(long, value_name = "FIELD")]
    pub(crate) aimfox: Option<String>,
    /// The contact's field
    #[arg(long, value_name = "FIELD")]
    pub(crate) highlevel: Option<String>,
    /// Its name on the card
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    /// Which way values go
    #[arg(long)]
    pub(crate) direction: Option<RowDirection>,
    /// Who wins when both sides changed
    #[arg(long)]
    pub(crate) on_conflict: Option<RowPolicy>,
    /// Steps as JSON, as in [{"kind":"case","to":"title"}]; [] for none
    #[arg(long, value_name = "JSON")]
    pub(crate) transform: Option<String>,
}

/// Which way a row carries values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RowDirection {
    /// Both ways
    Both,
    /// Aimfox to HighLevel
    ToHighlevel,
    /// HighLevel to Aimfox
    ToAimfox,
    /// Neither
    Off,
}

impl From<RowDirection> for foxbridge_contract::Direction {
    fn from(direction: RowDirection) -> Self {
        match direction {
            RowDirection::Both => Self::Both,
            RowDirection::ToHighlevel => Self::ToHighlevel,
            RowDirection::ToAimfox => Self::ToAimfox,
            RowDirection::Off => Self::Off,
        }
    }
}

/// Who wins.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RowPolicy {
    /// HighLevel's value
    Highlevel,
    /// Aimfox's value
    Aimfox,
    /// You are asked
    Ask,
}

impl From<RowPolicy> for foxbridge_contract::ConflictPolicy {
    fn from(policy: RowPolicy) -> Self {
        match policy {
            RowPolicy::Highlevel => Self::HighlevelWins,
            RowPolicy::Aimfox => Self::AimfoxWins,
            RowPolicy::Ask => Self::Ask,
        }
    }
}

/// The answers to a question; one of them.
#[derive(Debug, Arguments)]
#[group(required = true, multiple = false)]
pub(crate) struct AnswerArgs {
    /// A conflict: whose value counts
    #[arg(long, value_name = "SERVICE")]
    pub(crate) take: Option<Whose>,
    /// A conflict: the value that counts, on both sides
    #[arg(long, value_name = "VALUE")]
    pub(crate) value: Option<String>,
    /// An ambiguous match: it is this contact
    #[arg(long, value_name = "ID")]
    pub(crate) contact: Option<String>,
    /// An ambiguous match: it is none of these
    #[arg(long)]
    pub(crate) nobody: bool,
    /// A record is gone: keep the two apart for good
    #[arg(long)]
    pub(crate) unlink: bool,
    /// A record is gone: wait until it is restored
    #[arg(long)]
    pub(crate) wait: bool,
    /// A record is gone: delete the other one too
    #[arg(long)]
    pub(crate) delete: bool,
    /// A guard: what it stopped is right
    #[arg(long)]
    pub(crate) approve: bool,
    /// Take an earlier answer back: the next run asks again
    #[arg(long)]
    pub(crate) forget: bool,
}

/// One of the two services.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Whose {
    /// HighLevel's
    Highlevel,
    /// Aimfox's
    Aimfox,
}

/// What becomes of a person of whom one record was deleted.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Deletes {
    /// Nothing
    Ignore,
    /// The two are kept apart, and the other record is marked
    UnlinkAndTag,
    /// You are asked whether the other record is deleted too
    DeleteAfterApproval,
}

/// A kind of object that a run may be narrowed to.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Object {
    Contact,
    Lead,
    Tag,
    Note,
    Task,
    Appointment,
    Conversation,
}

impl From<Object> for foxbridge_contract::ObjectKind {
    fn from(object: Object) -> Self {
        match object {
            Object::Contact => Self::Contact,
            Object::Lead => Self::Lead,
            Object::Tag => Self::Tag,
            Object::Note => Self::Note,
            Object::Task => Self::Task,
            Object::Appointment => Self::Appointment,
            Object::Conversation => Self::Conversation,
        }
    }
}
