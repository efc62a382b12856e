//! `GET /events`: the contract's events as server-sent events, one JSON object each.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event as SseEvent, KeepAlive};
use foxbridge_contract::Event;
use futures::{Stream, StreamExt as _};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use crate::Backend;

/// What the stream needs: the application, and word of the server's end.
#[derive(Debug, Clone)]
pub(crate) struct Feed<B> {
    pub(crate) backend: B,
    pub(crate) ended: watch::Receiver<bool>,
}

/// Streams what happens from now on. Once the answer's head has arrived, nothing is missed.
pub(crate) async fn stream<B: Backend>(
    State(feed): State<Feed<B>>,
) -> Sse<impl Stream<Item = Result<SseEvent, Infallible>>> {
    let mut ended = feed.ended;
    let end = async move {
        // An error means that the server is gone altogether.
        let _gone = ended.wait_for(|ended| *ended).await;
    };
    let events = futures::stream::unfold(feed.backend.subscribe(), next)
        .filter_map(async |event| SseEvent::default().json_data(event).ok().map(Ok))
        .take_until(Box::pin(end));
    Sse::new(events.boxed()).keep_alive(KeepAlive::default())
}

/// The next event. A listener that was too slow to keep up does not know what it missed: it is told
/// to read everything again.
async fn next(mut from: Receiver<Event>) -> Option<(Event, Receiver<Event>)> {
    match from.recv().await {
        Ok(event) => Some((event, from)),
        Err(RecvError::Lagged(missed)) => {
            tracing::warn!(missed, "a listener was too slow");
            let commands = all_commands().iter().map(|c| (*c).to_owned()).collect();
            Some((Event::Changed { commands }, from))
        }
        Err(RecvError::Closed) => None,
    }
}

/// The names of all commands.
fn all_commands() -> &'static [&'static str] {
    macro_rules! names {
        ($($handler:ident $name:literal : $request:ty => $response:ty),* $(,)?) => { &[$($name),*] };
    }
    foxbridge_contract::commands!(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use tokio::sync::broadcast;

    #[tokio::test]
    async fn a_listener_that_fell_behind_is_told_to_read_everything_again() {
        let (send, receive) = broadcast::channel(2);
        for run in ["1", "2", "3", "4"] {
            send.send(Event::RunFinished {
                run: run.into(),
                sync: "s".into(),
            })
            .unwrap();
        }
        let (first, receive) = next(receive).await.unwrap();
        let Event::Changed { commands } = first else {
            panic!("it hid the loss: {first:?}")
        };
        assert!(commands.iter().any(|c| c == "runs.list"), "{commands:?}");
        assert_eq!(commands, all_commands(), "nobody knows what was missed");
        let (then, _) = next(receive).await.unwrap();
        assert_eq!(
            then,
            Event::RunFinished {
                run: "3".into(),
                sync: "s".into()
            },
            "and goes on"
        );
    }
}
