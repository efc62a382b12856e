//! What is shown before a call is what is sent.

use foxbridge_catalog::{Fill, Operation, all, get, in_version, read_rows};
use foxbridge_connectors::{Call, Content, Payload, Transport};
use foxbridge_model::Service;
use serde_json::{Value, json};

use crate::server::{self, Reply, Seen, Server, around, config};

/// Sends a call to a recorder. Gives what arrived, what was shown, and where the recorder is.
async fn sent(call: Call) -> (Seen, foxbridge_connectors::Preview, String) {
    let server = Server::answer(|_, _| Reply::Json(200, json!({}))).await;
    let config = config(call.operation().service, &server.base_url);
    let preview = call.preview(&server.base_url).await.unwrap();
    let transport = Transport::new(config, server::SECRET.into(), around().parts).unwrap();
    transport.call(call).await.unwrap();
    let seen = server.seen().remove(0);
    (seen, preview, server.base_url.clone())
}

fn filled(operation: &'static Operation) -> Call {
    let mut call = Call::new(operation);
    for param in operation.path_params() {
        let value = param.schema["enum"][0].as_str();
        call = call.path(&param.name, value.unwrap_or("a b/c"));
    }
    match operation.sample_body(Fill::Everything) {
        Some(body) => call.body(body),
        None => call,
    }
}

/// The boundary of parts is made anew each time.
fn without_boundary(kind: &str) -> &str {
    kind.split("; boundary=").next().unwrap_or(kind)
}

#[tokio::test]
async fn what_is_shown_is_what_is_sent() {
    let rows = [
        get("highlevel.contacts.get"),
        get("highlevel.contacts.tasks.create"),
        in_version("highlevel.contacts.campaigns.remove_all", "v3").unwrap(),
        get("highlevel.oauth.location_token"),
        get("aimfox.conversations.start_with_voice"),
        get("aimfox.leads.notes.create"),
    ];
    for row in rows {
        let (seen, preview, base) = sent(filled(row)).await;
        assert_eq!(preview.problems, [], "{}", row.id);
        assert_eq!(preview.method, seen.method, "{}", row.id);
        let arrived = match seen.query.as_str() {
            "" => format!("{base}{}", seen.path),
            query => format!("{base}{}?{query}", seen.path),
        };
        assert_eq!(preview.url, arrived, "{}", row.id);
        for (name, value) in &preview.headers {
            let shown = value.replace("$TOKEN", server::SECRET);
            let arrived = seen.headers[name.as_str()].to_str().unwrap();
            assert_eq!(
                without_boundary(&shown),
                without_boundary(arrived),
                "{}: {name}",
                row.id
            );
        }
        let by_http = ["host", "content-length", "accept-encoding"];
        let hidden = seen.headers.keys().find(|name| {
            let shown = |(known, _): &(String, String)| known.eq_ignore_ascii_case(name.as_str());
            !by_http.contains(&name.as_str()) && !preview.headers.iter().any(shown)
        });
        assert_eq!(hidden, None, "{}: a header was sent and not shown", row.id);
        let text = String::from_utf8_lossy(&seen.bytes).into_owned();
        match &preview.payload {
            None => assert_eq!(text, "", "{}", row.id),
            Some(Payload::Json(body)) => assert_eq!(text, body.to_string(), "{}", row.id),
            Some(Payload::Form(fields)) => {
                let pairs = url::form_urlencoded::parse(&seen.bytes).into_owned();
                let shown = fields.iter().map(|field| match &field.content {
                    Content::Text(text) => (field.name.clone(), text.clone()),
                    Content::File(_) => panic!("a form carries no file"),
                });
                assert_eq!(pairs.collect::<Vec<_>>(), shown.collect::<Vec<_>>());
            }
            Some(Payload::Parts(parts)) => {
                for part in parts {
                    let head = format!("form-data; name=\"{}\"", part.name);
                    assert!(text.contains(&head), "{}: {text}", row.id);
                    let inside = match &part.content {
                        Content::Text(text) => text.clone(),
                        Content::File(file) => {
                            assert!(text.contains(&format!("filename=\"{}\"", file.name)));
                            assert!(text.contains(&format!("Content-Type: {}", file.media_type)));
                            String::from_utf8(file.bytes.clone()).unwrap()
                        }
                    };
                    assert!(text.contains(&inside), "{}: {inside}", row.id);
                }
            }
        }
    }
}

