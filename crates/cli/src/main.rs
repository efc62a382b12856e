//! `foxbridge`: the commands of the application in a terminal.
//!
//! With `--json` the answer is one JSON document on standard output, for programs; without it the
//! same is printed for people. Errors go to standard error. Exit code 0 when it worked, 1 when it
//! did not, 2 when it was called wrongly.

#[macro_use]
mod style;

mod accounts;
mod args;
mod call;
mod catalog;
mod decide;
mod hooks;
mod items;
mod keep;
mod mapping;
mod ops;
mod progress;
mod report;
mod rules;
mod sandbox;
mod show;
mod undo;
mod worker;

use std::io::Read as _;
use std::process::ExitCode;

use clap::Parser as _;
use foxbridge_app::{App, Options, RunHandle};
use foxbridge_contract::{
    AppError, CreateSync, Decision, DecisionCounts, ErrorCode, NeedsYou, Nothing, RunState,
    RunSummary, Secret, SetItems, StartRun, Sync, SyncId, Template,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use args::{Args, Command, Ops, SyncCommand};
use call::Words;

fn main() -> ExitCode {
    let mut args = Args::parse();
    if let Err(error) = take_globals(&mut args) {
        style::error(&error, args.json);
        return WRONGLY_CALLED.into();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("error: the program could not start its threads: {e}");
            return ExitCode::FAILURE;
        }
    };
    let json = args.json;
    let by_hand = matches!(
        args.command,
        Command::Ops(_) | Command::Triggers(_) | Command::Permissions(_)
    );
    match runtime.block_on(run(args)) {
        Ok(()) if style::was_heard() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => {
            style::error(&error, json);
            match error.code {
                ErrorCode::BadRequest if by_hand => WRONGLY_CALLED.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Exit code for words that make no call; clap uses the same.
const WRONGLY_CALLED: u8 = 2;

/// Among the words after `ops call ID` may be some for the program as a whole.
fn take_globals(args: &mut Args) -> Result<(), AppError> {
    if let Command::Ops(Ops::Call { words, .. }) = &args.command {
        Words::parse(words)?.global(args);
    }
    Ok(())
}

/// The application, and how to answer.
struct Terminal {
    app: App,
    json: bool,
}

impl Terminal {
    fn open(args: &Args) -> Result<Self, AppError> {
        let data_dir = args
            .data_dir
            .clone()
            .or_else(foxbridge_app::default_data_dir);
        let data_dir = data_dir.ok_or_else(|| {
            AppError::new(
                ErrorCode::Store,
                "This system names no folder for application data.",
            )
            .hint("Name one with --data-dir.")
        })?;
        // A log that cannot be written is no reason not to work.
        let _log = foxbridge_app::logging::start(&data_dir);
        let options = Options {
            data_dir,
            vault_key_file: args.vault_key_file.clone(),
        };
        Ok(Self {
            app: App::open(options)?,
            json: args.json,
        })
    }

    async fn call<T: DeserializeOwned>(
        &self,
        command: &str,
        request: impl Serialize,
    ) -> Result<T, AppError> {
        let request = serde_json::to_value(request).map_err(internal)?;
        let answer = self.app.call(command, request).await?;
        serde_json::from_value(answer).map_err(internal)
    }

    /// Prints an answer: as it is for programs, or as `people` has it.
    fn answer<T: Serialize>(&self, value: &T, people: impl FnOnce(&T)) -> Result<(), AppError> {
        if self.json {
            say!("{}", serde_json::to_string(value).map_err(internal)?);
        } else {
            people(value);
        }
        Ok(())
    }
}

fn internal(e: impl std::fmt::Display) -> AppError {
    AppError::new(ErrorCode::Internal, format!("A fault in Foxbridge: {e}."))
}

/// A secret from standard input: its first line, so that `echo` and a password manager both work.
fn secret_from_stdin(what: &str) -> Result<Secret, AppError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("{what} could not be read: {e}."),
        )
    })?;
    Ok(text.lines().next().unwrap_or_default().trim().into())
}

async fn run(args: Args) -> Result<(), AppError> {
    if let Command::Sandbox(command) = &args.command {
        return sandbox::serve(command).await;
    }
    let terminal = Terminal::open(&args)?;
    let asks = matches!(
        args.command,
        Command::Connect(_)
            | Command::Connections(_)
            | Command::Vault(_)
            | Command::Sync(_)
            | Command::Ops(_)
            | Command::Backup(_)
    );
    accounts::unlock(&terminal, args.vault_passphrase_file.as_deref(), asks).await?;
    let done = command(&terminal, args.command).await;
    terminal.app.shutdown().await;
    done
}

async fn command(terminal: &Terminal, command: Command) -> Result<(), AppError> {
    match command {
        // Served without an application, before one is opened.
        Command::Sandbox(_) => Ok(()),
        Command::Connect(connect) => accounts::connect(terminal, connect).await,
        Command::Connections(command) => accounts::connections(terminal, command).await,
        Command::Vault(command) => accounts::vault(terminal, command).await,
        Command::Sync(command) => sync(terminal, command).await,
        Command::Mapping(command) => Box::pin(mapping::mapping(terminal, command)).await,
        Command::Log(args) => keep::log(terminal, args).await,
        Command::Retention(args) => keep::retention(terminal, args).await,
        Command::Backup(command) => keep::backup(terminal, command).await,
        Command::Diagnostics { file } => keep::diagnostics(terminal, &file).await,
        Command::Serve {
            monitor_host,
            monitor_port,
        } => worker::serve(terminal, monitor_host, monitor_port).await,
        Command::NeedsYou => decide::inbox(terminal).await,
        Command::Status => worker::status(terminal).await,
        Command::Pause { length } => worker::pause(terminal, length).await,
        Command::Resume => worker::resume(terminal).await,
        Command::QuietHours { hours } => worker::quiet_hours(terminal, &hours).await,
        Command::Ops(command) => ops::ops(terminal, command).await,
        Command::Hooks(command) => hooks::hooks(terminal, command).await,
        Command::Rules(command) => rules::rules(terminal, command).await,
        Command::Triggers(command) => ops::triggers(terminal, command).await,
        Command::Permissions(command) => ops::permissions(terminal, command).await,
    }
}

