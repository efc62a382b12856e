//! A sandbox with its clock in the test's hand, and a client for each service.

use std::sync::Arc;

use foxbridge_sandbox::{Config, ManualClock, Sandbox};
use reqwest::{Client, Method, header::HeaderMap};
use serde_json::Value;

/// 2026-11-24T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_521_600_000;

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<ManualClock>,
    client: Client,
}

/// An answer, read to the end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// No limits: what they do has its own tests.
pub(crate) fn roomy() -> Config {
    Config {
        highlevel_per_10s: 1_000_000,
        highlevel_per_day: 1_000_000,
        aimfox_per_minute: 1_000_000,
        ..Config::default()
    }
}

impl Stage {
    pub(crate) async fn new(config: Config) -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        let sandbox = Sandbox::start_at(config, clock.clone()).await.unwrap();
        Self {
            sandbox,
            clock,
            client: Client::new(),
        }
    }

    pub(crate) async fn roomy() -> Self {
        Self::new(roomy()).await
    }

    pub(crate) fn location(&self) -> String {
        self.sandbox.credentials().highlevel.location_id.clone()
    }

    /// A request as a well-behaved client sends it.
    pub(crate) async fn highlevel(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let at = &self.sandbox.credentials().highlevel;
        let token = format!("Bearer {}", at.token);
        let headers = [("authorization", token.as_str()), ("version", "2021-07-28")];
        self.raw(method, &format!("{}{path}", at.base_url), &headers, body)
            .await
            .unwrap()
    }

    pub(crate) async fn aimfox(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let at = &self.sandbox.credentials().aimfox;
        let key = format!("Bearer {}", at.api_key);
        let headers = [("authorization", key.as_str())];
        self.raw(method, &format!("{}{path}", at.base_url), &headers, body)
            .await
            .unwrap()
    }

    /// A request with any headers to any address; `Err` when the connection broke.
    pub(crate) async fn raw(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self
            .client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Self::read(request).await
    }

    /// A request whose body is no JSON.
    pub(crate) async fn raw_text(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Reply {
        let mut request = self
            .client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Self::read(request.body(body)).await.unwrap()
    }

    async fn read(request: reqwest::RequestBuilder) -> Result<Reply, reqwest::Error> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Reply {
            status,
            headers,
            body,
        })
    }
}

impl Reply {
    /// Expects a status, and hands over the body.
    #[track_caller]
    pub(crate) fn expect(self, status: u16, why: &str) -> Value {
        assert_eq!(self.status, status, "{why}: {}", self.body);
        self.body
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The `message` of a refusal, as one text.
pub(crate) fn message(body: &Value) -> String {
    match &body["message"] {
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}
