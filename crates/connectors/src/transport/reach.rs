//! Why a service was not reached: offline, the name, the proxy, or the certificate.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use rustls::CertificateError;

/// How reaching a service failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// The name leads nowhere: there is no network, or the address is wrong.
    Name,
    /// The way is there, but nobody took the connection in time or at all.
    Connection,
    /// The connection was lost under way.
    Lost,
    /// The proxy wants a name and password.
    ProxyPassword,
    /// The proxy could not be reached or would not let us through.
    Proxy,
    /// The certificate is signed by nobody this computer trusts.
    Untrusted,
    /// The certificate is not valid at the time this computer shows.
    OutOfDate,
    /// The certificate is another server's.
    OtherServer,
    /// The protected connection could not be set up for another reason.
    Tls,
}

impl fmt::Display for Reach {
    /// To stand in brackets after "could not be reached".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "its name leads nowhere",
            Self::Connection => "no connection could be made",
            Self::Lost => "the connection was lost",
            Self::ProxyPassword => "the proxy asks for a name and password",
            Self::Proxy => "the proxy did not let the request through",
            Self::Untrusted => "its certificate is signed by nobody this computer trusts",
            Self::OutOfDate => "its certificate is not valid at this computer's time",
            Self::OtherServer => "its certificate belongs to another server",
            Self::Tls => "no protected connection could be set up",
        })
    }
}

impl Reach {
    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Name => {
                "Look at your internet connection and the address; then try again. Nothing was sent."
            }
            Self::Connection => {
                "Look at your internet connection and the address; a firewall may be in the way. \
                 Then try again."
            }
            Self::Lost => "Try again. If it stays, look at your internet connection.",
            Self::ProxyPassword => {
                "Put the name and password into the proxy's address (HTTPS_PROXY, or the system's \
                 proxy settings) and start Foxbridge again."
            }
            Self::Proxy => {
                "Look at the system's proxy settings, or at HTTPS_PROXY and NO_PROXY, and start \
                 Foxbridge again."
            }
            Self::Untrusted => {
                "A company's network may look into traffic: put its certificate authority into the \
                 system's store (on Linux SSL_CERT_FILE names another one). On a network you do not \
                 know, do not go on. Nothing was sent."
            }
            Self::OutOfDate => {
                "Set this computer's date and time, and try again. If they are right, the service's \
                 certificate has run out. Nothing was sent."
            }
            Self::OtherServer => {
                "Look at the address. A hotel or café network that wants you to sign in first does \
                 this too. Nothing was sent."
            }
            Self::Tls => "Try again from another network. Nothing was sent.",
        }
    }

    /// Whether the same request may well get through in a moment.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Name | Self::Connection | Self::Lost)
    }
}

/// Reads the chain of causes of a request that got no answer.
pub(super) fn of(error: &reqwest::Error, proxied: bool) -> Reach {
    let mut words = Vec::new();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(one) = cause {
        if let Some(reach) = tls(one) {
            return reach;
        }
        // Errors of TLS come wrapped in ones of I/O, once or twice, which `source` passes over.
        let mut inner = one.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        while let Some(wrapped) = inner {
            if let Some(reach) = tls(wrapped) {
                return reach;
            }
            words.push(wrapped.to_string());
            inner = wrapped
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref);
        }
        words.push(one.to_string());
        cause = one.source();
    }
    let says = |what: &str| words.iter().any(|word| word.to_lowercase().contains(what));
    if says("proxy authorization required") || says("proxy authentication required") {
        Reach::ProxyPassword
    } else if says("tunnel error") || says("socks error") {
        Reach::Proxy
    } else if error.is_connect() && proxied {
        // Behind a proxy the proxy is all we connect to.
        Reach::Proxy
    } else if error.is_dns() {
        Reach::Name
    } else if error.is_connect() {
        Reach::Connection
    } else {
        Reach::Lost
    }
}

fn tls(error: &(dyn StdError + 'static)) -> Option<Reach> {
    Some(match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => certificate(why),
        _ => Reach::Tls,
    })
}

fn certificate(why: &CertificateError) -> Reach {
    match why {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Reach::OutOfDate,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Reach::OtherServer
        }
        _ => Reach::Untrusted,
    }
}
