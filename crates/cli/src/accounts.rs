//! `connect`, `connections` and `vault`: accounts, their keys, and where those are kept.

use std::io::{IsTerminal as _, Write as _};

use foxbridge_contract::{
    AccessName, AppError, CheckConnection, CheckState, ChooseLocation, ChooseVault, ConnectAimfox,
    ConnectHighLevel, Connection, ConnectionCheck, ConnectionId, ErrorCode, Nothing,
    RemindConnection, Removed, RenameConnection, ReplaceKey, ScopeAdvice, ScopesQuery, Secret,
    SignInId, SignInKind, SignInOutcome, SignInStart, SignInStarted, UnlockVault, VaultKind,
    VaultStatus,
};
use serde::Serialize;

use crate::args::{Browser, Connect, Connections, Vault};
use crate::style::{quiet, strong};
use crate::{Terminal, secret_from_stdin, show};

#[derive(Serialize)]
struct Connected {
    connection: String,
}

pub(crate) async fn connect(terminal: &Terminal, connect: Connect) -> Result<(), AppError> {
    let connection: Connection = match connect {
        Connect::Highlevel { base_url, by } if by.oauth => {
            let browser = by.browser;
            let request = SignInStart {
                client_id: browser.client_id.clone().unwrap_or_default(),
                client_secret: Some(secret_from_stdin("The client secret")?),
                access: access(browser.read_only),
                connection: None,
                port: browser.port,
                base_url,
                authorize_url: browser.authorize_url.clone(),
                agency: browser.agency,
            };
            sign_in(terminal, request, &browser, by.location).await?
        }
        Connect::Highlevel { base_url, by } => {
            let request = ConnectHighLevel {
                base_url,
                location_id: by.location.unwrap_or_default(),
                token: secret_from_stdin("The token")?,
            };
            terminal
                .call("connections.connect_highlevel", request)
                .await?
        }
        Connect::Aimfox {
            base_url,
            key_stdin: _,
            requests_per_minute,
        } => {
            let request = ConnectAimfox {
                base_url,
                api_key: secret_from_stdin("The key")?,
                requests_per_minute,
            };
            terminal.call("connections.connect_aimfox", request).await?
        }
    };
    let connected = Connected {
        connection: connection.id.clone(),
    };
    terminal.answer(&connected, |_| {
        say!("Connected {} ({}).", connection.id, connection.name);
        if let Some(check) = &connection.check {
            steps(check);
        }
    })
}

fn access(read_only: bool) -> AccessName {
    if read_only {
        AccessName::Read
    } else {
        AccessName::Write
    }
}

/// Opens the browser, or says what to open, and waits for it to come back.
async fn sign_in(
    terminal: &Terminal,
    request: SignInStart,
    browser: &Browser,
    location: Option<String>,
) -> Result<Connection, AppError> {
    let started: SignInStarted = terminal.call("connections.sign_in_start", request).await?;
    // To standard error: standard output is for the answer.
    eprintln!("Redirect URL of the app: {}", started.redirect_url);
    eprintln!("Sign in here:\n{}", started.url);
    // An address holds nothing secret: the state proves the answer and is of use to nobody else.
    if !browser.no_browser && !terminal.json && open::that_detached(&started.url).is_err() {
        eprintln!("No browser could be opened: open the address yourself.");
    }
    let id = SignInId {
        sign_in: started.sign_in.clone(),
    };
    let outcome: SignInOutcome = tokio::select! {
        outcome = terminal.call("connections.sign_in_wait", &id) => outcome?,
        _ = tokio::signal::ctrl_c() => {
            let _gone: Nothing = terminal.call("connections.sign_in_cancel", &id).await?;
            return Err(AppError::new(ErrorCode::Cancelled, "The sign-in was cancelled."));
        }
    };
    if let Some(connection) = outcome.connection {
        return Ok(connection);
    }
    let location = match location {
        Some(location) => location,
        None => ask_location(&outcome)?,
    };
    let request = ChooseLocation {
        sign_in: started.sign_in,
        location,
    };
    terminal.call("connections.sign_in_choose", request).await
}

