//! Webhooks in a terminal.

use foxbridge_contract::{
    AppError, ConnectionId, DeliveriesQuery, Delivery, DeliveryId, HookTested, Hooks, Nothing,
    RegisterHook, SetHooks, TurnHook,
};

use crate::Terminal;
use crate::args::HooksCommand;
use crate::show::service;
use crate::style::{quiet, strong, table};

pub(crate) async fn hooks(terminal: &Terminal, command: HooksCommand) -> Result<(), AppError> {
    let all: Hooks = match command {
        HooksCommand::List => terminal.call("hooks.list", Nothing {}).await?,
        HooksCommand::Set { port, public_url } => {
            let now: Hooks = terminal.call("hooks.list", Nothing {}).await?;
            let public_url = match public_url.as_deref() {
                Some("none") => None,
                Some(url) => Some(url.to_owned()),
                None => now.public_url,
            };
            let request = SetHooks {
                port: port.unwrap_or(now.port),
                public_url,
            };
            terminal.call("hooks.set", request).await?
        }
        HooksCommand::On { connection, key } => {
            let request = TurnHook {
                connection,
                on: true,
                key,
            };
            terminal.call("hooks.turn", request).await?
        }
        HooksCommand::Off { connection } => {
            let request = TurnHook {
                connection,
                on: false,
                key: None,
            };
            terminal.call("hooks.turn", request).await?
        }
        HooksCommand::Register { connection, events } => {
            let request = RegisterHook { connection, events };
            terminal.call("hooks.register", request).await?
        }
        HooksCommand::Unregister { connection } => {
            let request = RegisterHook {
                connection,
                events: Vec::new(),
            };
            terminal.call("hooks.register", request).await?
        }
        HooksCommand::Test { connection } => {
            let tested: HookTested = terminal
                .call("hooks.test", ConnectionId { connection })
                .await?;
            return terminal.answer(&tested, |tested| match &tested.error {
                None => say!(
                    "It arrived, {} ms later, by {}.",
                    tested.took_ms,
                    tested.url
                ),
                Some(error) => say!("It did not arrive. {error}"),
            });
        }
        HooksCommand::Log { connection, limit } => {
            let list: Vec<Delivery> = terminal
                .call("hooks.deliveries", DeliveriesQuery { connection, limit })
                .await?;
            return terminal.answer(&list, |list| show_deliveries(list));
        }
        HooksCommand::Replay { delivery } => {
            let delivery: Delivery = terminal
                .call("hooks.replay", DeliveryId { delivery })
                .await?;
            return terminal.answer(&delivery, |_| say!("It is worked on again."));
        }
    };
    terminal.answer(&all, show)
}

fn show(hooks: &Hooks) {
    match (&hooks.listening, &hooks.error) {
        (Some(address), _) => say!("Listening at {address}."),
        (None, Some(error)) => say!("{error}"),
        (None, None) => say!(
            "This program does not listen; an open Foxbridge or `foxbridge serve` does, on port {}.",
            hooks.port
        ),
    }
    match &hooks.public_url {
        Some(url) => say!("Services call {url}."),
        None => say!("No public address yet: foxbridge hooks set --public-url https://…"),
    }
    let rows: Vec<_> = hooks
        .endpoints
        .iter()
        .map(|e| {
            [
                e.connection.clone(),
                service(e.service).to_owned(),
                if e.on { "on" } else { "off" }.to_owned(),
                e.taken.to_string(),
                e.waiting.to_string(),
                e.repeated.to_string(),
                e.refused.to_string(),
                e.url.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(
        [
            "CONNECTION",
            "SERVICE",
            "STATE",
            "TAKEN",
            "WAITING",
            "REPEATED",
            "REFUSED",
            "ADDRESS",
        ],
        &rows,
    );
}

fn show_deliveries(list: &[Delivery]) {
    for delivery in list {
        let state = serde_json::to_value(delivery.state).unwrap_or_default();
        say!(
            "{:>6}  {}  {} {}{}",
            delivery.delivery,
            quiet(&delivery.at),
            strong(state.as_str().unwrap_or_default()),
            delivery.event,
            match delivery.repeats {
                0 => String::new(),
                n => format!(" (came {n} more times)"),
            }
        );
        if let Some(why) = &delivery.why {
            say!("        {why}");
        }
    }
}
