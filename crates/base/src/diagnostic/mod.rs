//! Diagnostics: what is wrong, where, and what to do about it. Every message of `apportion` is a [`Diagnostic`].
//!
//! A step returns diagnostics along with its result, or as its error. Only the command line prints them, with
//! [`render`] or [`render_json`].

mod code;
mod count;
mod excerpt;
mod guard;
mod json;
mod lines;
mod render;
mod secret;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use code::{Code, Family, OF_REASONS, OF_REJECTS, PAGE};
pub use count::{count, counted, grouped};
pub use excerpt::{Excerpt, LISTED};
pub use guard::{guarded, hush_guarded_panics};
pub use json::render_json;
pub use render::{render, render_coloured};

/// How serious a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// There is no result.
    Error,
    /// There is a result, but it may not be the intended one.
    Warning,
    /// Worth knowing, and not a mistake by itself.
    Note,
}

/// The text of a project file, rule file or case file, which spans refer to.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// The file's name in messages: relative to the project's folder if it is inside.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
    /// Where its lines begin, made when a place is first looked up: thousands of messages may point into one text.
    starts: OnceLock<Arc<[usize]>>,
}

/// Dense index of a text in [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// All texts that spans refer to, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Files {
    texts: Vec<SourceText>,
}

impl Files {
    /// Registers a text and returns its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(SourceText { name: name.into(), text: text.into(), starts: OnceLock::new() });
        id
    }

    /// The text with this index; `None` if the index comes from another registry.
    pub fn get(&self, id: FileId) -> Option<&SourceText> {
        self.texts.get(id.0 as usize)
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// Bytes of the text.
    pub range: Range<usize>,
}

/// A place and what to say about it. The first label of a diagnostic is the primary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Shown beside the place; may be empty.
    pub message: String,
}

/// One message: a documented code, a sentence for an analyst, places, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// What was found. `docs/findings.md` explains every code.
    pub code: Code,
    /// A sentence for an analyst, without a period at its end.
    pub message: String,
    /// Places in files, the primary one first.
    pub labels: Vec<Label>,
    /// What to do, shown as `= help: …`.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning without a place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note without a place yet.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `error[code]: message`, without places and help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code, self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// How many names a misspelled one is compared with: a file may have 200,000 columns, and a book as many mistakes.
const COMPARED: usize = 2_000;

/// The name in `known` that is most similar to `given`, if one is similar enough to suggest.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(given, known, 1).into_iter().next()
}

/// Up to `most` names in `known` that are similar to `given`, the most similar first.
pub fn nearest_few<'a>(given: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase());
    // Of names that differ in the case of letters, the one that is written alike comes first.
    let mut near: Vec<(usize, usize, &str)> = known
        .into_iter()
        .take(COMPARED)
        .map(|name| (distance(name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().max(given.len()) / 4)
        .map(|(distance, name)| (distance, strsim::damerau_levenshtein(given, name), name))
        .collect();
    near.sort_unstable();
    near.truncate(most);
    near.into_iter().map(|(.., name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_names_alike_but_for_case_the_one_that_is_written_alike_is_nearest() {
        assert_eq!(nearest("amout", ["Amount", "amount", "stage"]), Some("amount"));
        assert_eq!(nearest("Amout", ["Amount", "amount"]), Some("Amount"));
        assert_eq!(nearest("AMOUNT", ["stage", "amount"]), Some("amount"));
        assert_eq!(nearest("tier", ["region", "amount"]), None);
        assert_eq!(nearest_few("amout", ["Amount", "amount", "amounts"], 2), ["amount", "Amount"]);
    }
}
