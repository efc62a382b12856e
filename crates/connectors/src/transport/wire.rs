//! HTTP: one request, one answer, nothing repeated and nothing followed.

use std::time::Duration;

use foxbridge_catalog::Operation;
use foxbridge_model::Service;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::answer::{Failure, changes, redact};
use super::config::ConnectionConfig;
use super::error::CallError;
use super::reach;
use super::retry::Again;

/// An answer longer than this is a fault: the longest page of records is far below it.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A complete answer.
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

pub(super) struct Wire {
    http: reqwest::Client,
    base: Url,
    service: Service,
    timeout: Duration,
    /// Whether a proxy of the system's stands between.
    proxied: bool,
}

/// A secret as the header that carries it.
pub(super) fn bearer(service: Service, secret: &SecretString) -> Result<HeaderValue, CallError> {
    let bad_secret = || CallError::BadSecret { service };
    if secret.expose_secret().trim().is_empty() {
        return Err(bad_secret());
    }
    let bearer = format!("Bearer {}", secret.expose_secret());
    let mut authorization = HeaderValue::from_str(&bearer).map_err(|_| bad_secret())?;
    authorization.set_sensitive(true);
    Ok(authorization)
}

/// What is sent.
pub(super) struct Sent<'a> {
    pub(super) operation: &'static Operation,
    /// Without the secret in its header.
    pub(super) request: Request,
    pub(super) bearer: Option<&'a SecretString>,
    /// Secrets that the body holds.
    pub(super) hidden: &'a [SecretString],
}

impl Wire {
    pub(super) fn new(config: &ConnectionConfig) -> Result<Self, CallError> {
        let base = safe_base(&config.base_url)?;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT);
        let proxied = !is_loopback(&base) && has_proxy(&base);
        if is_loopback(&base) {
            // What is on this computer is not reached through a proxy.
            http = http.no_proxy();
        } else {
            http = http.https_only(true);
        }
        let http = http.build().map_err(|_| CallError::UnsafeUrl {
            url: base.to_string(),
            why: "this computer's certificates or proxy settings cannot be read",
        })?;
        let timeout = config.timeout();
        Ok(Self {
            http,
            base,
            service: config.service,
            timeout,
            proxied,
        })
    }

    /// Where the service is.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(&self, sent: Sent<'_>) -> Result<Got, (Option<u16>, Failure)> {
        let (operation, mut request) = (sent.operation, sent.request);
        if let Some(secret) = sent.bearer {
            let authorization = bearer(self.service, secret)
                .map_err(|error| (None, Failure::new(error, Again::Never)))?;
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        *request.timeout_mut() = Some(self.timeout);
        let mut response = self
            .http
            .execute(request)
            .await
            .map_err(|e| (None, self.failure(operation, &e)))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                // A refusal is a refusal, whether its reason arrived or not.
                Err(_) if (400..500).contains(&status) => break,
                Err(e) => {
                    let failure = self.failure(operation, &e);
                    return Err((Some(status), failure));
                }
            }
            if body.len() > MOST_BYTES {
                return Err((Some(status), self.too_long(operation)));
            }
        }
        // Only an error, or the short answer that hides one, may be shown to anybody.
        if status >= 400 || body.len() < 4096 {
            for secret in sent.hidden.iter().chain(sent.bearer) {
                body = redact(body, secret.expose_secret());
            }
        }
        Ok(Got {
            status,
            headers,
            body,
        })
    }

    fn failure(&self, of: &'static Operation, e: &reqwest::Error) -> Failure {
        let (operation, service) = (of.title.as_str(), self.service);
        let why = reach::of(e, self.proxied);
        if e.is_connect() {
            let error = CallError::Offline {
                operation,
                service,
                why,
                unknown: false,
            };
            // A certificate does not become good by asking again.
            let again = if why.may_pass() {
                Again::Always
            } else {
                Again::Never
            };
            return Failure::new(error, again);
        }
        let unknown = changes(of);
        let error = if e.is_timeout() {
            CallError::TimedOut {
                operation,
                service,
                after: self.timeout,
                unknown,
            }
        } else {
            CallError::Offline {
                operation,
                service,
                why,
                unknown,
            }
        };
        Failure::new(error, Again::IfRepeatable(None))
    }

    fn too_long(&self, of: &'static Operation) -> Failure {
        let error = CallError::Malformed {
            operation: &of.title,
            service: self.service,
            what: format!("it is longer than {} MiB", MOST_BYTES / 1024 / 1024),
            unknown: changes(of),
        };
        Failure::new(error, Again::Never)
    }
}

/// Checks that the secret can be sent there. Of an address that is refused only the server is
/// quoted: what was typed or pasted may be, or hold, a secret.
fn safe_base(text: &str) -> Result<Url, CallError> {
    let refused = |server: &str, why| CallError::UnsafeUrl {
        url: server.to_owned(),
        why,
    };
    let url = Url::parse(text.trim()).ok().filter(Url::has_host);
    let Some(url) = url else {
        return Err(refused(
            "…",
            "it is no web address, which begins with https://",
        ));
    };
    let server = url.host_str().unwrap_or_default();
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(server, "it holds a user name or password"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(refused(
                server,
                "the key would travel unprotected; use https",
            ));
        }
        _ => return Err(refused(server, "it does not begin with https://")),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(server, "it has a query or a fragment"));
    }
    Ok(url)
}

/// Whether the system says that a proxy is to be used. The choice is reqwest's; this is only to tell
/// whose fault it is when nobody answers.
fn has_proxy(url: &Url) -> bool {
    hyper_util::client::proxy::matcher::Matcher::from_system()
        .intercept(&match url.as_str().parse() {
            Ok(uri) => uri,
            Err(_) => return false,
        })
        .is_some()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn wire(base_url: &str) -> Result<Wire, CallError> {
        let config = ConnectionConfig {
            id: "c".to_owned(),
            service: Service::Aimfox,
            base_url: base_url.to_owned(),
            account: None,
            requests_per_minute: None,
            timeout: None,
        };
        Wire::new(&config)
    }

    #[test]
    fn a_key_goes_out_protected_or_stays_on_this_computer() {
        for good in [
            "https://api.aimfox.com/api/v2",
            "https://api.aimfox.com/api/v2/",
            "http://127.0.0.1:4010",
            "http://localhost:4010/api/v2",
            "http://[::1]:4010",
        ] {
            assert!(wire(good).is_ok(), "{good} was refused");
        }
        for bad in [
            "http://api.aimfox.com/api/v2",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "ftp://api.aimfox.com",
            "file:///etc/passwd",
            "https://me:hunter2@api.aimfox.com",
            "https://api.aimfox.com/?key=hunter2",
            "http://api.aimfox.com/hunter2",
            "hunter2",
            "hunter2:hunter2",
            "api.aimfox.com",
            "",
        ] {
            let error = wire(bad)
                .err()
                .unwrap_or_else(|| panic!("{bad} was accepted"));
            assert!(
                matches!(error, CallError::UnsafeUrl { .. }),
                "{bad}: {error}"
            );
            assert!(
                !error.to_string().contains("hunter2"),
                "what may be a secret was quoted: {error}"
            );
        }
    }

    #[test]
    fn a_key_that_fits_into_no_header_is_told_of_without_quoting_it() {
        for key in ["two\nlines", "", "  "] {
            let error = bearer(Service::Aimfox, &key.into()).unwrap_err();
            assert!(
                matches!(error, CallError::BadSecret { .. }),
                "{key:?}: {error}"
            );
            assert!(
                !format!("{error:?} {error}").contains("lines"),
                "the key was quoted"
            );
        }
    }
}
