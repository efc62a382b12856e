//! Rules in a terminal.

use std::io::Read as _;

use foxbridge_contract::{
    AnswerFiring, AppError, ErrorCode, Firing, FiringAnswer, FiringsQuery, Nothing, Recipe,
    RuleAction, RuleDefinition, RuleDetail, RuleId, RuleRow, RuleState, RuleTrials, SaveRule,
    SwitchRule, Sync, TestRule,
};

use crate::args::{Answer, Rules};
use crate::style::{quiet, strong, table};
use crate::{Terminal, internal};

pub(crate) async fn rules(terminal: &Terminal, command: Rules) -> Result<(), AppError> {
    match command {
        Rules::List => {
            let list: Vec<RuleRow> = terminal.call("rules.list", Nothing {}).await?;
            terminal.answer(&list, |list| show_list(list))
        }
        Rules::Recipes => {
            let list = recipes(terminal).await?;
            terminal.answer(&list, |list| {
                let rows: Vec<_> = list
                    .iter()
                    .map(|r| [r.id.clone(), r.title.clone(), r.help.clone()])
                    .collect();
                table(["ID", "TITLE", "WHAT IT DOES"], &rows);
            })
        }
        Rules::Show { rule } => {
            let rule: RuleDetail = terminal.call("rules.get", RuleId { rule }).await?;
            terminal.answer(&rule, show)
        }
        Rules::Add {
            recipe,
            file,
            name,
            sync,
        } => {
            let (definition, title) = definition(terminal, recipe, file).await?;
            let request = SaveRule {
                rule: None,
                sync: match sync {
                    Some(sync) => sync,
                    None => only_sync(terminal).await?,
                },
                name: name.unwrap_or(title),
                definition,
            };
            let rule: RuleDetail = terminal.call("rules.save", request).await?;
            terminal.answer(&rule, |rule| {
                say!("Made {} ({}), in test mode.", rule.row.id, rule.row.name);
                say!(
                    "See what it would have done: foxbridge rules test {}",
                    rule.row.id
                );
            })
        }
        Rules::Test { rule } => {
            let rule: RuleDetail = terminal.call("rules.get", RuleId { rule }).await?;
            let request = TestRule {
                sync: rule.row.sync.clone(),
                definition: rule.definition,
            };
            let trials: RuleTrials = terminal.call("rules.test", request).await?;
            terminal.answer(&trials, show_trials)
        }
        Rules::Enable { rule } => switch(terminal, rule, RuleState::On).await,
        Rules::Disable { rule } => switch(terminal, rule, RuleState::Off).await,
        Rules::Remove { rule } => {
            let gone: Nothing = terminal.call("rules.remove", RuleId { rule }).await?;
            terminal.answer(&gone, |_| say!("Removed. What it did stays on record."))
        }
        Rules::Log { rule, limit } => {
            let list: Vec<Firing> = terminal
                .call("rules.firings", FiringsQuery { rule, limit })
                .await?;
            terminal.answer(&list, |list| list.iter().for_each(show_firing))
        }
        Rules::Answer { firing, answer } => {
            let answer = match answer {
                Answer::Approve => FiringAnswer::Approve,
                Answer::Skip => FiringAnswer::Skip,
                Answer::GiveUp => FiringAnswer::GiveUp,
                Answer::Undo => FiringAnswer::Undo,
            };
            let firing: Firing = terminal
                .call("rules.answer", AnswerFiring { firing, answer })
                .await?;
            terminal.answer(&firing, show_firing)
        }
    }
}

async fn recipes(terminal: &Terminal) -> Result<Vec<Recipe>, AppError> {
    terminal.call("rules.recipes", Nothing {}).await
}

fn bad(what: impl Into<String>) -> AppError {
    AppError::new(ErrorCode::BadRequest, what)
}

async fn only_sync(terminal: &Terminal) -> Result<String, AppError> {
    let syncs: Vec<Sync> = terminal.call("syncs.list", Nothing {}).await?;
    match syncs.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(
            bad("There is no sync yet: a rule is about the people of one.")
                .hint("Make one: foxbridge sync create --help"),
        ),
        _ => Err(bad("There are several syncs.").hint("Name one with --sync.")),
    }
}

