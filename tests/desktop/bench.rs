//! How fast and how big the program is, as ratios to a bare Tauri window that was built the same way.
//! `cargo xtask bench desktop` builds both and hands over where they are.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use crate::panel::{Panel, close_window};
use crate::session::{Group, SOON, Session, Surroundings};
use crate::story::there;

/// Starts that are timed; the first one of each is told apart.
const STARTS: usize = 6;
/// The colour of a primary button, as the screen holds it: blue, green, red.
const BUTTON: [u8; 3] = [0x0b, 0x45, 0xbf];
/// So many pixels of it are a button.
const BUTTON_PIXELS: usize = 500;
/// People of the long list.
const PEOPLE: u32 = 100_000;
/// How long processes are left alone before their memory is read, and their idling is watched.
const REST: Duration = Duration::from_secs(10);
const WATCHED: Duration = Duration::from_secs(60);

/// What is measured with what.
pub(crate) struct Programs<'a> {
    pub(crate) app: &'a Path,
    pub(crate) bare: &'a Path,
    /// Makes a data folder with many people.
    pub(crate) crowd: &'a Path,
}

/// Measures everything and prints it as a table.
pub(crate) async fn run(programs: &Programs<'_>) -> Result<()> {
    println!("| what | Foxbridge | bare window | ratio |");
    println!("|---|---:|---:|---:|");
    let size = |file: &Path| -> Result<f64> { Ok(fs::metadata(file)?.len() as f64) };
    let (ours, bare) = (size(programs.app)?, size(programs.bare)?);
    line("size of the program, MiB", mib(ours), mib(bare));

    let (ours, bare) = (starts(programs.app).await?, starts(programs.bare).await?);
    line(
        "first start in a new folder until its button is drawn, ms",
        ours.0,
        bare.0,
    );
    line(
        "start until its button is drawn, ms, median",
        ours.1,
        bare.1,
    );

    let dir = tempfile::tempdir()?;
    let bare = {
        let session = Session::start(programs.bare, &dir.path().join("bare")).await?;
        rest().await;
        let used = pss(session.leader())?;
        session.end().await?;
        used
    };
    let session = Session::start(programs.app, &dir.path().join("data")).await?;
    session
        .until("the start page", &there("start-sample"), SOON)
        .await?;
    rest().await;
    let ours = pss(session.leader())?;
    session.end().await?;
    line(
        "memory with its window idle, MiB (PSS)",
        mib(ours),
        mib(bare),
    );

    in_the_tray(programs, dir.path(), bare).await?;
    with_a_crowd(programs, dir.path(), bare).await
}

fn line(what: &str, ours: f64, bare: f64) {
    println!("| {what} | {ours:.1} | {bare:.1} | {:.2} |", ours / bare);
}

fn alone(what: &str, ours: impl std::fmt::Display) {
    println!("| {what} | {ours} | | |");
}

fn mib(bytes: f64) -> f64 {
    bytes / 1024.0 / 1024.0
}

async fn rest() {
    tokio::time::sleep(REST).await;
}

/// Without a window: never opened, and closed again.
async fn in_the_tray(programs: &Programs<'_>, dir: &Path, bare: f64) -> Result<()> {
    let surroundings = Surroundings::start()?;
    let mut command = surroundings.script("exec \"$PROGRAM\" --hidden")?;
    command
        .env("PROGRAM", programs.app)
        .env("FOXBRIDGE_DATA_DIR", dir.join("tray"));
    let program = Group::start(&mut command)?;
    let panel = Panel::start(&surroundings).await?;
    let icon = panel.icon().await?;
    rest().await;
    let hidden = pss(program.id())?;
    line(
        "memory in the tray, never opened, MiB (PSS)",
        mib(hidden),
        mib(bare),
    );
    let before = cpu(icon.process)?;
    tokio::time::sleep(WATCHED).await;
    let spent = (cpu(icon.process)? - before) / WATCHED.as_secs_f64() * 100.0;
    alone(
        "processor in the tray, % of one core",
        format!("{spent:.2}"),
    );

    let asked = Instant::now();
    icon.choose("Open Foxbridge").await?;
    until_drawn(surroundings.display()).await?;
    let opened = asked.elapsed().as_millis();
    alone("from the tray until its button is drawn, ms", opened);
    rest().await;
    close_window(surroundings.display(), "Foxbridge").await?;
    icon.web_view(false).await?;
    rest().await;
    let closed = pss(program.id())?;
    line(
        "memory in the tray, closed, MiB (PSS)",
        mib(closed),
        mib(bare),
    );
    icon.choose("Quit Foxbridge").await?;
    // Its session ends with it, and so does the bus.
    program.ended().await?;
    Ok(())
}

