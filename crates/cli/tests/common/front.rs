//! What may stand between Foxbridge and a service: a server with a certificate, good or bad, and a
//! proxy, willing or not. Both are real, and pass on to the sandbox.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// An authority that signs certificates, known to nobody until its own is put somewhere.
pub struct Authority {
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    pub fn write(&self, file: &Path) {
        std::fs::write(file, &self.pem).unwrap();
    }

    /// A server's side of a protected connection, for these names.
    pub fn server(&self, names: &[&str], expired: bool) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        if expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }
}

/// A protected front of a server that has none.
pub struct Front {
    pub port: u16,
    config: Arc<Mutex<Arc<ServerConfig>>>,
    _runtime: Runtime,
}

impl Front {
    pub fn before(server: SocketAddr, config: Arc<ServerConfig>) -> Self {
        let config = Arc::new(Mutex::new(config));
        let shown = Arc::clone(&config);
        let (port, runtime) = serve(move |mut visitor| {
            let config = Arc::clone(&shown.lock().unwrap());
            async move {
                let Ok(mut visitor) = TlsAcceptor::from(config).accept(&mut visitor).await else {
                    return;
                };
                let mut server = TcpStream::connect(server).await.unwrap();
                let _ended = copy_bidirectional(&mut visitor, &mut server).await;
            }
        });
        Self {
            port,
            config,
            _runtime: runtime,
        }
    }

    /// Shows another certificate from now on.
    pub fn show(&self, config: Arc<ServerConfig>) {
        *self.config.lock().unwrap() = config;
    }
}

/// How a proxy behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Lets,
    /// Wants `me` and `hunter2`.
    AsksWho,
    Refuses,
}

/// A proxy that leads every name to one port of this computer.
pub struct Proxy {
    pub port: u16,
    pub manner: Arc<Mutex<Manner>>,
    /// The first lines of what it was asked.
    pub asked: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Proxy {
    pub fn to(port: u16) -> Self {
        let manner = Arc::new(Mutex::new(Manner::Lets));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (manners, log) = (Arc::clone(&manner), Arc::clone(&asked));
        let (own, runtime) = serve(move |mut visitor| {
            let (manner, log) = (*manners.lock().unwrap(), Arc::clone(&log));
            async move {
                let head = head(&mut visitor).await;
                log.lock()
                    .unwrap()
                    .push(head.lines().next().unwrap_or_default().to_owned());
                // "me:hunter2"
                let known = head.contains("Basic bWU6aHVudGVyMg==");
                let no = match manner {
                    Manner::AsksWho if !known => {
                        "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\""
                    }
                    Manner::Refuses => "403 Forbidden",
                    _ => {
                        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                        let yes = b"HTTP/1.1 200 Connection established\r\n\r\n";
                        visitor.write_all(yes).await.unwrap();
                        let _ended = copy_bidirectional(&mut visitor, &mut server).await;
                        return;
                    }
                };
                let no = format!("HTTP/1.1 {no}\r\nContent-Length: 0\r\n\r\n");
                let _gone = visitor.write_all(no.as_bytes()).await;
            }
        });
        Self {
            port: own,
            manner,
            asked,
            _runtime: runtime,
        }
    }

    pub fn becomes(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

/// What a client says before its body.
async fn head(visitor: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match visitor.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Serves every visitor on a free port, on a thread of its own, until the runtime is dropped.
fn serve<F>(visit: impl Fn(TcpStream) -> F + Send + 'static) -> (u16, Runtime)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(TcpListener::bind(("127.0.0.1", 0)))
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime.spawn(async move {
        while let Ok((visitor, _)) = listener.accept().await {
            tokio::spawn(visit(visitor));
        }
    });
    (port, runtime)
}
