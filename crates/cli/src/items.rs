//! The choices about notes, tasks, appointments and conversations, from the command line.

use clap::{Args as Arguments, ValueEnum};
use foxbridge_contract::{
    AppError, ConflictPolicy, Direction, ItemRules, ItemSettings, Nothing, Template, WhenDeleted,
};

use crate::Terminal;

/// Notes, tasks, appointments and conversations.
#[derive(Debug, Default, Arguments)]
pub(crate) struct ItemArgs {
    /// Which way notes go
    #[arg(long, value_name = "WAY")]
    pub(crate) notes: Option<Way>,
    /// Which way tasks go; both lets notes on the lead change them, and "todo:" notes make them
    #[arg(long, value_name = "WAY")]
    pub(crate) tasks: Option<Way>,
    /// Which way appointments go; both lets their status be changed from Aimfox
    #[arg(long, value_name = "WAY")]
    pub(crate) appointments: Option<Way>,
    /// Whether LinkedIn conversations become notes in HighLevel: to-highlevel or off
    #[arg(long, value_name = "WAY")]
    pub(crate) conversations: Option<Way>,
    /// Copy the notes, too, that were there before
    #[arg(long)]
    pub(crate) note_history: bool,
    /// Copy the conversations, too, that were there before; otherwise each once it goes on
    #[arg(long)]
    pub(crate) conversation_history: bool,
    /// Who wins when both sides changed a note, task or appointment
    #[arg(long, value_name = "WHO")]
    pub(crate) items_conflict: Option<Winner>,
    /// What is done about a copy whose original is gone, or the other way round
    #[arg(long, value_name = "WHAT")]
    pub(crate) items_deleted: Option<Deleted>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Way {
    Both,
    ToAimfox,
    ToHighlevel,
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Winner {
    Highlevel,
    Aimfox,
    Ask,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Deleted {
    Unlink,
    Mark,
    Ask,
}

impl ItemArgs {
    fn is_empty(&self) -> bool {
        self.notes.is_none()
            && self.tasks.is_none()
            && self.appointments.is_none()
            && self.conversations.is_none()
            && !self.note_history
            && !self.conversation_history
            && self.items_conflict.is_none()
            && self.items_deleted.is_none()
    }

    /// `now` with what was asked for.
    pub(crate) fn over(&self, mut now: ItemSettings) -> ItemSettings {
        for (way, rules) in [
            (self.notes, &mut now.notes),
            (self.tasks, &mut now.tasks),
            (self.appointments, &mut now.appointments),
            (self.conversations, &mut now.conversations),
        ] {
            self.one(way, rules);
        }
        now.notes.history |= self.note_history;
        now.conversations.history |= self.conversation_history;
        now
    }

    fn one(&self, way: Option<Way>, rules: &mut ItemRules) {
        if let Some(way) = way {
            rules.direction = match way {
                Way::Both => Direction::Both,
                Way::ToAimfox => Direction::ToAimfox,
                Way::ToHighlevel => Direction::ToHighlevel,
                Way::Off => Direction::Off,
            };
        }
        if let Some(winner) = self.items_conflict {
            rules.on_conflict = match winner {
                Winner::Highlevel => ConflictPolicy::HighlevelWins,
                Winner::Aimfox => ConflictPolicy::AimfoxWins,
                Winner::Ask => ConflictPolicy::Ask,
            };
        }
        if let Some(deleted) = self.items_deleted {
            rules.when_deleted = match deleted {
                Deleted::Unlink => WhenDeleted::Unlink,
                Deleted::Mark => WhenDeleted::Mark,
                Deleted::Ask => WhenDeleted::Ask,
            };
        }
    }

    /// What a new sync of a template is to have instead of the template's choice, if anything.
    pub(crate) async fn for_template(
        &self,
        terminal: &Terminal,
        template: Option<&str>,
    ) -> Result<Option<ItemSettings>, AppError> {
        if self.is_empty() {
            return Ok(None);
        }
        let name = template.unwrap_or("standard");
        let all: Vec<Template> = terminal.call("templates.list", Nothing {}).await?;
        // A template that is not there is refused by the command itself.
        let template = all.into_iter().find(|template| template.name == name);
        Ok(template.map(|template| self.over(template.items)))
    }
}
