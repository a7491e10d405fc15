//! Regular expressions, with their limits.

use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

/// The most bytes of a regular expression as it is written, and of what it is compiled to.
const MAX_PATTERN: usize = 1_000;
const MAX_COMPILED: usize = 1 << 20;

/// A regular expression. It is matched in time that is linear in the text.
#[derive(Clone)]
pub struct Pattern(pub(super) Arc<Regex>);

impl Pattern {
    /// Compiles a regular expression in the syntax of the regex crate.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN {
            return Err(format!("it is longer than {MAX_PATTERN} bytes"));
        }
        let compiled = RegexBuilder::new(pattern).size_limit(MAX_COMPILED).nest_limit(50).build();
        match compiled {
            Ok(regex) => Ok(Self(Arc::new(regex))),
            Err(regex::Error::CompiledTooBig(_)) => Err("it is too large once it is compiled".to_owned()),
            // The message draws the pattern over several lines; the last one says what is wrong.
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default();
                Err(last.trim().trim_start_matches("error: ").to_owned())
            }
        }
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Pattern {}
