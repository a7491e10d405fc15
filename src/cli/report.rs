//! Everything on stderr: diagnostics, findings, what happens. For people or, as JSON lines, for machines.

use std::io::{self, IsTerminal, Write};

use super::Failure;
use super::findings::Group;
use super::options::{Global, MessageFormat};
use apportion_base::diagnostic::{Diagnostic, Excerpt, Files, render, render_coloured, render_json};
use apportion_base::terminal::escaped_lines;

/// Writes messages to stderr, as many as the user asked for.
pub struct Reporter {
    format: MessageFormat,
    quiet: bool,
    verbose: bool,
    terminal: bool,
    colour: bool,
}

impl Reporter {
    pub fn new(global: &Global) -> Self {
        let terminal = io::stderr().is_terminal();
        // https://no-color.org: any value but an empty one.
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            format: global.message_format,
            quiet: global.quiet,
            verbose: global.verbose,
            terminal,
            colour: terminal && !no_colour,
        }
    }

    /// Messages for machines, where the command line said no more than that.
    pub fn for_machines() -> Self {
        Self { format: MessageFormat::Json, quiet: false, verbose: false, terminal: false, colour: false }
    }

    /// Whether progress bars are shown: only on a terminal.
    pub fn shows_progress(&self) -> bool {
        self.terminal && !self.quiet && self.format == MessageFormat::Full
    }

    /// Whether only errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Why the command failed.
    pub fn failure(&self, failure: &Failure) {
        self.all(failure);
        let errors = failure.diagnostics().len();
        if errors > 1 && self.format == MessageFormat::Full {
            say(&format!("{errors} errors; nothing was written\n"));
        }
    }

    /// The messages of an error: for people the first of each kind, for machines all of them.
    pub fn all(&self, error: &Failure) {
        let all = error.diagnostics();
        if self.format == MessageFormat::Json {
            all.iter().for_each(|diagnostic| self.diagnostic(diagnostic, error.files()));
            return;
        }
        let excerpt = Excerpt::new(all.iter());
        excerpt.shown.iter().for_each(|place| self.diagnostic(&all[*place], error.files()));
        self.more(&excerpt);
    }

    /// How many messages of each kind an excerpt leaves out.
    fn more(&self, excerpt: &Excerpt) {
        if excerpt.left_out.is_empty() {
            return;
        }
        excerpt.more().for_each(|unlisted| say(&format!("{unlisted}\n")));
        say("  = help: `--message-format json` writes all of them\n\n");
    }

    /// One message.
    pub fn diagnostic(&self, diagnostic: &Diagnostic, files: &Files) {
        match self.format {
            MessageFormat::Json => say(&format!("{}\n", render_json(diagnostic, files))),
            MessageFormat::Full if self.colour => say(&format!("{}\n", render_coloured(diagnostic, files))),
            MessageFormat::Full => say(&format!("{}\n", render(diagnostic, files))),
        }
    }

    /// The findings of a command: for people the first of each kind. `json` makes what machines want to know of one.
    pub fn all_findings<'d>(
        &self,
        all: impl Iterator<Item = &'d Diagnostic> + Clone,
        files: &Files,
        json: impl Fn(usize) -> serde_json::Value,
    ) {
        if self.quiet {
            return;
        }
        match self.format {
            MessageFormat::Json => (0..all.count()).for_each(|place| say(&format!("{}\n", json(place)))),
            MessageFormat::Full => {
                let excerpt = Excerpt::new(all.clone());
                let shown = all.enumerate().filter(|(place, _)| excerpt.shown.binary_search(place).is_ok());
                shown.for_each(|(_, diagnostic)| self.diagnostic(diagnostic, files));
                self.more(&excerpt);
            }
        }
    }

    /// Findings in the data, grouped; `help` says where to find all of them.
    pub fn findings(&self, groups: &[Group<'_>], help: &str) {
        if self.quiet {
            return;
        }
        for group in groups {
            match self.format {
                MessageFormat::Json => say(&format!("{}\n", group.json())),
                MessageFormat::Full => say(&group.text(self.colour)),
            }
        }
        if !groups.is_empty() && self.format == MessageFormat::Full {
            say(&format!("  = help: {help}\n\n"));
        }
    }

    /// A line about what happened, unless the user wants quiet or is a machine.
    pub fn note(&self, text: &str) {
        if !self.quiet && self.format == MessageFormat::Full {
            say(&format!("{}\n", escaped_lines(text)));
        }
    }

    /// A line that is shown with `--verbose` only.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.note(text);
        }
    }
}

/// Writes to stderr. An error can't be reported anywhere, so it is ignored.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
