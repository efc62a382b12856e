//! Proof beyond what every test run can afford: soaks on fresh seeds, and benches as ratios.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use crate::packages::{self, Need};
use crate::run::{Run, target};
use crate::ui;

/// Random worlds of one round; a round ends before the time is looked at again.
const ROUND: u32 = 20_000;
/// Histories of the whole program in one round.
const HISTORIES: u64 = 500;
/// The properties that are soaked, as test targets of the engine.
const WORLDS: [&str; 2] = ["world", "items"];

/// Runs the engine's random worlds and the simulation of the whole program on fresh seeds for so many
/// minutes. What breaks a rule is kept beside its test, where every later test run tries it first.
pub(crate) fn soak(minutes: &str) -> Result<()> {
    let minutes: u64 = minutes
        .parse()
        .with_context(|| format!("--minutes takes a whole number, not \"{minutes}\""))?;
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let (mut worlds, mut spent) = (0_u64, Duration::ZERO);
    let (mut histories, mut simulated) = (0_u64, Duration::ZERO);
    // Nobody has played these seeds; each soak begins elsewhere.
    let begin = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() << 16;
    while worlds == 0 || Instant::now() < until {
        for world in WORLDS {
            let test = ["test", "--workspace", "--test", world];
            spent += timed(&test, "random", &[("FOXBRIDGE_CASES", ROUND.to_string())])?;
            worlds += u64::from(ROUND);
        }
        let test = ["test", "--workspace", "--test", "simulation"];
        let seeds = [
            ("FOXBRIDGE_FIRST_SEED", (begin + histories).to_string()),
            ("FOXBRIDGE_SEEDS", HISTORIES.to_string()),
        ];
        simulated += timed(&test, "a_thousand_histories", &seeds)?;
        histories += HISTORIES;
        let rate = |n: u64, took: Duration| n as f64 / took.as_secs_f64();
        println!(
            "{worlds} worlds of the engine, {:.0} a second; {histories} histories of the whole \
             program, {:.1} a second",
            rate(worlds, spent),
            rate(histories, simulated)
        );
    }
    Ok(())
}

/// Runs one test, and tells how long it took without its building.
fn timed(test: &[&str], name: &str, env: &[(&str, String)]) -> Result<Duration> {
    Run::cargo(&[test, &["--no-run"]].concat()).go()?;
    let began = Instant::now();
    let run = Run::cargo(&[test, &[name]].concat());
    let run = env
        .iter()
        .fold(run, |run, (key, value)| run.env(key, value.clone()));
    run.go()?;
    Ok(began.elapsed())
}

/// How long a plan takes, as a multiple of parsing the same people, and what it keeps in memory.
pub(crate) fn bench_planner() -> Result<()> {
    let arguments = [
        "run",
        "--release",
        "--package",
        "foxbridge-engine",
        "--example",
        "planner",
    ];
    Run::cargo(&arguments).go()
}

/// What syncs of so many people spend, beside the least, a naive client and the vendor's.
///
/// With `--alone` nobody else is asked: with 100,000 people that saves hours. With `--real-limits` it
/// takes its time, too, and tells how much of the allowed rate was used.
pub(crate) fn bench_economy(options: &[&str]) -> Result<()> {
    let (mut mode, mut people) = (None, None);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--people" => people = Some(*rest.next().context("--people needs a number")?),
            "--alone" | "--real-limits" if mode.is_none() => mode = Some(*option),
            other => bail!("`bench economy` does not know {other}, or not beside the others"),
        }
    }
    let people = people.unwrap_or(match mode {
        Some("--real-limits") => "300",
        _ => "1000,10000",
    });
    let sdk = Path::new("tests").join("sdk");
    Run::npm_in("tests/sdk", &["ci", "--no-audit", "--no-fund"]).go()?;
    let sdk = sdk.to_string_lossy();
    let mut bench = vec![
        "run",
        "--package",
        "foxbridge-app",
        "--example",
        "economy",
        "--",
        &sdk,
    ];
    bench.extend(mode);
    bench.extend(people.split(','));
    Run::cargo(&bench).go()
}

/// Ten thousand webhooks at once and then a hundred a second for so many minutes (5), into the real
/// `foxbridge serve`, which is killed in the middle; counts that none is lost or doubled.
pub(crate) fn bench_hooks(options: &[&str]) -> Result<()> {
    let (mut minutes, mut release) = ("5", true);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--minutes" => minutes = rest.next().context("--minutes needs a number")?,
            "--debug" => release = false,
            other => bail!("`bench hooks` does not know {other}"),
        }
    }
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    let program = ["build", "--package", "foxbridge-cli"];
    Run::cargo(&[&program[..], profile].concat()).go()?;
    let place = if release { "release" } else { "debug" };
    let program = target().join(place).join(if cfg!(windows) {
        "foxbridge.exe"
    } else {
        "foxbridge"
    });
    let program = program.to_string_lossy();
    let bench = ["run", "--package", "foxbridge-app", "--example", "hooks"];
    let arguments = ["--", &program, minutes];
    Run::cargo(&[&bench[..], profile, &arguments[..]].concat()).go()
}

/// Speed and size of the window as ratios to a bare one that is built the same way, in the release
/// profile unless told otherwise.
pub(crate) fn bench_desktop(options: &[&str]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("`bench desktop` needs WebKitWebDriver and Xvfb, which only Linux has");
    }
    let release = match options {
        [] => true,
        ["--debug"] => false,
        _ => bail!("`bench desktop` knows --debug only"),
    };
    packages::install(Need::Drive)?;
    ui::install()?;
    ui::build().go()?;
    // What drives and what fills the folder are no part of what is measured.
    let tools = ["build", "--workspace", "--all-targets"];
    Run::cargo(&tools).go()?;
    let measured = [
        "build",
        "--workspace",
        "--bin",
        "foxbridge-desktop",
        "--example",
        "bare",
        "--features",
        "foxbridge-desktop/bench",
    ];
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    Run::cargo(&[&measured[..], profile].concat()).go()?;
    let built = target().join(if release { "release" } else { "debug" });
    let tools = target().join("debug/examples");
    let places = [
        built.join("foxbridge-desktop"),
        built.join("examples/bare"),
        tools.join("crowd"),
    ];
    let places = places.map(|place| place.to_string_lossy().into_owned());
    let drive = tools.join("drive").to_string_lossy().into_owned();
    Run::new(&drive, &["bench", &places[0], &places[1], &places[2]]).go()
}
