//! How a request gets to a service and its answer back: over HTTP, or another way in a simulation.

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::Request;
use reqwest::header::HeaderMap;

use super::reach::{self, Reach};

/// An answer longer than this is a fault: the longest page of records is far below it.
pub(super) const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A complete answer.
pub struct Carried {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Vec<u8>,
}

/// An answer that did not arrive, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer {
    /// The status, where at least that came.
    pub status: Option<u16>,
    /// What happened.
    pub how: Failed,
}

/// How a request fails to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// Nobody was reached: nothing was sent.
    Unreached(Reach),
    /// It was lost on the way there or back; nobody knows whether it was carried out.
    Lost(Reach),
    /// No answer came in time; nobody knows whether it was carried out.
    TimedOut,
    /// The answer has no end.
    TooLong,
}

/// Carries one request to a service and brings its answer back. Repeats nothing and follows nothing:
/// the transport around it does all that is to be decided.
pub trait Carrier: Send + Sync {
    /// Carries `request`; gives up after its timeout.
    ///
    /// # Errors
    /// [`NoAnswer`] when no whole answer came back.
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Carried, NoAnswer>>;
}

/// HTTP, as the system's proxy and certificate settings have it.
pub(super) struct Http {
    client: reqwest::Client,
    /// Whether a proxy of the system's stands between.
    proxied: bool,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Http {
    /// To a place on this computer, or only by https to one elsewhere.
    pub(super) fn new(loopback: bool, proxied: bool) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10));
        let builder = if loopback {
            // What is on this computer is not reached through a proxy.
            builder.no_proxy()
        } else {
            builder.https_only(true)
        };
        let client = builder.build()?;
        Ok(Self { client, proxied })
    }

    fn failed(&self, status: Option<u16>, e: &reqwest::Error) -> NoAnswer {
        let why = reach::of(e, self.proxied);
        let how = if e.is_connect() {
            Failed::Unreached(why)
        } else if e.is_timeout() {
            Failed::TimedOut
        } else {
            Failed::Lost(why)
        };
        NoAnswer { status, how }
    }
}

impl Carrier for Http {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Carried, NoAnswer>> {
        Box::pin(async move {
            let sent = self.client.execute(request).await;
            let mut response = sent.map_err(|e| self.failed(None, &e))?;
            let status = response.status().as_u16();
            let headers = std::mem::take(response.headers_mut());
            let mut body = Vec::new();
            loop {
                match response.chunk().await {
                    Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                    Ok(None) => break,
                    // A refusal is a refusal, whether its reason arrived or not.
                    Err(_) if (400..500).contains(&status) => break,
                    Err(e) => return Err(self.failed(Some(status), &e)),
                }
                if body.len() > MOST_BYTES {
                    let (status, how) = (Some(status), Failed::TooLong);
                    return Err(NoAnswer { status, how });
                }
            }
            Ok(Carried {
                status,
                headers,
                body,
            })
        })
    }
}