async fn sync(terminal: &Terminal, command: SyncCommand) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Created {
        sync: String,
    }
    match command {
        SyncCommand::Create {
            highlevel,
            aimfox,
            template,
            name,
            tags,
            filter,
            items,
        } => {
            let items = items.for_template(terminal, template.as_deref()).await?;
            let request = CreateSync {
                highlevel,
                aimfox,
                template,
                name,
                tag_writes: None,
                tags,
                items,
                filter,
            };
            let sync: Sync = terminal.call("syncs.create", request).await?;
            terminal.answer(
                &Created {
                    sync: sync.id.clone(),
                },
                |_| {
                    say!("Made {} ({}).", sync.id, sync.name);
                    say!("See what it would do: foxbridge sync rehearse {}", sync.id);
                },
            )
        }
        SyncCommand::Items { sync, items } => {
            let before: Sync = terminal
                .call("syncs.get", SyncId { sync: sync.clone() })
                .await?;
            let request = SetItems {
                sync,
                items: items.over(before.items),
            };
            let after: Sync = terminal.call("syncs.set_items", request).await?;
            terminal.answer(&after.items, show::items)
        }
        SyncCommand::Templates => {
            let list: Vec<Template> = terminal.call("templates.list", Nothing {}).await?;
            terminal.answer(&list, |list| show::templates(list))
        }
        SyncCommand::List => {
            let list: Vec<Sync> = terminal.call("syncs.list", Nothing {}).await?;
            terminal.answer(&list, |list| show::syncs(list))
        }
        SyncCommand::NeedsYou { sync } => {
            let list: Vec<NeedsYou> = terminal.call("syncs.needs_you", SyncId { sync }).await?;
            terminal.answer(&list, |list| show::needs_you(list))
        }
        SyncCommand::Schedule(args) => worker::schedule(terminal, args).await,
        SyncCommand::Rehearse {
            sync,
            only,
            object,
            full,
        } => {
            let request = StartRun {
                sync,
                rehearsal: true,
                only,
                objects: object.into_iter().map(Into::into).collect(),
                full,
                ..StartRun::default()
            };
            let summary = run_to_end(terminal, request).await?;
            let report = report::rehearsal(terminal, summary).await?;
            terminal.answer(&report, show::rehearsal)
        }
        SyncCommand::Conflicts { sync } => decide::conflicts(terminal, sync).await,
        SyncCommand::Resolve {
            sync,
            question,
            answer,
            alike,
        } => decide::resolve(terminal, sync, question, answer, alike).await,
        SyncCommand::History {
            sync,
            person,
            restore,
            rehearse,
        } => decide::history(terminal, sync, person, restore, rehearse).await,
        SyncCommand::Filter {
            sync,
            filter,
            count,
        } => decide::filter(terminal, sync, filter, count).await,
        SyncCommand::Guards {
            sync,
            set,
            deletes,
            compare_hours,
        } => decide::guards(terminal, sync, set, deletes, compare_hours).await,
        SyncCommand::Undo {
            run,
            change,
            rehearse,
            delete,
        } => undo::undo(terminal, &run, change, rehearse, delete).await,
        SyncCommand::Approve {
            run,
            kind,
            search,
            seq,
            skip,
        } => {
            let kind = kind.map(serde_json::Value::from);
            let request = serde_json::json!({
                "run": run,
                "decision": if skip { Decision::Skipped } else { Decision::Approved },
                "kind": kind,
                "search": search,
                "seqs": (!seq.is_empty()).then_some(seq),
            });
            let counts: DecisionCounts = terminal.call("runs.decide", request).await?;
            terminal.answer(&counts, |counts| {
                say!(
                    "{} of {} changes approved, {} skipped. Nothing was changed.",
                    counts.approved,
                    counts.of,
                    counts.skipped
                );
            })
        }
        SyncCommand::Run {
            sync,
            approve,
            only,
            object,
            full,
            approved,
        } => {
            let request = StartRun {
                sync,
                approve: approve.as_deref() == Some(""),
                plan: approve.filter(|plan| !plan.is_empty()),
                only,
                objects: object.into_iter().map(Into::into).collect(),
                full,
                approved,
                ..StartRun::default()
            };
            let summary = run_to_end(terminal, request).await?;
            let report = report::run(terminal, summary).await?;
            terminal.answer(&report, show::run)
        }
    }
}

/// Runs a sync in the foreground, with a progress bar on a terminal; Ctrl-C cancels it after its
/// current writes.
async fn run_to_end(terminal: &Terminal, request: StartRun) -> Result<RunSummary, AppError> {
    let handle = foxbridge_app::start_run(&terminal.app, request).await?;
    to_end(terminal, handle).await
}

/// Follows a run to its end.
async fn to_end(terminal: &Terminal, handle: RunHandle) -> Result<RunSummary, AppError> {
    let events = terminal.app.subscribe();
    let bar = progress::Bar::follow(events, terminal.json);
    let summary = handle
        .finished_or_cancelled(tokio::signal::ctrl_c())
        .await?;
    bar.end();
    match (&summary.state, summary.error.clone()) {
        (RunState::Done, _) | (_, None) => Ok(summary),
        (_, Some(error)) => Err(error),
    }
}