/// The list of a hundred thousand people: memory, and frames until what was asked for is there.
async fn with_a_crowd(programs: &Programs<'_>, dir: &Path, bare: f64) -> Result<()> {
    let data = dir.join("crowd");
    let made = Command::new(programs.crowd)
        .arg(&data)
        .arg(dir.join("key"))
        .arg(PEOPLE.to_string())
        .output()?;
    if !made.status.success() {
        bail!("crowd: {}", String::from_utf8_lossy(&made.stderr));
    }
    let made: Value = serde_json::from_slice(&made.stdout)?;
    let sync = made["sync"].as_str().context("a sync")?;
    let session = Session::start(programs.app, &data).await?;
    session.visit(&format!("/people/{sync}")).await?;
    session
        .until("the people", &there("person-row"), SOON)
        .await?;
    rest().await;
    let used = pss(session.leader())?;
    line(
        "memory with 100,000 people listed, MiB (PSS)",
        mib(used),
        mib(bare),
    );
    for (what, script) in [
        ("scrolling a row a frame", SCROLL),
        ("a jump in the list until its rows are there", JUMP),
        ("a letter typed until the list is another", SEARCH),
    ] {
        let told = session.client.execute_async(script, vec![]).await?;
        let number = |name: &str| told[name].as_f64().unwrap_or(f64::NAN);
        alone(
            &format!("{what}, frames of 16.7 ms: median / worst"),
            format!("{:.1} / {:.1}", number("median"), number("worst")),
        );
    }
    rest().await;
    let used = pss(session.leader())?;
    line("memory after all that, MiB (PSS)", mib(used), mib(bare));
    session.end().await
}

/// A script that times something in the page, by the page's own clock, and tells it in frames.
macro_rules! timed {
    ($script:literal) => {
        concat!(
            "const done = arguments[0]; const times = []; \
             const frame = () => new Promise(requestAnimationFrame); \
             const list = document.querySelector('[role=listbox]'); (async () => { ",
            $script,
            " })().then(() => { times.sort((a, b) => a - b); \
               done({ median: times[times.length >> 1] / 16.667, worst: times.at(-1) / 16.667 }); });"
        )
    };
}

/// Three hundred frames, each a row further: how long each took.
const SCROLL: &str = timed!(
    "list.scrollTop = 0; let last = await frame(); \
     for (let n = 0; n < 300; n++) { list.scrollTop += 40; const now = await frame(); \
     times.push(now - last); last = now; }"
);

/// To forty places all over the list.
const JUMP: &str = timed!(
    "const loaded = () => [...list.querySelectorAll('[role=option]')] \
       .every((row) => row.innerText.trim()); \
     for (let n = 1; n <= 40; n++) { const began = performance.now(); \
     list.scrollTop = (list.scrollHeight * ((n * 17) % 41)) / 41; \
     do await frame(); while (!loaded()); times.push(performance.now() - began); }"
);

/// A name, letter by letter; the pause that the page makes while somebody types counts.
const SEARCH: &str = timed!(
    "const field = document.querySelector('main input[type=text]'); \
     const total = document.querySelector('[data-testid=people-total]'); \
     for (const words of ['k', 'ka', 'j', 'jo', 'm', 'ma', 'a', 'ad', 'b', 'bj']) { \
     const was = total.textContent; const began = performance.now(); \
     field.value = words; field.dispatchEvent(new Event('input', { bubbles: true })); \
     do await frame(); while (total.textContent === was && performance.now() - began < 3000); \
     if (total.textContent !== was) times.push(performance.now() - began); }"
);

