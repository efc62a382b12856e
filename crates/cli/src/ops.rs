//! `ops`, `triggers` and `permissions`: the catalog, and calling one operation by hand.

use std::io::{IsTerminal as _, Read as _, Write as _};

use foxbridge_contract::{
    AppError, CalledOperation, CatalogId, Connection, ConnectionId, EffectName, ErrorCode, Nothing,
    OperationCall, OperationDetail, OperationRow, PermissionRow, Permissions, PreparedCall,
    ServiceName, SetPermission, SwitchName, TriggerDetail, TriggerRow,
};

use crate::args::{Ops, PermissionSwitch, PermissionsCommand, Triggers};
use crate::call::{Words, wrong};
use crate::{Terminal, catalog, show};

pub(crate) async fn ops(terminal: &Terminal, command: Ops) -> Result<(), AppError> {
    match command {
        Ops::List => {
            let rows: Vec<OperationRow> = terminal.call("operations.list", Nothing {}).await?;
            terminal.answer(&rows, |rows| show::operations(rows))
        }
        Ops::Search { words } => {
            let mut rows: Vec<OperationRow> = terminal.call("operations.list", Nothing {}).await?;
            rows.retain(|row| matches(row, &words));
            terminal.answer(&rows, |rows| match rows.is_empty() {
                true => say!("No operation has all of these words."),
                false => show::operations(rows),
            })
        }
        Ops::Show { id, version } => {
            let row = detail(terminal, id, version.as_deref()).await?;
            terminal.answer(&row, catalog::operation)
        }
        Ops::Call { id, words } => call(terminal, id, Words::parse(&words)?).await,
    }
}

/// An operation in full, in the version that somebody chose.
async fn detail(
    terminal: &Terminal,
    id: String,
    version: Option<&str>,
) -> Result<OperationDetail, AppError> {
    let row: OperationDetail = terminal.call("operations.get", CatalogId { id }).await?;
    let Some(version) = version else {
        return Ok(row);
    };
    let known = row.versions.join(", ");
    let title = row.row.title.clone();
    row.in_version(version).ok_or_else(|| {
        wrong(format!("\"{title}\" is not in version {version}."))
            .hint(format!("Its versions: {}.", none_if_empty(&known)))
    })
}

fn none_if_empty(list: &str) -> &str {
    if list.is_empty() { "none" } else { list }
}

/// Every word must be found somewhere in the row.
fn matches(row: &OperationRow, words: &[String]) -> bool {
    let mut text = [
        row.id.as_str(),
        &row.title,
        &row.help,
        &row.method,
        &row.path,
        &row.resource,
    ]
    .join(" ");
    text.push(' ');
    text.push_str(&row.scopes.join(" "));
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}

/// The connection somebody named, or the only one of the service.
async fn connection(
    terminal: &Terminal,
    named: Option<String>,
    service: ServiceName,
) -> Result<String, AppError> {
    if let Some(named) = named {
        return Ok(named);
    }
    let all: Vec<Connection> = terminal.call("connections.list", Nothing {}).await?;
    let of_service: Vec<&Connection> = all.iter().filter(|c| c.service == service).collect();
    let name = show::service(service);
    match of_service.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(wrong(format!("There is no connection to {name}."))
            .hint("Make one: foxbridge connect --help")),
        several => {
            let ids: Vec<&str> = several.iter().map(|c| c.id.as_str()).collect();
            Err(wrong(format!(
                "There are {} connections to {name}: {}.",
                ids.len(),
                ids.join(", ")
            ))
            .hint("Name one with --connection."))
        }
    }
}

/// What `--body` names.
fn given_body(source: Option<&str>) -> Result<Option<String>, AppError> {
    let text = match source {
        None => return Ok(None),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        Some(file) => std::fs::read_to_string(file),
    };
    text.map(Some).map_err(|e| {
        let source = source.unwrap_or_default();
        wrong(format!("The body in {source} could not be read: {e}."))
    })
}

