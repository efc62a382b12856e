//! Counts tests by reading the closing lines of the test runners, so that a run of several of them
//! can end with one number.

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Takes the counts from a line, if it is a runner's closing line: nextest's `Summary […]`,
    /// libtest's `test result:`, vitest's `Tests`, or Playwright's bare `N passed`.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colour(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let closing = match words.as_slice() {
            ["Summary", ..] | ["test", "result:", ..] | ["Tests", ..] => true,
            [count, "passed" | "failed", rest @ ..] => {
                count.parse::<u64>().is_ok() && rest.iter().all(|word| word.starts_with('('))
            }
            _ => false,
        };
        if !closing {
            return;
        }
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else {
                continue;
            };
            match pair[1].trim_end_matches([',', ';', '.']) {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                _ => {}
            }
        }
    }
}

fn without_colour(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // ESC [ … letter
            characters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (u64, u64) {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        (tally.passed, tally.failed)
    }

    #[test]
    fn closing_lines_of_every_runner_are_understood() {
        let nextest =
            "     Summary [   3.1s] 120 tests run: 118 passed (1 slow), 2 failed, 3 skipped";
        assert_eq!(read(&[nextest]), (118, 2), "nextest");
        let libtest = "test result: FAILED. 5 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(
            read(&[libtest, libtest]),
            (10, 2),
            "libtest has one line a binary"
        );
        let vitest = [
            "\u{1b}[2m Test Files \u{1b}[22m 3 passed (3)",
            "      Tests  1 failed | 11 passed (12)",
        ];
        assert_eq!(read(&vitest), (11, 1), "vitest: tests, not files");
        assert_eq!(
            read(&["  1 failed", "  8 passed (12.3s)"]),
            (8, 1),
            "playwright"
        );
        let colour = "\u{1b}[32;1m  8 passed\u{1b}[39m (2s)";
        assert_eq!(read(&[colour]), (8, 0), "colours do not hide the number");
    }

    #[test]
    fn other_lines_are_not_counted() {
        let lines = [
            "12 passed the border",
            "it failed 3 times",
            "1 passed over (twice) again",
            "",
        ];
        assert_eq!(read(&lines), (0, 0), "only closing lines count");
    }
}
