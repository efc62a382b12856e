//! The way of a request: count it, check the key, the limit and the faults, answer it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use axum::response::Response;
use foxbridge_model::Service;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use crate::call::{Answer, Call, parse_query};
use crate::config::FaultProfile;
use crate::dice::mix;
use crate::faults::{self, Fault};
use crate::house::{House, lock};
use crate::line::Line;
use crate::routes::{self, Route};
use crate::stats::Stats;
use crate::world::Keys;
use crate::{aimfox, form, highlevel, oauth};

/// A file of the greatest length that Foxbridge sends, with what is around it.
const MAX_BODY: usize = foxbridge_catalog::MOST_FILE_BYTES + 1024 * 1024;
/// An answer that is cut gets this far: past the head, into the body.
const CUT_AFTER: usize = 420;

/// One service's front door.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) house: Arc<House>,
    pub(crate) service: Service,
}

/// What becomes of a request.
enum Fate {
    Answer(Answer),
    /// The connection breaks after so many bytes of this answer.
    Broken {
        answer: Answer,
        after: usize,
        hung: bool,
    },
}

/// An answer that is not sent anywhere.
pub struct Reply {
    /// How long it takes to come.
    pub after: Duration,
    /// The answer.
    pub response: Response<Bytes>,
    /// Of how many bytes the connection breaks, the head counted: 0 if nothing arrives.
    pub broken_after: Option<usize>,
}

/// The path of a request as the catalog knows it.
fn path(service: Service, uri: &Uri) -> &str {
    match service {
        Service::HighLevel => uri.path(),
        Service::Aimfox => uri.path().strip_prefix("/api/v2").unwrap_or("/"),
    }
}

/// Answers a request.
pub(crate) async fn handle(
    State(door): State<Door>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return respond(&Answer::new(413, json!({"message": "Payload Too Large"})));
    };
    let method = head.method.as_str();
    let path = path(door.service, &head.uri);
    if let Some(hook) = path.strip_prefix("/_sandbox/") {
        return respond(&door.hook(method, hook, &body));
    }
    let query = head.uri.query().unwrap_or("");
    if door.service == Service::HighLevel
        && method == "GET"
        && let Some(page) = door.page(path, query)
    {
        return page;
    }
    let (fate, slow) = door.receive(method, path, query, &head.headers, &body);
    if let Some(delay) = slow {
        tokio::time::sleep(delay).await;
    }
    match fate {
        Fate::Answer(answer) => door.dated(&answer),
        Fate::Broken {
            answer,
            after,
            hung,
        } => {
            if hung {
                tokio::time::sleep(faults::HANG).await;
            }
            line.break_after(after);
            door.dated(&answer)
        }
    }
}

fn respond<B: From<Bytes>>(answer: &Answer) -> Response<B> {
    let (kind, body) = match answer.file.as_deref() {
        Some((kind, content)) => (*kind, Bytes::from(content.clone())),
        None => ("application/json", Bytes::from(answer.body.to_string())),
    };
    let mut response = Response::new(B::from(body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(*name, value);
        }
    }
    response
}

/// A body by its media type: JSON unless it says that it is a form.
fn read_body(headers: &HeaderMap, body: &Bytes) -> Option<Value> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    if body.is_empty() {
        Some(Value::Null)
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        Some(form::urlencoded(body))
    } else if kind.starts_with("multipart/form-data") {
        form::multipart(kind, body)
    } else {
        serde_json::from_slice(body).ok()
    }
}

