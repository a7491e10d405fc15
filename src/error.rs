//! What every call of the façade can end with.

use std::fmt;

use crate::diagnostic::{Diagnostic, Excerpt, Files, render};

/// Why something could not be done: everything that was found wrong, not only the first of it. Shown, it is what the
/// command line says, with the places in the project's texts: the first of each kind, where there are very many.
#[derive(Debug, Clone)]
pub struct Error {
    diagnostics: Vec<Diagnostic>,
    files: Files,
}

impl Error {
    /// Messages, and the texts that they point into.
    pub fn new(diagnostics: Vec<Diagnostic>, files: Files) -> Self {
        Self { diagnostics, files }
    }

    /// The messages, in the order in which they are shown: at least one.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The texts that the messages point into.
    pub fn files(&self) -> &Files {
        &self.files
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], files: Files::default() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpt = Excerpt::new(self.diagnostics.iter());
        let shown = excerpt.shown.iter().map(|place| render(&self.diagnostics[*place], &self.files));
        let shown: Vec<String> = shown.chain(excerpt.more()).collect();
        f.write_str(shown.join("\n").trim_end())
    }
}

impl std::error::Error for Error {}
