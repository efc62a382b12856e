//! Who may ask: requests that name this server, from its own page if from a page, with its token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;
use foxbridge_contract::{AppError, ErrorCode};

use crate::Token;
use crate::reply::refuse;

/// What a server knows itself by.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) port: u16,
    pub(crate) token: Token,
}

impl Identity {
    fn names_us(&self, host: &str) -> bool {
        ["127.0.0.1", "localhost"]
            .iter()
            .any(|name| host == format!("{name}:{}", self.port))
    }
}

/// The value of a header that is there exactly once, as text. Two of them could be read differently
/// by whoever is in between.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Refuses a request that was not meant for this server (a page that made its name resolve to this
/// machine), or that another page made.
pub(crate) async fn same_site(
    State(identity): State<Identity>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let Some(host) = only(headers, &header::HOST).filter(|host| identity.names_us(host)) else {
        let message = "This server answers only to 127.0.0.1 and localhost, with its port.";
        return refuse(AppError::new(ErrorCode::Blocked, message));
    };
    if headers.contains_key(header::ORIGIN)
        && only(headers, &header::ORIGIN) != Some(format!("http://{host}").as_str())
    {
        let message = "This server answers only to its own page, not to another one.";
        return refuse(AppError::new(ErrorCode::Blocked, message));
    }
    next.run(request).await
}

/// Refuses a request without the token of this start.
pub(crate) async fn token(
    State(identity): State<Identity>,
    request: Request,
    next: Next,
) -> Response {
    let bearer = only(request.headers(), &header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let query = request.uri().query().unwrap_or_default();
    let asked = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="));
    if bearer
        .or(asked)
        .is_some_and(|given| identity.token.is(given))
    {
        return next.run(request).await;
    }
    let error = AppError::new(
        ErrorCode::NotAuthorised,
        "The token of this server is missing or wrong.",
    );
    refuse(error.hint("Open the address that the server printed when it started."))
}
