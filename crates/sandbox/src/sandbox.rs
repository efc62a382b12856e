//! Starting and stopping the two servers.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::Request;
use axum::response::Response;
use foxbridge_model::Service;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, FaultProfile};
use crate::house::{Desk, House, Lane, lock};
use crate::limits::{AimfoxLimit, HighLevelLimit};
use crate::line::{Line, LineListener};
use crate::oauth::OAuthCredentials;
use crate::post::Posted;
use crate::server::{Door, Reply, handle};
use crate::stats::Stats;
use crate::world::{Truth, World};
use crate::{aimfox, highlevel, oauth, post, state_file};

/// A change is on disk after this long at most, unless the world is so big that writing it takes
/// longer itself.
const SETTLE: Duration = Duration::from_millis(400);

/// Both services, running on loopback until this is stopped or dropped.
pub struct Sandbox {
    house: Arc<House>,
    credentials: Credentials,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
    posting: Option<JoinHandle<()>>,
    saver: Option<JoinHandle<()>>,
}

/// What a client needs to reach the sandbox. The keys open nothing but this sandbox, and still they
/// are kept out of `Debug` output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Credentials {
    pub highlevel: HighLevelCredentials,
    pub aimfox: AimfoxCredentials,
    /// To sign in to HighLevel by the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OAuthCredentials>,
}

/// Credentials of the HighLevel location.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HighLevelCredentials {
    /// Stands for `https://services.leadconnectorhq.com`.
    pub base_url: String,
    /// A Private Integration Token.
    pub token: String,
    pub location_id: String,
}

