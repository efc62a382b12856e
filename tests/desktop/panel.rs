//! What a desktop does with a program in its tray: it gives the icon a place
//! (org.kde.StatusNotifierWatcher), reads and clicks its menu (com.canonical.dbusmenu), shows
//! notifications, and closes windows.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window,
};
use zbus::message::Header;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};
use zbus::{Connection, fdo, interface};

use crate::session::{SOON, Surroundings};

const MENU: &str = "com.canonical.dbusmenu";
const ITEM: &str = "org.kde.StatusNotifierItem";
const BUS: &str = "org.freedesktop.DBus";

/// Whose icon it is, and where on its connection.
type Registered = Option<(OwnedUniqueName, OwnedObjectPath)>;

/// A panel with a place for one icon, and with a notification service.
pub(crate) struct Panel {
    bus: Connection,
    icon: watch::Receiver<Registered>,
    notices: watch::Receiver<Vec<String>>,
}

struct Watcher(watch::Sender<Registered>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        path: &str,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<()> {
        let wrong = |what: String| fdo::Error::InvalidArgs(what);
        let sender = header.sender().ok_or_else(|| wrong("no sender".into()))?;
        let path = OwnedObjectPath::try_from(path).map_err(|e| wrong(e.to_string()))?;
        self.0.send_replace(Some((sender.to_owned().into(), path)));
        Ok(())
    }

    fn register_status_notifier_host(&self, _host: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

struct Notices(watch::Sender<Vec<String>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notices {
    #[allow(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        _body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.0.send_modify(|all| all.push(summary.to_owned()));
        u32::try_from(self.0.borrow().len()).unwrap_or(u32::MAX)
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = str::to_owned;
        (text("panel"), text("tests"), text("0"), text("1.2"))
    }
}

impl Panel {
    /// Waits for the session's bus and takes its place there.
    pub(crate) async fn start(surroundings: &Surroundings) -> Result<Self> {
        let (registered, icon) = watch::channel(None);
        let (told, notices) = watch::channel(Vec::new());
        let address = surroundings.bus().await?;
        let bus = zbus::connection::Builder::address(address.as_str())?
            .serve_at("/StatusNotifierWatcher", Watcher(registered))?
            .serve_at("/org/freedesktop/Notifications", Notices(told))?
            .name("org.freedesktop.Notifications")?
            .name("org.kde.StatusNotifierWatcher")?
            .build()
            .await?;
        Ok(Self { bus, icon, notices })
    }

    /// Waits for the program's icon.
    pub(crate) async fn icon(&self) -> Result<Icon> {
        let mut icon = self.icon.clone();
        let registered = icon.wait_for(Option::is_some);
        let registered = tokio::time::timeout(SOON, registered)
            .await
            .with_context(|| format!("no icon in the tray within {SOON:?}"))??
            .clone();
        let (owner, path) = registered.context("an icon")?;
        let get = (ITEM, "Menu");
        let menu: OwnedValue = self
            .bus
            .call_method(
                Some(&owner),
                &path,
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &get,
            )
            .await?
            .body()
            .deserialize()?;
        let whose = "GetConnectionUnixProcessID";
        let process: u32 = self
            .bus
            .call_method(
                Some(BUS),
                "/org/freedesktop/DBus",
                Some(BUS),
                whose,
                &owner.as_str(),
            )
            .await?
            .body()
            .deserialize()?;
        Ok(Icon {
            bus: self.bus.clone(),
            owner,
            menu: menu.try_into()?,
            process,
        })
    }

    /// Waits until so many notifications were shown; their titles.
    pub(crate) async fn notices(&self, count: usize) -> Result<Vec<String>> {
        let mut notices = self.notices.clone();
        let enough = notices.wait_for(|all| all.len() >= count);
        let all = tokio::time::timeout(SOON, enough).await.with_context(|| {
            format!(
                "{count} notifications within {SOON:?}; there are {:?}",
                self.notices.borrow().as_slice()
            )
        })??;
        Ok(all.clone())
    }
}

/// A line of a menu, also of the menus in it.
#[derive(Debug)]
pub(crate) struct Line {
    id: i32,
    pub(crate) label: String,
    pub(crate) enabled: bool,
}

/// The program's icon.
pub(crate) struct Icon {
    bus: Connection,
    owner: OwnedUniqueName,
    menu: OwnedObjectPath,
    /// The program's process.
    pub(crate) process: u32,
}

impl Icon {
    /// What the menu says now, from the top; separators are left out.
    pub(crate) async fn lines(&self) -> Result<Vec<Line>> {
        let all = (0_i32, -1_i32, Vec::<String>::new());
        let answer = self
            .bus
            .call_method(Some(&self.owner), &self.menu, Some(MENU), "GetLayout", &all)
            .await?;
        let (_revision, root): (u32, Entry) = answer.body().deserialize()?;
        let mut lines = Vec::new();
        flatten(root, &mut lines)?;
        Ok(lines)
    }

    /// Waits until the menu says it.
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&[Line]) -> bool) -> Result<()> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + SOON;
        loop {
            tick.tick().await;
            let lines = self.lines().await?;
            if so(&lines) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("waited {SOON:?} for {what}; the menu says {lines:?}");
            }
        }
    }

    /// Waits until the menu has a line of this name that can be chosen, and chooses it.
    pub(crate) async fn choose(&self, label: &str) -> Result<()> {
        let usable = |lines: &[Line]| lines.iter().any(|one| one.label == label && one.enabled);
        self.until(&format!("{label:?}"), usable).await?;
        let lines = self.lines().await?;
        let line = lines.iter().find(|one| one.label == label);
        let id = line.context("the line is gone again")?.id;
        let event = (id, "clicked", Value::from(""), 0_u32);
        self.bus
            .call_method(Some(&self.owner), &self.menu, Some(MENU), "Event", &event)
            .await?;
        Ok(())
    }

    /// Whether the program has a web view: WebKit draws in a process of its own.
    pub(crate) fn has_a_web_view(&self) -> bool {
        let children = fs::read_dir("/proc").into_iter().flatten().flatten();
        children
            .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
            // `pid (name) state parent`; a name is cut after fifteen letters.
            .filter_map(|stat| {
                let (start, rest) = stat.rsplit_once(") ")?;
                let mut rest = rest.split(' ');
                let (state, parent) = (rest.next()?, rest.next()?.parse::<u32>().ok()?);
                Some(start.ends_with("(WebKitWebProces") && state != "Z" && parent == self.process)
            })
            .any(|is| is)
    }

    /// Waits until there is a web view, or none.
    pub(crate) async fn web_view(&self, wanted: bool) -> Result<()> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + SOON;
        while self.has_a_web_view() != wanted {
            if Instant::now() > deadline {
                bail!("waited {SOON:?} for the web view to be {wanted}");
            }
            tick.tick().await;
        }
        Ok(())
    }

    /// Waits until the program has left the bus.
    pub(crate) async fn gone(&self) -> Result<()> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + SOON;
        loop {
            let there: bool = self
                .bus
                .call_method(
                    Some(BUS),
                    "/org/freedesktop/DBus",
                    Some(BUS),
                    "NameHasOwner",
                    &self.owner.as_str(),
                )
                .await?
                .body()
                .deserialize()?;
            if !there {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the program is still there after {SOON:?}");
            }
            tick.tick().await;
        }
    }
}