/// CONTRIBUTING.md says that its row is the whole change.
#[tokio::test]
async fn one_row_is_all_that_a_call_needs() {
    let page = include_str!("../../../../CONTRIBUTING.md");
    let (_, block) = page.split_once("```toml\n").unwrap();
    let (row, _) = block.split_once("```").unwrap();
    let text = format!("[defaults]\nversions = [\"2021-07-28\"]\n{row}");
    let rows = read_rows(Service::HighLevel, &text).unwrap();
    let row: &'static Operation = &rows.leak()[0];

    let wrong = Call::new(row)
        .body(json!({ "until": 1 }))
        .query("reason", "rain");
    let at: Vec<String> = wrong.problems().into_iter().map(|one| one.at).collect();
    assert_eq!(at, ["path.contactId", "query.reason", "body.until"]);

    let call = Call::new(row)
        .path("contactId", "c1")
        .query("reason", "later");
    let body = json!({ "until": "2026-12-01", "remind": ["u1"] });
    let (seen, preview, base) = sent(call.body(body.clone())).await;
    assert_eq!(preview.problems, []);
    assert_eq!(
        preview.url,
        format!("{base}/contacts/c1/snooze?reason=later")
    );
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("PUT", "/contacts/c1/snooze")
    );
    assert_eq!((seen.query.as_str(), seen.body), ("reason=later", body));
    assert_eq!(seen.headers["version"], "2021-07-28");
}

#[tokio::test]
async fn no_row_shows_a_secret() {
    let mut secrets = 0;
    for row in all() {
        let Some(mut body) = row.sample_body(Fill::Everything) else {
            continue;
        };
        let schema = &row.body.as_ref().unwrap().schema;
        secrets += fill(schema, schema, &mut body);
        let preview = Call::new(row)
            .body(body)
            .preview("http://127.0.0.1:1")
            .await;
        let shown = format!("{:?}", preview.unwrap().payload);
        assert!(!shown.contains("hunter2"), "{}: {shown}", row.id);
    }
    assert!(secrets >= 8, "there are secrets to hide, found {secrets}");
}

/// Puts a password wherever the schema asks for one; gives how many.
fn fill(root: &Value, schema: &Value, value: &mut Value) -> usize {
    let reference = schema["$ref"].as_str();
    let schema = match reference.and_then(|to| root.pointer(to.strip_prefix('#')?)) {
        Some(target) => target,
        None => schema,
    };
    if schema["format"] == "password" {
        *value = "hunter2".into();
        return 1;
    }
    match value {
        Value::Object(members) => members
            .iter_mut()
            .map(|(name, member)| fill(root, &schema["properties"][name], member))
            .sum(),
        Value::Array(items) => items
            .iter_mut()
            .map(|item| fill(root, &schema["items"], item))
            .sum(),
        _ => 0,
    }
}

#[tokio::test]
async fn what_is_missing_shows_as_a_hole_and_is_not_sent() {
    let call = || Call::new(get("highlevel.contacts.tasks.get")).path("contactId", "c1");
    let preview = call().preview("https://example.com/base/").await.unwrap();
    assert_eq!(
        preview.url,
        "https://example.com/base/contacts/c1/tasks/{taskId}"
    );
    assert_eq!(preview.problems[0].at, "path.taskId");

    let server = Server::answer(|_, _| Reply::Json(200, json!({}))).await;
    let config = config(Service::HighLevel, &server.base_url);
    let transport = Transport::new(config, server::SECRET.into(), around().parts).unwrap();
    let error = transport.call(call()).await.unwrap_err().to_string();
    assert!(error.contains("path.taskId is missing"), "{error}");
    let file = json!({ "file": "a.mp3", "file_name": "a.mp3" });
    let upload = Call::new(get("aimfox.conversations.upload")).path("account_id", "1");
    let config = server::config(Service::Aimfox, &server.base_url);
    let transport = Transport::new(config, server::SECRET.into(), around().parts).unwrap();
    let error = transport
        .call(upload.body(file))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("body.file should be a file"), "{error}");
    assert!(server.seen().is_empty(), "nothing was sent");
}
