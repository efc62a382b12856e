//! A session of the real desktop program: a virtual screen, a session bus and a keyring of its own,
//! and WebKit's own driver, so that sessions neither see each other nor the user's desktop.
//!
//! Shared by the desktop test and the `drive` example behind `cargo xtask demo` and `shot`.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context as _, Result, anyhow, bail};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long anything that should happen at once may take on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// A process and all it starts. Ends with it.
pub(crate) struct Group {
    leader: Option<Child>,
    id: u32,
}

impl Group {
    /// Starts a command as the head of a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        command.stdin(Stdio::null());
        let leader = command
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        Ok(Self {
            id: leader.id(),
            leader: Some(leader),
        })
    }

    /// The leader's process.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Waits until its leader has ended; the code it ended with.
    pub(crate) async fn ended(mut self) -> Result<Option<i32>> {
        let mut leader = self.leader.take().context("a leader")?;
        let waited = tokio::task::spawn_blocking(move || leader.wait());
        let status = tokio::time::timeout(SOON, waited)
            .await
            .with_context(|| format!("it did not end within {SOON:?}"))???;
        Ok(status.code())
    }

    fn signal(&self, name: &str) {
        let group = format!("-{}", self.id);
        let _gone_already = Command::new("kill")
            .args(["-s", name, "--", &group])
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Asked first: Xvfb then takes its lock file away.
        self.signal("TERM");
        if let Some(mut leader) = self.leader.take() {
            let (ended, wait) = mpsc::channel();
            let waiting = thread::spawn(move || ended.send(leader.wait().is_ok()).is_ok());
            let _in_time = wait.recv_timeout(Duration::from_secs(3));
            self.signal("KILL");
            let _ended = waiting.join();
        }
    }
}

/// A screen nobody sees, and a home folder nobody lives in.
pub(crate) struct Surroundings {
    home: tempfile::TempDir,
    display: String,
    _screen: Group,
}

impl Surroundings {
    /// What must be installed for a session and is not.
    pub(crate) fn missing() -> Vec<&'static str> {
        let programs = [
            "Xvfb",
            "WebKitWebDriver",
            "dbus-run-session",
            "gnome-keyring-daemon",
        ];
        let path = env::var_os("PATH").unwrap_or_default();
        let there = |program: &str| env::split_paths(&path).any(|dir| dir.join(program).is_file());
        programs
            .into_iter()
            .filter(|program| !there(program))
            .collect()
    }

    /// Starts the screen.
    pub(crate) fn start() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("foxbridge-").tempdir()?;
        let mut command = Command::new("Xvfb");
        // Xvfb picks a free number itself and tells it once it listens.
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x860x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut screen = Group::start(&mut command)?;
        let out = screen
            .leader
            .as_mut()
            .and_then(|xvfb| xvfb.stdout.take())
            .context("Xvfb's output")?;
        let mut number = String::new();
        BufReader::new(out).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!("Xvfb ended before it had a display");
        }
        Ok(Self {
            home,
            display: format!(":{}", number.trim()),
            _screen: screen,
        })
    }

    /// The screen's name, e.g. `:99`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// The address of the session bus, once a script has started it.
    pub(crate) async fn bus(&self) -> Result<String> {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        let deadline = Instant::now() + SOON;
        loop {
            tick.tick().await;
            if let Ok(address) = fs::read_to_string(self.home.path().join("bus")) {
                return Ok(address);
            }
            if Instant::now() > deadline {
                bail!("no session bus within {SOON:?}");
            }
        }
    }

    /// What the session's programs say.
    fn log(&self) -> PathBuf {
        self.home.path().join("session.log")
    }

    /// A shell script on a session bus of its own, with an unlocked, empty keyring.
    pub(crate) fn script(&self, script: &str) -> Result<Command> {
        let home = self.home.path();
        let run = home.join("run");
        if !run.exists() {
            fs::create_dir(&run)?;
            #[cfg(unix)]
            fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        }
        // The keyring is there before the program asks: a daemon that the bus starts on the first
        // call would come up locked and wait for a password on a screen that nobody sees.
        let whole = format!(
            "printf %s \"$DBUS_SESSION_BUS_ADDRESS\" >\"$HOME/bus.new\"\n\
             mv \"$HOME/bus.new\" \"$HOME/bus\"\n\
             printf '\\n' | gnome-keyring-daemon --foreground --unlock --components=secrets \
             >/dev/null 2>&1 &\n\
             gdbus wait --session --timeout 20 org.freedesktop.secrets || exit 97\n{script}"
        );
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", "sh", "-c", &whole])
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", run)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("DISPLAY", &self.display)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("FOXBRIDGE_DATA_DIR")
            .env_remove("FOXBRIDGE_VAULT_KEY_FILE");
        Ok(command)
    }
}

