//! A person at a browser, who chooses on the sandbox's sign-in page.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStderr, Command};

use serde_json::Value;

/// A program that waits for somebody to sign in.
pub struct SigningIn {
    pub child: Child,
    pub page: String,
    /// What it printed to standard error so far.
    pub said: String,
    stderr: BufReader<ChildStderr>,
}

impl SigningIn {
    /// Starts the program, gives it what it reads, and waits for the address.
    pub fn start(mut command: Command, stdin: &str) -> Self {
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(stdin.as_bytes()).unwrap();
        drop(input);
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let page = loop {
            let mut line = String::new();
            let read = stderr.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "no page was told: {said}");
            said.push_str(&line);
            if line.starts_with("http") {
                break line.trim().to_owned();
            }
        };
        Self {
            child,
            page,
            said,
            stderr,
        }
    }

    /// Chooses on the page, as a location, an agency, or to refuse; the page one ends on.
    pub fn choose(&self, as_: &str) -> String {
        let mut page: reqwest::Url = self.page.parse().unwrap();
        let shown = reqwest::blocking::get(page.clone()).unwrap();
        assert_eq!(shown.status(), 200, "the page to choose on is shown");
        page.set_path("/oauth/chosen");
        page.query_pairs_mut().append_pair("as", as_);
        reqwest::blocking::get(page).unwrap().text().unwrap()
    }

    /// Waits for its end: exit code, answer, and everything printed to standard error.
    pub fn end(mut self) -> (i32, Value, String) {
        let mut answer = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut answer).unwrap();
        self.stderr.read_to_string(&mut self.said).unwrap();
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let answer = serde_json::from_str(&answer).unwrap_or(Value::Null);
        (code, answer, self.said)
    }
}