async fn call(terminal: &Terminal, id: String, words: Words) -> Result<(), AppError> {
    let operation = detail(terminal, id.clone(), words.version.as_deref()).await?;
    let connection = connection(terminal, words.connection.clone(), operation.row.service).await?;
    let body = given_body(words.body.as_deref())?;
    let mut request = OperationCall {
        connection,
        operation: id,
        version: words.version.clone(),
        body: words.body(body.as_deref(), &operation)?,
        params: words.params,
        confirm: words.yes,
    };
    if words.dry_run || !words.yes {
        let prepared: PreparedCall = terminal.call("operations.prepare", &request).await?;
        if words.dry_run {
            terminal.answer(&prepared, catalog::prepared)?;
            return match prepared.problems.is_empty() {
                true => Ok(()),
                false => Err(wrong(format!(
                    "\"{}\" could not be sent: {}.",
                    operation.row.title,
                    catalog::problems(&prepared)
                ))),
            };
        }
        let open = prepared.problems.is_empty() && prepared.switch != SwitchName::Blocked;
        if open && prepared.needs_confirm && words.body.as_deref() != Some("-") {
            request.confirm = asked(terminal, &operation.row, &prepared)?;
        }
    }
    let called: CalledOperation = terminal.call("operations.call", &request).await?;
    terminal.answer(&called, catalog::called)?;
    match called.refused {
        None => Ok(()),
        Some(why) => Err(AppError::new(ErrorCode::ServiceFailed, why)
            .hint("Nothing was changed. The service's whole answer is above.")),
    }
}

/// Asks on a terminal. Where there is none, nobody said yes.
fn asked(
    terminal: &Terminal,
    row: &OperationRow,
    prepared: &PreparedCall,
) -> Result<bool, AppError> {
    if terminal.json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(false);
    }
    let what = match row.effect {
        EffectName::Outreach => "This contacts real people.",
        EffectName::Destructive => "This cannot be undone.",
        _ => "This operation asks first.",
    };
    eprintln!("{} {}", prepared.method, prepared.url);
    eprint!("{what} {}? [y/N] ", row.title);
    let broken = |e: std::io::Error| wrong(format!("Your answer could not be read: {e}."));
    std::io::stderr().flush().map_err(broken)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(broken)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

pub(crate) async fn triggers(terminal: &Terminal, command: Triggers) -> Result<(), AppError> {
    match command {
        Triggers::List => {
            let rows: Vec<TriggerRow> = terminal.call("triggers.list", Nothing {}).await?;
            terminal.answer(&rows, |rows| catalog::triggers(rows))
        }
        Triggers::Show { id } => {
            let row: TriggerDetail = terminal.call("triggers.get", CatalogId { id }).await?;
            terminal.answer(&row, catalog::trigger)
        }
    }
}

pub(crate) async fn permissions(
    terminal: &Terminal,
    command: PermissionsCommand,
) -> Result<(), AppError> {
    match command {
        PermissionsCommand::List { connection } => {
            let request = ConnectionId { connection };
            let all: Permissions = terminal.call("permissions.list", request).await?;
            terminal.answer(&all, catalog::permissions)
        }
        PermissionsCommand::Set {
            connection,
            operation,
            switch,
        } => {
            let request = SetPermission {
                connection,
                operation,
                switch: match switch {
                    PermissionSwitch::Allowed => Some(SwitchName::Allowed),
                    PermissionSwitch::Ask => Some(SwitchName::Ask),
                    PermissionSwitch::Blocked => Some(SwitchName::Blocked),
                    PermissionSwitch::Default => None,
                },
            };
            let row: PermissionRow = terminal.call("permissions.set", request).await?;
            terminal.answer(&row, |row| {
                say!("{} is {} now.", row.operation, catalog::word(&row.switch));
            })
        }
    }
}