/// The window, driven.
pub(crate) struct Session {
    /// The WebDriver session.
    pub(crate) client: Client,
    // In this order: the driver and the program end before the screen does.
    driver: Group,
    /// Where it happens.
    pub(crate) surroundings: Surroundings,
}

impl Session {
    /// Starts the program and waits for its window.
    pub(crate) async fn start(binary: &Path, data_dir: &Path) -> Result<Self> {
        let surroundings = Surroundings::start()?;
        let port = free_port()?;
        let mut command =
            surroundings.script("exec WebKitWebDriver --host=127.0.0.1 --port=$PORT")?;
        command
            .env("PORT", port.to_string())
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("FOXBRIDGE_DATA_DIR", data_dir)
            // Daemons chatter; it is shown when something goes wrong.
            .stderr(fs::File::create(surroundings.log())?);
        let driver = Group::start(&mut command)?;
        listening(port).await?;
        let options = json!({ "binary": binary, "args": [] });
        let mut wanted = Capabilities::new();
        wanted.insert("webkitgtk:browserOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = builder.capabilities(wanted).connect(&address);
        // A program that ends at once would leave the driver waiting for ever.
        let client = tokio::time::timeout(SOON, connected).await.map_err(|_| {
            let said = fs::read_to_string(surroundings.log()).unwrap_or_default();
            anyhow!(
                "no window of {} within {SOON:?}; it said:\n{said}",
                binary.display()
            )
        })??;
        Ok(Self {
            client,
            driver,
            surroundings,
        })
    }

    /// The process above the driver and the program.
    pub(crate) fn leader(&self) -> u32 {
        self.driver.id()
    }

    /// Waits until an element with this `data-testid` is there and can be used, and clicks it.
    pub(crate) async fn click(&self, id: &str) -> Result<()> {
        let usable = format!(
            "const e = document.querySelector('[data-testid=\"{id}\"]'); \
             return !!e && !e.disabled && e.getAttribute('aria-disabled') !== 'true';"
        );
        self.until(&format!("`{id}` to be usable"), &usable, SOON)
            .await?;
        let css = format!("[data-testid=\"{id}\"]");
        self.client
            .find(Locator::Css(&css))
            .await?
            .click()
            .await
            .with_context(|| format!("`{id}`"))
    }

    /// Waits until an element is there, and clicks it.
    pub(crate) async fn click_at(&self, place: Locator<'_>) -> Result<()> {
        let found = self.client.wait().at_most(SOON).for_element(place).await;
        found
            .with_context(|| format!("{place:?}"))?
            .click()
            .await
            .with_context(|| format!("{place:?}"))
    }

    /// Waits for an element with this `data-testid`, a select box, and chooses one of its values.
    pub(crate) async fn choose(&self, id: &str, value: &str) -> Result<()> {
        let css = format!("[data-testid=\"{id}\"]");
        let there = format!("return !!document.querySelector('{css} option[value=\"{value}\"]')");
        self.until(&format!("`{id}` to offer {value}"), &there, SOON)
            .await?;
        let select = self.client.find(Locator::Css(&css)).await?;
        select
            .select_by_value(value)
            .await
            .with_context(|| format!("`{id}`"))
    }

    /// Waits for a field with this `data-testid` and types into it.
    pub(crate) async fn fill(&self, id: &str, text: &str) -> Result<()> {
        let css = format!("[data-testid=\"{id}\"]");
        let there = format!("return !!document.querySelector('{css}')");
        self.until(&format!("the field `{id}`"), &there, SOON)
            .await?;
        let field = self.client.find(Locator::Css(&css)).await?;
        field
            .send_keys(text)
            .await
            .with_context(|| format!("`{id}`"))
    }

    /// Waits until a script returns something true, and gives that back.
    pub(crate) async fn until(&self, what: &str, script: &str, limit: Duration) -> Result<Value> {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let deadline = Instant::now() + limit;
        loop {
            tick.tick().await;
            let value = self.client.execute(script, vec![]).await?;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            if Instant::now() > deadline {
                let text = self.text().await.unwrap_or_default();
                bail!("waited {limit:?} for {what}; the page says:\n{text}");
            }
        }
    }

    /// The page's visible text.
    pub(crate) async fn text(&self) -> Result<String> {
        let text = self
            .client
            .execute("return document.body.innerText", vec![])
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a command of the contract the way the page does.
    pub(crate) async fn call(&self, command: &str, request: Value) -> Result<Value> {
        let script = "const [command, request, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke('rpc', { command, request }) \
                .then((ok) => done({ ok }), (error) => done({ error }));";
        let mut answer = self
            .client
            .execute_async(script, vec![json!(command), request])
            .await?;
        match answer.get("error") {
            None => Ok(answer["ok"].take()),
            Some(error) => bail!("{command} answered {error}"),
        }
    }

    /// Goes to a page by its hash route, e.g. `/activity`.
    pub(crate) async fn visit(&self, route: &str) -> Result<()> {
        self.client
            .execute("location.hash = arguments[0]", vec![json!(route)])
            .await?;
        Ok(())
    }

    /// Waits until nothing is loading or moving, then saves a picture of the page.
    pub(crate) async fn picture(&self, file: &Path) -> Result<Vec<u8>> {
        let settled = "return document.fonts.status === 'loaded' \
            && !document.querySelector('[aria-busy=\"true\"]') \
            && document.getAnimations().every((a) => a.playState !== 'running' \
                || a.effect?.getComputedTiming().iterations === Infinity);";
        self.until("the page to settle", settled, SOON).await?;
        // Until nothing has changed for a moment; and the picture is of the last frame that was
        // drawn, so two more frames.
        let quiet = "const done = arguments[0]; let timer; \
            const frames = () => requestAnimationFrame(() => requestAnimationFrame(finish)); \
            const finish = () => { watch.disconnect(); done(); }; \
            const wait = () => { clearTimeout(timer); timer = setTimeout(frames, 200); }; \
            const watch = new MutationObserver(wait); \
            watch.observe(document, { subtree: true, childList: true, characterData: true }); \
            setTimeout(frames, 5000); wait();";
        self.client.execute_async(quiet, vec![]).await?;
        let png = self.client.screenshot().await?;
        if let Some(dir) = file.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(file, &png).with_context(|| format!("writing {}", file.display()))?;
        Ok(png)
    }

    /// Ends the session.
    pub(crate) async fn end(self) -> Result<()> {
        self.client
            .clone()
            .close()
            .await
            .context("ending the session")
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

async fn listening(port: u16) -> Result<()> {
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let deadline = Instant::now() + SOON;
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        if Instant::now() > deadline {
            bail!("WebKitWebDriver did not listen on port {port} within {SOON:?}");
        }
        tick.tick().await;
    }
    Ok(())
}

/// Where pictures of a run of the tests go.
pub(crate) fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/desktop")
}
