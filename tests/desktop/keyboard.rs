//! A keyboard for windows that are not pages, such as the system's file dialogs.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::session::SOON;

/// X's names of keys; letters have those of Latin-1.
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;
const RETURN: u32 = 0xff0d;
const ESCAPE: u32 = 0xff1b;

/// How long a dialog is given to take a name before it is typed again.
const AGAIN: Duration = Duration::from_secs(3);

/// Keys go to the window that has the focus.
pub(crate) struct Keyboard {
    server: RustConnection,
    root: Window,
    first: u8,
    /// The keys' meanings, without and with shift, `per` for each.
    meanings: Vec<u32>,
    per: usize,
}

impl Keyboard {
    pub(crate) fn of(display: &str) -> Result<Self> {
        let (server, screen) = x11rb::connect(Some(display))?;
        let setup = server.setup();
        let (root, first) = (setup.roots[screen].root, setup.min_keycode);
        let mapping = server
            .get_keyboard_mapping(first, setup.max_keycode - first + 1)?
            .reply()?;
        Ok(Self {
            root,
            first,
            per: mapping.keysyms_per_keycode.into(),
            meanings: mapping.keysyms,
            server,
        })
    }

    /// Waits for a dialog, which stands before the window of this title, and gives it the keyboard.
    pub(crate) async fn dialog(&self, title: &str) -> Result<Dialog<'_>> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + SOON;
        loop {
            tick.tick().await;
            if let Some(window) = self.before(title)? {
                let now = x11rb::CURRENT_TIME;
                self.server
                    .set_input_focus(InputFocus::PARENT, window, now)?
                    .check()?;
                return Ok(Dialog {
                    keyboard: self,
                    window,
                });
            }
            if Instant::now() > deadline {
                bail!("no dialog within {SOON:?}");
            }
        }
    }

    /// A window that can be seen, has a name, and is not the one of this title.
    fn before(&self, title: &str) -> Result<Option<Window>> {
        for window in self.server.query_tree(self.root)?.reply()?.children {
            let (kind, text) = (AtomEnum::WM_NAME, AtomEnum::ANY);
            let name = self
                .server
                .get_property(false, window, kind, text, 0, 256)?;
            let state = self.server.get_window_attributes(window)?;
            // A window may go while it is looked at.
            let (Ok(name), Ok(state)) = (name.reply(), state.reply()) else {
                continue;
            };
            let is_other = !name.value.is_empty() && name.value != title.as_bytes();
            if is_other && state.map_state == MapState::VIEWABLE {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// The key of a meaning, and whether shift goes with it.
    fn key(&self, meaning: u32) -> Result<(u8, bool)> {
        let mut keys = self.meanings.chunks(self.per).zip(self.first..);
        let found = keys.find_map(|(all, key)| {
            let at = all.iter().take(2).position(|one| *one == meaning)?;
            Some((key, at == 1))
        });
        found.with_context(|| format!("no key types {meaning:#x}"))
    }

    fn press(&self, meaning: u32, with: Option<u32>) -> Result<()> {
        let (key, shifted) = self.key(meaning)?;
        let mut held = Vec::new();
        for one in with.into_iter().chain(shifted.then_some(SHIFT)) {
            held.push(self.key(one)?.0);
        }
        let send = |kind, key| -> Result<()> {
            self.server
                .xtest_fake_input(kind, key, 0, self.root, 0, 0, 0)?
                .check()?;
            Ok(())
        };
        held.iter()
            .try_for_each(|key| send(KEY_PRESS_EVENT, *key))?;
        send(KEY_PRESS_EVENT, key)?;
        send(KEY_RELEASE_EVENT, key)?;
        held.iter()
            .try_for_each(|key| send(KEY_RELEASE_EVENT, *key))
    }
}

/// A dialog that has the keyboard.
pub(crate) struct Dialog<'a> {
    keyboard: &'a Keyboard,
    window: Window,
}

impl Dialog<'_> {
    /// Writes a name over the one that is there, and confirms it.
    pub(crate) async fn answer(self, name: &str) -> Result<()> {
        // To the box for a place: a dialog that opens files shows it only then, and may empty it once
        // more while it does. Whoever sees that types again.
        self.keyboard.press('l'.into(), Some(CONTROL))?;
        let deadline = Instant::now() + SOON;
        while Instant::now() < deadline {
            self.keyboard.press('a'.into(), Some(CONTROL))?;
            for letter in name.chars() {
                self.keyboard.press(letter.into(), None)?;
            }
            self.keyboard.press(RETURN, None)?;
            if self.gone(AGAIN).await.is_ok() {
                return Ok(());
            }
        }
        bail!("the dialog took no name within {SOON:?}")
    }

    /// Thinks better of it.
    pub(crate) async fn leave(self) -> Result<()> {
        self.keyboard.press(ESCAPE, None)?;
        self.gone(SOON).await
    }

    async fn gone(&self, within: Duration) -> Result<()> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + within;
        loop {
            tick.tick().await;
            let state = self.keyboard.server.get_window_attributes(self.window)?;
            match state.reply() {
                Ok(state) if state.map_state == MapState::VIEWABLE => {}
                _ => return Ok(()),
            }
            if Instant::now() > deadline {
                bail!("the dialog is still there after {within:?}");
            }
        }
    }
}