fn ask_location(outcome: &SignInOutcome) -> Result<String, AppError> {
    eprintln!("The app is installed for an agency. Its locations:");
    for location in &outcome.locations {
        eprintln!("  {}  {}", location.id, location.name);
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            AppError::new(ErrorCode::BadRequest, "No location was chosen.")
                .hint("Name one with --location."),
        );
    }
    eprint!("Id of the location: ");
    let mut line = String::new();
    let read = std::io::stderr()
        .flush()
        .and_then(|()| std::io::stdin().read_line(&mut line));
    read.map_err(|e| AppError::new(ErrorCode::BadRequest, format!("Nothing was read: {e}.")))?;
    Ok(line.trim().to_owned())
}

pub(crate) async fn connections(terminal: &Terminal, command: Connections) -> Result<(), AppError> {
    match command {
        Connections::List => {
            let list: Vec<Connection> = terminal.call("connections.list", Nothing {}).await?;
            terminal.answer(&list, |list| {
                show::connections(list);
                list.iter().for_each(remarks);
            })
        }
        Connections::Check { connection } => {
            let request = CheckConnection { connection };
            let check: ConnectionCheck = terminal.call("connections.check", request).await?;
            terminal.answer(&check, steps)?;
            if check.state == CheckState::Failed {
                return Err(AppError::new(
                    ErrorCode::ServiceFailed,
                    "The connection does not work as it should.",
                ));
            }
            Ok(())
        }
        Connections::Scopes {
            connection,
            read_only,
        } => {
            let request = ScopesQuery {
                connection,
                access: access(read_only),
            };
            let advice: ScopeAdvice = terminal.call("connections.scopes", request).await?;
            terminal.answer(&advice, |advice| {
                for scope in &advice.scopes {
                    let why = scope.opens.join(", ");
                    say!("{}  {}", strong(&scope.scope), quiet(&why));
                }
            })
        }
        Connections::Rename { connection, name } => {
            let request = RenameConnection { connection, name };
            changed(terminal, "connections.rename", request, "Renamed").await
        }
        Connections::ReplaceKey {
            connection,
            key_stdin: _,
        } => {
            let secret = secret_from_stdin("The new key")?;
            let request = ReplaceKey { connection, secret };
            changed(
                terminal,
                "connections.replace_key",
                request,
                "Replaced the key of",
            )
            .await
        }
        Connections::GoBack { connection } => {
            let request = ConnectionId { connection };
            changed(
                terminal,
                "connections.go_back",
                request,
                "Back to the old key of",
            )
            .await
        }
        Connections::Remind { connection, days } => {
            let days = match days.as_str() {
                "never" => None,
                days => Some(days.parse().map_err(|_| {
                    AppError::new(ErrorCode::BadRequest, "Give a number of days, or never.")
                })?),
            };
            let request = RemindConnection { connection, days };
            changed(
                terminal,
                "connections.remind",
                request,
                "Set the reminder of",
            )
            .await
        }
        Connections::SignIn {
            connection,
            browser: by,
        } => {
            let list: Vec<Connection> = terminal.call("connections.list", Nothing {}).await?;
            let known = list.into_iter().find(|one| one.id == connection);
            let client_id = by.client_id.clone();
            let request = SignInStart {
                client_id: client_id
                    .or_else(|| known.and_then(|known| known.client_id))
                    .unwrap_or_default(),
                client_secret: match by.client_secret_stdin {
                    true => Some(secret_from_stdin("The client secret")?),
                    false => None,
                },
                access: access(by.read_only),
                connection: Some(connection),
                port: by.port,
                base_url: None,
                authorize_url: by.authorize_url.clone(),
                agency: by.agency,
            };
            let connection = sign_in(terminal, request, &by, None).await?;
            terminal.answer(&connection, |one| {
                say!("Signed in to {} again.", one.name);
            })
        }
        Connections::Remove { connection } => {
            let request = ConnectionId { connection };
            let gone: Removed = terminal.call("connections.remove", request).await?;
            terminal.answer(&gone, |gone| {
                for line in &gone.says {
                    say!("{line}");
                }
            })
        }
    }
}

