//! The page a browser is sent to: who asks, for what, and for which location.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Book, CODE_MS, Class, Code};
use crate::call::parse_query;
use crate::world::World;

/// Where the page is, under HighLevel's two addresses of it (the docs moved in May 2026).
const PLACES: [&str; 2] = ["/v2/oauth/chooselocation", "/oauth/chooselocation"];
/// Where its buttons lead.
const CHOSEN: &str = "/oauth/chosen";

/// Answers a browser; `None` when the path is not of this page.
pub(crate) fn visit(
    book: &mut Book,
    world: &World,
    path: &str,
    query: &str,
    now: i64,
) -> Option<Response<Body>> {
    let asked = PLACES.contains(&path);
    if !asked && path != CHOSEN {
        return None;
    }
    let query = parse_query(query);
    let request = match Request::read(&query, world) {
        Ok(request) => request,
        Err(wrong) => return Some(html(StatusCode::BAD_REQUEST, &sorry(&wrong))),
    };
    Some(if asked {
        html(StatusCode::OK, &request.page(world, &query))
    } else {
        request.decide(book, world, &query, now)
    })
}

/// PKCE's S256.
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        verifier.as_bytes(),
    ))
}

struct Request {
    redirect_uri: String,
    scopes: BTreeSet<String>,
    state: Option<String>,
    challenge: Option<String>,
}

impl Request {
    fn read(query: &[(String, String)], world: &World) -> Result<Self, String> {
        let of = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.clone())
                .filter(|v| !v.is_empty())
        };
        if of("response_type").as_deref() != Some("code") {
            return Err("response_type must be code".to_owned());
        }
        let (client_id, _) = super::app(world.seed());
        if of("client_id").as_deref() != Some(client_id.as_str()) {
            return Err("No integration found with the id: client_id".to_owned());
        }
        let redirect_uri = of("redirect_uri").ok_or("redirect_uri is missing")?;
        // A real app registers each address; this one has every port of this computer.
        let host = redirect_uri.strip_prefix("http://").unwrap_or("");
        if !["127.0.0.1:", "localhost:"]
            .iter()
            .any(|own| host.starts_with(own))
        {
            return Err("redirect_uri is not registered for this app".to_owned());
        }
        let scopes: BTreeSet<String> = of("scope")
            .unwrap_or_default()
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect();
        if scopes.is_empty() {
            return Err("scope is missing".to_owned());
        }
        if let Some(odd) = scopes
            .iter()
            .find(|scope| !world.highlevel.scopes.contains(*scope) && !scope.starts_with("oauth."))
        {
            return Err(format!("the app was not given the scope {odd}"));
        }
        let challenge = of("code_challenge");
        if challenge.is_some() && of("code_challenge_method").as_deref() != Some("S256") {
            return Err("code_challenge_method must be S256".to_owned());
        }
        Ok(Self {
            redirect_uri,
            scopes,
            state: of("state"),
            challenge,
        })
    }

    fn page(&self, world: &World, query: &[(String, String)]) -> String {
        let hidden: String = query
            .iter()
            .map(|(name, value)| {
                let (name, value) = (escape(name), escape(value));
                format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
            })
            .collect();
        let scopes: String = self
            .scopes
            .iter()
            .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
            .collect();
        let (name, id) = (
            escape(&world.highlevel.name),
            escape(&world.highlevel.location_id),
        );
        frame(&format!(
            "<h1>Choose a location</h1><p>Sandbox: nothing here is real. An app wants to:</p>\
             <ul>{scopes}</ul><form method=\"get\" action=\"{CHOSEN}\">{hidden}\
             <button id=\"location\" name=\"as\" value=\"Location\">{name}<small>{id}</small></button>\
             <button id=\"agency\" name=\"as\" value=\"Company\">The whole agency</button>\
             <button id=\"deny\" name=\"as\" value=\"deny\">Cancel</button></form>"
        ))
    }

    fn decide(
        &self,
        book: &mut Book,
        world: &World,
        query: &[(String, String)],
        now: i64,
    ) -> Response<Body> {
        let chosen = query.iter().find(|(name, _)| name == "as");
        let class = match chosen.map(|(_, value)| value.as_str()) {
            Some("Location") => Class::Location,
            Some("Company") => Class::Company,
            _ => return self.back("error", "access_denied"),
        };
        let grant = book.grant(class, self.scopes.clone());
        let code = book.code(
            world.seed(),
            Code {
                grant,
                redirect_uri: Some(self.redirect_uri.clone()),
                challenge: self.challenge.clone(),
                expires: now + CODE_MS,
            },
        );
        self.back("code", &code)
    }

    fn back(&self, name: &str, value: &str) -> Response<Body> {
        let join = if self.redirect_uri.contains('?') {
            '&'
        } else {
            '?'
        };
        let mut to = format!("{}{join}{name}={value}", self.redirect_uri);
        if let Some(state) = &self.state {
            to.push_str("&state=");
            to.extend(utf8_percent_encode(state, NON_ALPHANUMERIC));
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FOUND;
        match HeaderValue::from_str(&to) {
            Ok(to) => drop(response.headers_mut().insert(header::LOCATION, to)),
            Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
        }
        response
    }
}

fn sorry(wrong: &str) -> String {
    frame(&format!(
        "<h1>This cannot go on</h1><p id=\"wrong\">{}</p>",
        escape(wrong)
    ))
}

fn frame(inside: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sandbox</title><style>\
         body{{font:15px/1.5 system-ui,sans-serif;max-width:28em;margin:48px auto;padding:0 16px}}\
         button{{display:block;width:100%;margin:8px 0;padding:12px;font:inherit;text-align:left}}\
         small{{display:block;opacity:.6}}</style>{inside}</html>"
    )
}

fn html(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