/// Of a menu, as `GetLayout` answers: id, properties, what is in it.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn flatten((id, mut properties, children): Entry, into: &mut Vec<Line>) -> Result<()> {
    if let Some(label) = properties.remove("label") {
        let enabled = properties.remove("enabled").map(bool::try_from);
        into.push(Line {
            id,
            label: label.try_into()?,
            enabled: enabled.transpose()?.unwrap_or(true),
        });
    }
    for child in children {
        let child = Structure::try_from(Value::from(child))?;
        flatten(child.try_into()?, into)?;
    }
    Ok(())
}

/// Closes the window of this title the way a window manager does when its cross is clicked.
pub(crate) async fn close_window(display: &str, title: &str) -> Result<()> {
    let (server, screen) = x11rb::connect(Some(display))?;
    let root = server.setup().roots[screen].root;
    let atom = |name: &str| -> Result<Atom> {
        let name = server.intern_atom(false, name.as_bytes())?;
        Ok(name.reply()?.atom)
    };
    let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
    let is_it = |window: Window| -> Result<bool> {
        let (kind, text) = (AtomEnum::WM_NAME, AtomEnum::ANY);
        let name = server.get_property(false, window, kind, text, 0, 256)?;
        let state = server.get_window_attributes(window)?;
        Ok(name.reply()?.value == title.as_bytes()
            && state.reply()?.map_state == MapState::VIEWABLE)
    };
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    let deadline = Instant::now() + SOON;
    loop {
        tick.tick().await;
        let windows = server.query_tree(root)?.reply()?.children;
        // A window may go while it is looked at.
        let window = windows
            .into_iter()
            .find(|window| is_it(*window).unwrap_or_default());
        if let Some(window) = window {
            let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
            server
                .send_event(false, window, EventMask::NO_EVENT, message)?
                .check()?;
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("no window \"{title}\" on {display} within {SOON:?}");
        }
    }
}