/// How long a start takes: the first one, and the median of those after it. In milliseconds.
async fn starts(program: &Path) -> Result<(f64, f64)> {
    let dir = tempfile::tempdir()?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let surroundings = Surroundings::start()?;
        let mut command = surroundings.script(
            "date +%s%N >\"$BEGAN.new\"; mv \"$BEGAN.new\" \"$BEGAN\"; exec \"$PROGRAM\"",
        )?;
        let began = dir.path().join("began");
        command
            .env("PROGRAM", program)
            .env("BEGAN", &began)
            .env("FOXBRIDGE_DATA_DIR", dir.path().join("data"));
        let _program = Group::start(&mut command)?;
        until_drawn(surroundings.display()).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let then: u128 = fs::read_to_string(&began)?.trim().parse()?;
        times.push((now - then) as f64 / 1e6);
    }
    let first = times.remove(0);
    times.sort_by(f64::total_cmp);
    Ok((first, times[times.len() / 2]))
}

/// Waits until a primary button is on the screen.
async fn until_drawn(display: &str) -> Result<()> {
    let (server, screen) = x11rb::connect(Some(display))?;
    let screen = &server.setup().roots[screen];
    let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
    let deadline = Instant::now() + SOON;
    loop {
        let format = ImageFormat::Z_PIXMAP;
        let image = server.get_image(format, screen.root, 0, 0, width, height, u32::MAX)?;
        let pixels = image.reply()?.data;
        let button = pixels.chunks_exact(4).filter(|pixel| pixel[..3] == BUTTON);
        if button.count() > BUTTON_PIXELS {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("no button was drawn within {SOON:?}");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Everything below a process that is the program or WebKit's, by parent.
fn family(leader: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|id| id.parse().ok()) else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        children
            .entry(parent.unwrap_or_default())
            .or_default()
            .push(id);
    }
    let (mut all, mut open) = (Vec::new(), vec![leader]);
    while let Some(id) = open.pop() {
        open.extend(children.remove(&id).unwrap_or_default());
        all.push(id);
    }
    all
}

/// Not of the program: what a session is made of.
const SURROUNDINGS: &[&str] = &[
    "dbus-run-session",
    "dbus-daemon",
    "gnome-keyring-d",
    "WebKitWebDriver",
    "sh",
    "at-spi",
    "dconf-service",
    "gvfs",
    "xdg-",
];

/// The proportional set size of the program and its web view, in bytes.
fn pss(leader: u32) -> Result<f64> {
    let mut sum = 0.0;
    for id in family(leader) {
        let place = PathBuf::from(format!("/proc/{id}"));
        let name = fs::read_to_string(place.join("comm")).unwrap_or_default();
        if SURROUNDINGS.iter().any(|one| name.trim().starts_with(one)) {
            continue;
        }
        // A process may end while it is looked at.
        let Ok(rollup) = fs::read_to_string(place.join("smaps_rollup")) else {
            continue;
        };
        let line = rollup.lines().find(|line| line.starts_with("Pss:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        sum += kib.unwrap_or_default() * 1024.0;
    }
    if sum == 0.0 {
        bail!("the program's memory cannot be read");
    }
    Ok(sum)
}

/// Processor time of a process and what it started, in seconds.
fn cpu(process: u32) -> Result<f64> {
    let mut ticks = 0.0;
    for id in family(process) {
        let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else {
            continue;
        };
        let (_, rest) = stat.rsplit_once(") ").context("a process's figures")?;
        // From the state on: user and system time are the 12th and 13th.
        let spent = rest.split(' ').skip(11).take(2);
        ticks += spent.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>();
    }
    // USER_HZ is 100 on every Linux that we build for.
    Ok(ticks / 100.0)
}