/// A recipe's definition, or one from a file.
async fn definition(
    terminal: &Terminal,
    recipe: Option<String>,
    file: Option<String>,
) -> Result<(RuleDefinition, String), AppError> {
    if let Some(id) = recipe {
        let found = recipes(terminal).await?.into_iter().find(|r| r.id == id);
        let recipe = found.ok_or_else(|| {
            bad(format!("There is no recipe \"{id}\".")).hint("foxbridge rules recipes lists them.")
        })?;
        return Ok((recipe.definition, recipe.title));
    }
    let file = file.unwrap_or_else(|| "-".to_owned());
    let unreadable = |e: std::io::Error| bad(format!("{file} cannot be read: {e}."));
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        text
    } else {
        std::fs::read_to_string(&file).map_err(unreadable)?
    };
    let definition = serde_json::from_str(&text).map_err(|e| {
        bad(format!("{file} holds no rule: {e}."))
            .hint("foxbridge rules show RULE --json prints one to begin with.")
    })?;
    Ok((definition, "A rule".to_owned()))
}

async fn switch(terminal: &Terminal, rule: String, state: RuleState) -> Result<(), AppError> {
    let rule: RuleRow = terminal
        .call("rules.switch", SwitchRule { rule, state })
        .await?;
    terminal.answer(&rule, |rule| {
        say!("{} is {}.", rule.name, word(rule.state));
        say!("{}", rule.sentence);
    })
}

fn word(state: RuleState) -> &'static str {
    match state {
        RuleState::Off => "off",
        RuleState::Test => "in test mode",
        RuleState::On => "on",
        RuleState::Stopped => "stopped",
    }
}

fn show_list(list: &[RuleRow]) {
    if list.is_empty() {
        say!("No rules yet. Begin with a recipe: foxbridge rules recipes");
        return;
    }
    let rows: Vec<_> = list
        .iter()
        .map(|rule| {
            [
                rule.id.clone(),
                word(rule.state).to_owned(),
                rule.days.iter().sum::<u32>().to_string(),
                rule.needs_you.to_string(),
                rule.last_fired
                    .clone()
                    .unwrap_or_else(|| "never".to_owned()),
                rule.name.clone(),
            ]
        })
        .collect();
    table(
        ["ID", "STATE", "14 DAYS", "NEEDS YOU", "LAST FIRED", "NAME"],
        &rows,
    );
}

fn show(rule: &RuleDetail) {
    say!("{} is {}.", strong(&rule.row.name), word(rule.row.state));
    if let Some(why) = &rule.row.why {
        say!("{why}");
    }
    say!("{}", rule.row.sentence);
    match serde_json::to_string_pretty(&rule.definition) {
        Ok(text) => say!("{}", quiet(&text)),
        Err(e) => eprintln!("{}", internal(e)),
    }
}

fn show_action(action: &RuleAction) {
    let done = if action.done { "done" } else { "    " };
    say!("    {done}  {}", action.title);
    for (name, value) in &action.params {
        say!("          {name}: {value}");
    }
    if !action.body.is_null() {
        say!("          {}", quiet(&action.body.to_string()));
    }
    if let Some(note) = &action.note {
        say!("          {note}");
    }
    if let Some(why) = action.undo.as_ref().and_then(|undo| undo.never.as_ref()) {
        println!(
            "          {}",
            quiet(&format!("Cannot be taken back: {why}"))
        );
    }
}

fn show_trials(trials: &RuleTrials) {
    for problem in &trials.problems {
        say!(
            "{} {} {}",
            strong("To put right:"),
            problem.at,
            problem.what
        );
    }
    if trials.trials.is_empty() {
        say!("Nothing of the kind has happened yet. It is looked for from now on.");
    }
    for trial in &trials.trials {
        let verdict = match &trial.why {
            Some(why) => format!("nothing: {why}"),
            None => "would have done:".to_owned(),
        };
        say!(
            "{} {} {}",
            quiet(&trial.at),
            strong(&format!("{}, {}", trial.person, trial.what)),
            verdict
        );
        trial.actions.iter().for_each(show_action);
    }
}

fn show_firing(firing: &Firing) {
    let state = serde_json::to_value(firing.state).unwrap_or_default();
    say!(
        "{:>5}  {} {}  {}",
        firing.firing,
        quiet(&firing.at),
        strong(&firing.name),
        state.as_str().unwrap_or_default()
    );
    say!("       {}, {}", firing.person, firing.what);
    firing.actions.iter().for_each(show_action);
    if let Some(asks) = &firing.asks {
        say!("       It asks:");
        show_action(asks);
        say!("       foxbridge rules answer {} approve", firing.firing);
    }
}