impl Door {
    /// An answer that bears the service's time, as real ones do: a client that asks for what changed
    /// since then means that clock.
    fn dated<B: From<Bytes>>(&self, answer: &Answer) -> Response<B> {
        let mut response = respond(answer);
        let date = jiff::Timestamp::from_millisecond(self.house.clock.now_ms())
            .ok()
            .and_then(|now| {
                DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&now)
                    .ok()
            })
            .and_then(|date| HeaderValue::from_str(&date).ok());
        if let Some(date) = date {
            response.headers_mut().insert(header::DATE, date);
        }
        response
    }

    pub(crate) fn answer(&self, request: &Request<Bytes>) -> Reply {
        let path = path(self.service, request.uri());
        let query = request.uri().query().unwrap_or("");
        let (method, headers) = (request.method().as_str(), request.headers());
        let (fate, slow) = self.receive(method, path, query, headers, request.body());
        let (answer, broken_after, hung) = match fate {
            Fate::Answer(answer) => (answer, None, false),
            Fate::Broken {
                answer,
                after,
                hung,
            } => (answer, Some(after), hung),
        };
        let hang = if hung { faults::HANG } else { Duration::ZERO };
        Reply {
            after: slow.unwrap_or_default() + hang,
            response: self.dated(&answer),
            broken_after,
        }
    }

    /// As [`Door::answer`] for somebody at the service's own pages: no key, no limit, no fault.
    pub(crate) fn by_hand(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let path = path(self.service, request.uri());
        let method = request.method().as_str();
        let answer = match routes::route(self.service, method, path) {
            Some(route) => {
                let query = request.uri().query().unwrap_or("");
                let now = self.house.clock.now_ms();
                self.apply(&route, query, request.headers(), request.body(), now, 0)
            }
            None => self.no_route(method, path, 0),
        };
        respond(&answer)
    }

    /// What a browser is shown while somebody signs in.
    fn page(&self, path: &str, query: &str) -> Option<Response> {
        let (mut book, world) = (lock(&self.house.oauth), lock(&self.house.world));
        oauth::visit(&mut book, &world, path, query, self.house.clock.now_ms())
    }

    /// The sandbox's own paths: no key, no count.
    fn hook(&self, method: &str, hook: &str, body: &Bytes) -> Answer {
        if (method, hook) == ("POST", "oauth") {
            let asked: Value = serde_json::from_slice(body).unwrap_or_default();
            return lock(&self.house.oauth).hook(&asked);
        }
        if (method, hook) == ("POST", "world") {
            let asked: Value = serde_json::from_slice(body).unwrap_or_default();
            return self.rearrange(&asked);
        }
        let mut desk = lock(&self.house.desk);
        match (method, hook) {
            ("GET", "stats") => Answer::ok(json!(desk.lane(self.service).stats)),
            ("POST", "reset-stats") => {
                desk.lane(self.service).stats = Stats::default();
                Answer::ok(json!({"ok": true}))
            }
            ("POST", "faults") => {
                let asked: Value = serde_json::from_slice(body).unwrap_or_default();
                let profile = asked.get("profile").and_then(Value::as_str).unwrap_or("");
                match profile.parse::<FaultProfile>() {
                    Ok(profile) => {
                        (desk.profile, desk.posts) = (profile, profile);
                        Answer::ok(json!({"profile": profile}))
                    }
                    Err(error) => Answer::new(400, json!({"message": error.to_string()})),
                }
            }
            ("POST", "campaigns") => {
                let asked: Value = serde_json::from_slice(body).unwrap_or_default();
                match asked["days"]
                    .as_f64()
                    .filter(|days| (0.0..=3650.0).contains(days))
                {
                    Some(days) => {
                        let now = self.house.clock.now_ms();
                        let mut world = lock(&self.house.world);
                        aimfox::flow::set_going(&mut world, days, now);
                        self.house.changed.notify_one();
                        self.house.told.notify_one();
                        Answer::ok(json!({"days": days}))
                    }
                    None => Answer::new(400, json!({"message": "days is a number from 0 on"})),
                }
            }
            _ => Answer::new(
                404,
                json!({"message": format!("the sandbox has no {method} {hook}")}),
            ),
        }
    }

    /// What the owner of the accounts changes: a key's rights, a token's scopes, which keys there are.
    fn rearrange(&self, asked: &Value) -> Answer {
        let mut world = lock(&self.house.world);
        if let Some(can_write) = asked.get("aimfox_can_write").and_then(Value::as_bool) {
            world.aimfox.can_write = can_write;
        }
        if let Some(scopes) = asked.get("highlevel_scopes").and_then(Value::as_array) {
            let scopes = scopes.iter().filter_map(|scope| scope.as_str());
            world.highlevel.scopes = scopes.map(str::to_owned).collect();
        }
        let keys = |asked: &Value, keys: &mut Keys| match asked.as_str() {
            Some("make") => keys.newest += 1,
            // Those before the newest end, at once or after their overlap.
            Some("end") => keys.oldest = keys.newest,
            _ => {}
        };
        keys(&asked["highlevel_tokens"], &mut world.highlevel.keys);
        keys(&asked["aimfox_keys"], &mut world.aimfox.keys);
        let seed = world.seed();
        Answer::ok(json!({
            "highlevel_scopes": world.highlevel.scopes,
            "highlevel_token": highlevel::token_of(seed, world.highlevel.keys.newest),
            "aimfox_key": aimfox::key_of(seed, world.aimfox.keys.newest),
        }))
    }

    fn receive(
        &self,
        method: &str,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> (Fate, Option<Duration>) {
        let now = self.house.clock.now_ms();
        let route = routes::route(self.service, method, path);
        let (number, profile) = {
            let mut desk = lock(&self.house.desk);
            let profile = desk.profile;
            let lane = desk.lane(self.service);
            lane.number += 1;
            lane.stats
                .asked(route.as_ref().map_or("unknown", |route| route.id));
            (lane.number, profile)
        };
        let trace = mix(mix(self.house.seed, self.service as u64), number);
        let early = self.refuse_early(route.as_ref(), method, path, headers, now);
        let (extra, refusal) = early;
        if let Some(mut answer) = refusal {
            if self.service == Service::HighLevel {
                highlevel::traced(&mut answer, trace);
            }
            return (self.answered(answer, extra), None);
        }
        let Some(route) = route else {
            return (
                self.answered(self.no_route(method, path, trace), extra),
                None,
            );
        };
        let lane = self.service as u64;
        let fault = faults::fault(profile, self.house.seed, lane, number);
        match fault {
            Some(Fault::TooMany) => return (self.answered(self.too_many(trace), extra), None),
            Some(Fault::Error(status)) => {
                return (self.answered(self.broken(status, trace), extra), None);
            }
            Some(Fault::Reset) => return (self.dropped(false), None),
            Some(Fault::Hang) => return (self.dropped(true), None),
            _ => {}
        }
        let answer = self.apply(&route, query, headers, body, now, trace);
        if route.id == "highlevel.oauth.token"
            && answer.status == 200
            && std::mem::take(&mut lock(&self.house.oauth).lose_next)
        {
            return (self.dropped(false), None);
        }
        match fault {
            Some(Fault::ErrorAfter(status)) => {
                (self.answered(self.broken(status, trace), extra), None)
            }
            Some(Fault::ResetAfter) => (self.dropped(false), None),
            Some(Fault::HangAfter) => (self.dropped(true), None),
            Some(Fault::Cut) => {
                let Fate::Answer(answer) = self.answered(answer, extra) else {
                    return (self.dropped(false), None);
                };
                (
                    Fate::Broken {
                        answer,
                        after: CUT_AFTER,
                        hung: false,
                    },
                    None,
                )
            }
            Some(Fault::Slow(delay)) => (self.answered(answer, extra), Some(delay)),
            _ => (self.answered(answer, extra), None),
        }
    }

    /// The key first, then the limit. HighLevel's limit headers go on every answer.
    fn refuse_early(
        &self,
        route: Option<&Route>,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        now: i64,
    ) -> (Vec<(&'static str, String)>, Option<Answer>) {
        let authorization = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        match self.service {
            Service::HighLevel => {
                let verdict = lock(&self.house.desk).highlevel_limit.take(now);
                let version = headers
                    .get("version")
                    .and_then(|v| v.to_str().ok())
                    .unwrap_or("");
                // The task search does not care about the version.
                let version = if path.ends_with("/tasks/search") && version.is_empty() {
                    "2021-07-28"
                } else {
                    version
                };
                let scopes = route.map_or(&[][..], |route| route.scopes);
                // Asking for a token is how one comes by a key.
                let open = route.is_some_and(|route| oauth::OPEN.contains(&route.id));
                let refusal = if verdict.allowed && open {
                    None
                } else if verdict.allowed {
                    let book = lock(&self.house.oauth);
                    let world = lock(&self.house.world);
                    let bearer = highlevel::Bearer::read(&world, &book, authorization, now);
                    let agency = route.is_some_and(|route| highlevel::AGENCY.contains(&route.id));
                    highlevel::gate(&bearer, version, scopes, agency)
                } else {
                    Some(highlevel::refuse(429, "Too Many Requests"))
                };
                (verdict.headers, refusal)
            }
            Service::Aimfox => {
                let reads = route.map_or(method == "GET", |route| route.reads);
                let master = route.is_some_and(|route| route.master);
                let gate = aimfox::gate(&lock(&self.house.world), authorization, reads, master);
                if gate.as_ref().is_some_and(|answer| answer.status == 401) {
                    return (Vec::new(), gate);
                }
                match lock(&self.house.desk).aimfox_limit.take(now) {
                    Ok(()) => (Vec::new(), gate),
                    Err(wait) => {
                        let headers = wait
                            .map(|wait| ("retry-after", wait.to_string()))
                            .into_iter()
                            .collect();
                        (
                            headers,
                            Some(aimfox::refuse(429, "Too Many Requests", None)),
                        )
                    }
                }
            }
        }
    }

    fn apply(
        &self,
        route: &Route,
        query: &str,
        headers: &HeaderMap,
        body: &Bytes,
        now: i64,
        trace: u64,
    ) -> Answer {
        if !route.reads {
            lock(&self.house.desk).lane(self.service).stats.writes += 1;
        }
        let Some(body) = read_body(headers, body) else {
            return self.bad_json(trace);
        };
        let version = headers
            .get("version")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let call = Call {
            operation: route.id,
            // In a version that it does not name, it reads as in its first.
            row: foxbridge_catalog::in_version(route.id, version).unwrap_or(route.row),
            path: route.params.clone(),
            query: parse_query(query),
            body,
            version: version.to_owned(),
            now,
        };
        let answer = if route.id.starts_with("highlevel.oauth.") {
            let (mut book, world) = (lock(&self.house.oauth), lock(&self.house.world));
            let mut answer = oauth::answer(&mut book, &world, &call);
            highlevel::traced(&mut answer, trace);
            answer
        } else {
            let mut world = lock(&self.house.world);
            match self.service {
                Service::HighLevel => {
                    highlevel::answer(&mut world, &call, self.house.lag_ms, trace)
                }
                Service::Aimfox => {
                    if aimfox::flow::pass(&mut world, now, self.house.campaign_day_ms) {
                        self.house.changed.notify_one();
                    }
                    let answer = aimfox::answer(&mut world, &call);
                    if !world.aimfox.told.is_empty() {
                        self.house.told.notify_one();
                    }
                    answer
                }
            }
        };
        if !route.reads && answer.status < 300 {
            self.house.changed.notify_one();
        }
        answer
    }

    fn answered(&self, mut answer: Answer, headers: Vec<(&'static str, String)>) -> Fate {
        lock(&self.house.desk)
            .lane(self.service)
            .stats
            .answered(answer.status);
        answer.headers.extend(headers);
        Fate::Answer(answer)
    }

    fn dropped(&self, hung: bool) -> Fate {
        lock(&self.house.desk).lane(self.service).stats.dropped();
        Fate::Broken {
            answer: Answer::new(500, Value::Null),
            after: 0,
            hung,
        }
    }

    fn refusal(&self, status: u16, message: &str, trace: u64) -> Answer {
        match self.service {
            Service::HighLevel => {
                let mut answer = highlevel::refuse(status, message);
                highlevel::traced(&mut answer, trace);
                answer
            }
            Service::Aimfox => aimfox::refuse(status, message, None),
        }
    }

    fn no_route(&self, method: &str, path: &str, trace: u64) -> Answer {
        let path = path.split('?').next().unwrap_or(path);
        let message = match self.service {
            Service::HighLevel => format!("Cannot {method} {path}"),
            Service::Aimfox => "Not Found".to_owned(),
        };
        self.refusal(404, &message, trace)
    }

    fn bad_json(&self, trace: u64) -> Answer {
        self.refusal(400, "Unexpected token in JSON", trace)
    }

    /// An injected 429. HighLevel's says how long to wait.
    fn too_many(&self, trace: u64) -> Answer {
        let mut answer = self.refusal(429, "Too Many Requests", trace);
        if self.service == Service::HighLevel {
            answer.headers.push(("retry-after", "1".to_owned()));
        }
        answer
    }

    /// An injected 5xx.
    fn broken(&self, status: u16, trace: u64) -> Answer {
        let message = match status {
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => "Internal Server Error",
        };
        self.refusal(status, message, trace)
    }
}