/// Credentials of the Aimfox workspace.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AimfoxCredentials {
    /// Stands for `https://api.aimfox.com/api/v2`.
    pub base_url: String,
    pub api_key: String,
    /// The agency's key, which opens workspaces, seats and keys and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master_key: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("highlevel", &self.highlevel.base_url)
            .field("aimfox", &self.aimfox.base_url)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes or loads the world and starts both services.
    ///
    /// # Errors
    ///
    /// When a port is taken, or the state file cannot be read.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::start_at(config, Arc::new(SystemClock)).await
    }

    /// The same with a clock of the caller's.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::start`].
    pub async fn start_at(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let path = config.state_file.clone();
        let kept = match path.clone() {
            Some(path) => tokio::task::spawn_blocking(move || state_file::load(&path)).await??,
            None => None,
        };
        let (world, ports) = match kept {
            Some(mut kept) => {
                kept.world.furnish();
                (kept.world, kept.ports)
            }
            None => {
                let Config {
                    seed,
                    contacts,
                    leads,
                    overlap,
                    items,
                    ..
                } = config;
                let now = items.then(|| clock.now_ms());
                let made = move || {
                    let mut world = World::generate(seed, contacts, leads, overlap);
                    now.into_iter().for_each(|now| world.add_items(now));
                    world
                };
                (tokio::task::spawn_blocking(made).await?, (0, 0))
            }
        };
        let highlevel_at = listen(config.highlevel_port, ports.0).await?;
        let aimfox_at = listen(config.aimfox_port, ports.1).await?;
        let ports = (
            highlevel_at.local_addr()?.port(),
            aimfox_at.local_addr()?.port(),
        );
        let credentials = credentials(&world, ports);
        let house = house(&config, world, clock);
        let (stop, stopped) = watch::channel(false);
        let servers = [
            (Service::HighLevel, highlevel_at),
            (Service::Aimfox, aimfox_at),
        ]
        .into_iter()
        .map(|(service, listener)| {
            let door = Door {
                house: Arc::clone(&house),
                service,
            };
            tokio::spawn(serve(door, listener, stopped.clone()))
        })
        .collect();
        let posting = post::send(Arc::clone(&house), stopped.clone());
        let posting = tokio::spawn(posting);
        let saver = path.map(|path| tokio::spawn(keep(Arc::clone(&house), path, ports, stopped)));
        if saver.is_some() {
            // A new world is worth keeping before anything happened to it.
            house.changed.notify_one();
        }
        Ok(Self {
            house,
            credentials,
            stop,
            servers,
            posting: Some(posting),
            saver,
        })
    }

    /// Both services without a network: requests come in by [`Sandbox::answer`] only, and time is
    /// the caller's.
    pub fn unserved(config: &Config, clock: Arc<dyn Clock>) -> Self {
        let mut world = World::generate(config.seed, config.contacts, config.leads, config.overlap);
        if config.items {
            world.add_items(clock.now_ms());
        }
        // Nobody listens there; the two are told apart by it.
        let credentials = credentials(&world, (1, 2));
        let (stop, _) = watch::channel(false);
        Self {
            house: house(config, world, clock),
            credentials,
            stop,
            servers: Vec::new(),
            posting: None,
            saver: None,
        }
    }

    /// What one of the services answers to a request; nothing is waited for.
    pub fn answer(&self, service: Service, request: Request<Bytes>) -> Reply {
        let door = Door {
            house: Arc::clone(&self.house),
            service,
        };
        door.answer(&request)
    }

    /// What becomes of a request that stands for somebody's work at the service's own pages: it
    /// needs no key and counts towards no limit, and no fault strikes it.
    pub fn by_hand(&self, service: Service, request: &Request<Bytes>) -> Response<Bytes> {
        let door = Door {
            house: Arc::clone(&self.house),
            service,
        };
        door.by_hand(request)
    }

    /// How to reach both services.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Looks at the world, or changes it behind the services' backs.
    pub fn with_state<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let result = {
            let mut world = lock(&self.house.world);
            let result = look(&mut world);
            world.aimfox.forget_order();
            result
        };
        self.house.changed.notify_one();
        self.house.told.notify_one();
        result
    }

    /// A lead writes to the first seat on LinkedIn, now; nothing happens where there is no such lead.
    pub fn write_as_lead(&self, lead: u64, words: &str) {
        let now = self.house.clock.now_ms();
        self.with_state(|world| world.write_as_lead(lead, words, now));
    }

    /// Who is who in the world as it was made.
    pub fn truth(&self) -> Truth {
        lock(&self.house.world).truth().clone()
    }

    /// What was asked of a service so far.
    pub fn stats(&self, service: Service) -> Stats {
        lock(&self.house.desk).lane(service).stats.clone()
    }

    /// Changes what goes wrong, on both services.
    pub fn set_faults(&self, profile: FaultProfile) {
        let mut desk = lock(&self.house.desk);
        (desk.profile, desk.posts) = (profile, profile);
    }

    /// Changes what goes wrong on the way to webhooks, and nowhere else.
    pub fn set_post_faults(&self, profile: FaultProfile) {
        lock(&self.house.desk).posts = profile;
    }

    /// What Aimfox sent to webhooks so far, oldest first.
    pub fn posted(&self) -> Vec<Posted> {
        lock(&self.house.desk).posted.clone()
    }

    /// The same, once it is enough.
    pub async fn posted_until(&self, is_enough: impl Fn(&[Posted]) -> bool) -> Vec<Posted> {
        loop {
            let mut more = std::pin::pin!(self.house.posted.notified());
            // From here on nothing is missed.
            more.as_mut().enable();
            let posted = self.posted();
            if is_enough(&posted) {
                return posted;
            }
            more.await;
        }
    }

    /// Stops both services and saves the world.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for server in &mut self.servers {
            // A connection that was left hanging is not worth waiting for.
            if tokio::time::timeout(Duration::from_millis(500), &mut *server)
                .await
                .is_err()
            {
                server.abort();
            }
        }
        if let Some(posting) = self.posting.take() {
            // What is on its way to a webhook is not waited for.
            posting.abort();
        }
        if let Some(saver) = self.saver.take() {
            // It ends by itself, after the last save.
            drop(saver.await);
        }
    }
}

