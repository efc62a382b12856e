//! Running commands: shown before they run, named when they fail.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail};

use crate::tally::Tally;

/// The repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The one target folder: every tool here looks for binaries in it.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// A command that runs at the top of the repository, without input.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    pub(crate) fn new<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Self {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(root())
            .stdin(Stdio::null());
        command.env("CARGO_TARGET_DIR", target());
        let name = Path::new(program)
            .file_stem()
            .unwrap_or(OsStr::new(program));
        let mut shown = name.to_string_lossy().into_owned();
        for argument in arguments {
            shown.push(' ');
            shown.push_str(&argument.as_ref().to_string_lossy());
        }
        Self { command, shown }
    }

    /// The cargo that runs this program.
    pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: &[S]) -> Self {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        Self::new(&cargo, arguments)
    }

    /// npm, in `ui/`.
    pub(crate) fn npm<S: AsRef<OsStr>>(arguments: &[S]) -> Self {
        Self::npm_in("ui", arguments)
    }

    /// npm, in a folder of the repository that holds a `package.json`.
    pub(crate) fn npm_in<S: AsRef<OsStr>>(folder: &str, arguments: &[S]) -> Self {
        let mut run = Self::new(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
        run.command.current_dir(root().join(folder));
        run.shown = format!("({folder}) {}", run.shown.replace("npm.cmd", "npm"));
        run
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// For programs the user talks to.
    pub(crate) fn interactive(mut self) -> Self {
        self.command.stdin(Stdio::inherit());
        self
    }

    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs it with its output on ours.
    pub(crate) fn go(mut self) -> Result<()> {
        println!("$ {}", self.shown);
        let status = self
            .command
            .status()
            .with_context(|| not_started(&self.shown))?;
        if !status.success() {
            bail!("this command failed ({status}):\n    {}", self.shown);
        }
        Ok(())
    }

    /// Runs it and gives back what it printed on its standard output.
    pub(crate) fn output(mut self) -> Result<Vec<u8>> {
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| not_started(&self.shown))?;
        if !output.status.success() {
            bail!(
                "this command failed ({}):\n    {}",
                output.status,
                self.shown
            );
        }
        Ok(output.stdout)
    }

    /// Whether it can be started and succeeds. Prints nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    /// Runs it with its output on ours, counting the tests it reports.
    pub(crate) fn tallied(mut self) -> (Tally, Result<()>) {
        println!("$ {}", self.shown);
        let mut tally = Tally::default();
        let done = self.count_into(&mut tally);
        (tally, done)
    }

    fn count_into(&mut self, tally: &mut Tally) -> Result<()> {
        if std::io::stdout().is_terminal() {
            // It writes into a pipe now, and would leave its colours out.
            self.command
                .env("FORCE_COLOR", "1")
                .env("CARGO_TERM_COLOR", "always");
        }
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .with_context(|| not_started(&self.shown))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let errors = thread::spawn(move || {
            err.map_or(Ok(Tally::default()), |err| {
                forward(err, &mut std::io::stderr())
            })
        });
        if let Some(out) = out {
            tally.add(forward(out, &mut std::io::stdout())?);
        }
        let errors = errors
            .join()
            .map_err(|_| anyhow!("reading the output failed"))?;
        tally.add(errors?);
        let status = child.wait()?;
        if !status.success() {
            bail!("this command failed ({status}):\n    {}", self.shown);
        }
        Ok(())
    }
}

fn not_started(shown: &str) -> String {
    format!("this command could not be started:\n    {shown}")
}

fn forward(from: impl Read, to: &mut impl Write) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        to.flush()?;
        tally.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(tally)
}
