//! One request and one answer: the secret goes out in its header, and out of what comes back.

use std::sync::Arc;
use std::time::Duration;

use foxbridge_catalog::Operation;
use foxbridge_model::Service;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::answer::{Failure, changes, redact};
use super::carrier::{Carried, Carrier, Failed, Http, MOST_BYTES};
use super::config::ConnectionConfig;
use super::error::CallError;
use super::retry::Again;

pub(super) struct Wire {
    carrier: Arc<dyn Carrier>,
    base: Url,
    service: Service,
    timeout: Duration,
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
    /// By `carrier`, or over HTTP.
    pub(super) fn new(
        config: &ConnectionConfig,
        carrier: Option<Arc<dyn Carrier>>,
    ) -> Result<Self, CallError> {
        let base = safe_base(&config.base_url)?;
        let carrier = match carrier {
            Some(carrier) => carrier,
            None => {
                let loopback = is_loopback(&base);
                let http = Http::new(loopback, !loopback && has_proxy(&base));
                Arc::new(http.map_err(|_| CallError::UnsafeUrl {
                    url: base.to_string(),
                    why: "this computer's certificates or proxy settings cannot be read",
                })?)
            }
        };
        Ok(Self {
            carrier,
            base,
            service: config.service,
            timeout: config.timeout(),
        })
    }

    /// Where the service is.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(&self, sent: Sent<'_>) -> Result<Carried, (Option<u16>, Failure)> {
        let (operation, mut request) = (sent.operation, sent.request);
        if let Some(secret) = sent.bearer {
            let authorization = bearer(self.service, secret)
                .map_err(|error| (None, Failure::new(error, Again::Never)))?;
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        *request.timeout_mut() = Some(self.timeout);
        let carried = self.carrier.carry(request).await;
        let mut carried = carried.map_err(|e| (e.status, self.failure(operation, e.how)))?;
        // Only an error, or the short answer that hides one, may be shown to anybody.
        if carried.status >= 400 || carried.body.len() < 4096 {
            for secret in sent.hidden.iter().chain(sent.bearer) {
                carried.body = redact(carried.body, secret.expose_secret());
            }
        }
        Ok(carried)
    }

    fn failure(&self, of: &'static Operation, how: Failed) -> Failure {
        let (operation, service) = (of.title.as_str(), self.service);
        let unknown = changes(of);
        match how {
            Failed::Unreached(why) => {
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
                Failure::new(error, again)
            }
            Failed::Lost(why) => {
                let error = CallError::Offline {
                    operation,
                    service,
                    why,
                    unknown,
                };
                Failure::new(error, Again::IfRepeatable(None))
            }
            Failed::TimedOut => {
                let error = CallError::TimedOut {
                    operation,
                    service,
                    after: self.timeout,
                    unknown,
                };
                Failure::new(error, Again::IfRepeatable(None))
            }
            Failed::TooLong => self.too_long(of),
        }
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
        Wire::new(&config, None)
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