async fn listen(wanted: u16, last: u16) -> anyhow::Result<TcpListener> {
    if wanted == 0
        && last != 0
        && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, last)).await
    {
        return Ok(listener);
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))
        .await
        .with_context(|| format!("port {wanted} of this computer cannot be opened"))
}

fn house(config: &Config, world: World, clock: Arc<dyn Clock>) -> Arc<House> {
    Arc::new(House {
        seed: world.seed(),
        world: Mutex::new(world),
        desk: Mutex::new(Desk {
            profile: config.faults,
            posts: config.faults,
            posted: Vec::new(),
            highlevel_limit: HighLevelLimit::new(
                config.highlevel_per_10s,
                config.highlevel_per_day,
            ),
            aimfox_limit: AimfoxLimit::new(config.aimfox_per_minute),
            highlevel: Lane::default(),
            aimfox: Lane::default(),
        }),
        oauth: Mutex::default(),
        clock,
        campaign_day_ms: i64::try_from(config.campaign_day.as_millis()).unwrap_or(i64::MAX),
        lag_ms: i64::try_from(config.index_lag.as_millis()).unwrap_or(i64::MAX),
        changed: tokio::sync::Notify::new(),
        told: tokio::sync::Notify::new(),
        posted: tokio::sync::Notify::new(),
    })
}

fn credentials(world: &World, ports: (u16, u16)) -> Credentials {
    let (client_id, client_secret) = oauth::app(world.seed());
    Credentials {
        oauth: Some(OAuthCredentials {
            authorize_url: format!("http://127.0.0.1:{}/v2/oauth/chooselocation", ports.0),
            client_id,
            client_secret,
            company_id: world.highlevel.company_id.clone(),
        }),
        highlevel: HighLevelCredentials {
            base_url: format!("http://127.0.0.1:{}", ports.0),
            token: highlevel::token(world.seed()),
            location_id: world.highlevel.location_id.clone(),
        },
        aimfox: AimfoxCredentials {
            base_url: format!("http://127.0.0.1:{}/api/v2", ports.1),
            api_key: aimfox::key(world.seed()),
            master_key: Some(aimfox::master_key(world.seed())),
        },
    }
}

/// Resolves when the sandbox is stopped or dropped.
async fn ended(mut stopped: watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

async fn serve(door: Door, listener: TcpListener, stopped: watch::Receiver<bool>) {
    let app = Router::new().fallback(handle).with_state(door);
    let app = app.into_make_service_with_connect_info::<Line>();
    let server = axum::serve(LineListener(listener), app).with_graceful_shutdown(ended(stopped));
    if let Err(error) = server.await {
        tracing::warn!(%error, "a sandbox server ended");
    }
}

/// Saves the world a little after each change, and at the end.
async fn keep(house: Arc<House>, path: PathBuf, ports: (u16, u16), stopped: watch::Receiver<bool>) {
    let mut pause = SETTLE;
    loop {
        let last = tokio::select! {
            () = house.changed.notified() => false,
            () = ended(stopped.clone()) => true,
        };
        let last = last
            || tokio::select! {
                () = tokio::time::sleep(pause) => false,
                () = ended(stopped.clone()) => true,
            };
        let (house, path) = (Arc::clone(&house), path.clone());
        let saved = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let text = state_file::write_out(&lock(&house.world), ports)?;
            state_file::save(&path, &text)?;
            anyhow::Ok(began.elapsed())
        });
        match saved.await {
            // A big world must not be written all the time.
            Ok(Ok(took)) => pause = SETTLE.max(took * 5),
            Ok(Err(error)) => tracing::warn!("the sample data was not saved: {error:#}"),
            Err(error) => tracing::warn!(%error, "the sample data was not saved"),
        }
        if last {
            return;
        }
    }
}
