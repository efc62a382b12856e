//! The stream of events.

use crate::support::Running;
use foxbridge_contract::Event;
use reqwest::Response;

/// Reads the stream up to the next event.
async fn next_event(stream: &mut Response, read: &mut String) -> Option<Event> {
    loop {
        if let Some((event, rest)) = read.split_once("\n\n") {
            let data = event
                .lines()
                .find_map(|line| line.strip_prefix("data:"))
                .map(str::to_owned);
            *read = rest.to_owned();
            match data {
                Some(data) => return Some(serde_json::from_str(data.trim()).unwrap()),
                None => continue, // a comment that keeps the connection open
            }
        }
        let chunk = stream.chunk().await.unwrap()?;
        read.push_str(std::str::from_utf8(&chunk).unwrap());
    }
}

#[tokio::test]
async fn events_arrive_in_order_at_every_listener() {
    let s = Running::start(None).await;
    let token = s.server.token().reveal();
    let open = || s.client.get(s.at(&format!("/events?token={token}"))).send();
    let (mut one, mut two) = (open().await.unwrap(), open().await.unwrap());
    assert_eq!(one.headers()["content-type"], "text/event-stream");
    let sent = [
        Event::RunFinished {
            run: "1".into(),
            sync: "line one\nline two".into(),
        },
        Event::Changed {
            commands: vec!["syncs.list".into()],
        },
    ];
    for event in &sent {
        s.backend.events.send(event.clone()).unwrap();
    }
    for stream in [&mut one, &mut two] {
        let mut read = String::new();
        for event in &sent {
            assert_eq!(next_event(stream, &mut read).await.as_ref(), Some(event));
        }
    }
}

#[tokio::test]
async fn stopping_ends_the_streams() {
    let s = Running::start(None).await;
    let token = s.server.token().reveal();
    let mut stream = s
        .client
        .get(s.at(&format!("/events?token={token}")))
        .send()
        .await
        .unwrap();
    let Running {
        server, backend, ..
    } = s;
    backend
        .events
        .send(Event::Changed { commands: vec![] })
        .unwrap();
    let mut read = String::new();
    assert!(next_event(&mut stream, &mut read).await.is_some());
    server.stop().await.unwrap();
    assert_eq!(
        next_event(&mut stream, &mut read).await,
        None,
        "the stream ends, it is not cut"
    );
}
