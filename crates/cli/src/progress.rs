//! A progress bar on a terminal, and nothing elsewhere.

use std::io::IsTerminal as _;

use foxbridge_contract::{Event, Progress, ServiceName};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    follower: Option<JoinHandle<()>>,
}

impl Bar {
    pub(crate) fn follow(mut events: broadcast::Receiver<Event>, json: bool) -> Self {
        if json || !std::io::stderr().is_terminal() {
            return Self {
                bar: None,
                follower: None,
            };
        }
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        let drawn = bar.clone();
        let follower = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::Progress { progress }) => draw(&drawn, &progress),
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
        });
        Self {
            bar: Some(bar),
            follower: Some(follower),
        }
    }

    pub(crate) fn end(self) {
        if let Some(follower) = self.follower {
            follower.abort();
        }
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn draw(bar: &ProgressBar, progress: &Progress) {
    let template = if progress.total.is_some() {
        "{spinner} {msg} {wide_bar} {pos}/{len}"
    } else {
        "{spinner} {msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if let Some(total) = progress.total {
        bar.set_length(u64::from(total));
        bar.set_position(u64::from(progress.done));
    }
    let waiting = match progress.waiting_for {
        Some(ServiceName::Highlevel) => ", waiting for HighLevel's rate limit",
        Some(ServiceName::Aimfox) => ", waiting for Aimfox's rate limit",
        None => "",
    };
    bar.set_message(format!("{}{waiting}", progress.doing));
}