async fn changed(
    terminal: &Terminal,
    command: &str,
    request: impl Serialize,
    done: &str,
) -> Result<(), AppError> {
    let connection: Connection = terminal.call(command, request).await?;
    terminal.answer(&connection, |one| {
        say!("{done} {} ({}).", one.name, one.id);
        remarks(one);
    })
}

/// What one should know of a connection.
fn remarks(one: &Connection) {
    if !one.scopes_missing.is_empty() {
        say!("{}: lacks {}", one.id, one.scopes_missing.join(", "));
    }
    if one.replace_due {
        say!("{}: the key is old; replace it", one.id);
    }
    if let Some(until) = &one.previous_until {
        say!("{}: the key before is kept until {until}", one.id);
    }
    let by = match one.sign_in {
        SignInKind::Key | SignInKind::Sample => "",
        SignInKind::Oauth => ", signed in with an app",
    };
    if one.writes_for.is_empty() {
        say!("{}: only reads{by}", one.id);
    }
}

fn steps(check: &ConnectionCheck) {
    for step in &check.steps {
        let sign = match step.state {
            CheckState::Good => "ok  ",
            CheckState::Warning => "look",
            CheckState::Failed => "FAIL",
            CheckState::Skipped => "-   ",
        };
        say!("{sign} {}: {}", strong(&step.title), step.says);
        if let Some(fix) = &step.fix {
            say!("     {}", quiet(fix));
        }
    }
}

pub(crate) async fn vault(terminal: &Terminal, command: Vault) -> Result<(), AppError> {
    let status: VaultStatus = match command {
        Vault::Status => terminal.call("vault.status", Nothing {}).await?,
        Vault::Use { kind } => {
            let (kind, passphrase, key_file) = match kind {
                crate::args::VaultWhich::Keyring => (VaultKind::Keyring, None, None),
                crate::args::VaultWhich::KeyFile { file } => {
                    let file = file.map(|file| file.display().to_string());
                    (VaultKind::KeyFile, None, file)
                }
                crate::args::VaultWhich::Passphrase => {
                    (VaultKind::Passphrase, Some(new_passphrase()?), None)
                }
            };
            let request = ChooseVault {
                kind,
                passphrase,
                key_file,
            };
            terminal.call("vault.choose", request).await?
        }
    };
    terminal.answer(&status, |status| {
        say!("Secrets are kept in {}.", status.name);
        if let Some(message) = &status.message {
            say!("{message}");
        }
        if let Some(hint) = &status.hint {
            say!("{}", quiet(hint));
        }
    })
}

/// Twice at a terminal, where a slip is not seen; once from a pipe.
pub(crate) fn new_passphrase() -> Result<Secret, AppError> {
    if !std::io::stdin().is_terminal() {
        return secret_from_stdin("The passphrase");
    }
    let (one, other) = (prompt("New passphrase: ")?, prompt("Once more: ")?);
    if one != other {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "The two passphrases differ.",
        ));
    }
    Ok(one)
}

pub(crate) fn prompt(text: &str) -> Result<Secret, AppError> {
    rpassword::prompt_password(text)
        .map(Secret::from)
        .map_err(|e| AppError::new(ErrorCode::BadRequest, format!("Nothing was read: {e}.")))
}

/// Opens a vault that has a passphrase: from the file that was named, or by asking at a terminal.
pub(crate) async fn unlock(
    terminal: &Terminal,
    file: Option<&std::path::Path>,
    asks: bool,
) -> Result<(), AppError> {
    if !terminal.app.needs_passphrase() {
        return Ok(());
    }
    let passphrase = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|e| {
                let file = file.display();
                AppError::new(ErrorCode::Vault, format!("{file} cannot be read: {e}."))
            })?;
            Secret::from(text.lines().next().unwrap_or_default())
        }
        None if asks && std::io::stdin().is_terminal() => prompt("Passphrase of the vault: ")?,
        None => return Ok(()),
    };
    let _status: VaultStatus = terminal
        .call("vault.unlock", UnlockVault { passphrase })
        .await?;
    Ok(())
}
