//! `foxbridge serve`: a worker in a process of its own, ended with the test.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use serde_json::Value;

use super::User;

pub struct Serving {
    process: Child,
    monitor: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Serving {
    pub fn start(user: &User) -> Self {
        let mut process = user.command(&["serve"]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let first: Value = serde_json::from_str(&line).expect("the first line is JSON");
        Self {
            process,
            monitor: first["monitor"].as_str().unwrap().to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::blocking::get(format!("{}{path}", self.monitor)).unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    }

    /// Asks until the answer is as wanted: the worker works while it is asked. The runner's own
    /// limit ends a test in which that never comes.
    pub fn until(&self, path: &str, wanted: impl Fn(&str) -> bool) {
        while !wanted(&self.get(path).1) {}
    }
}
