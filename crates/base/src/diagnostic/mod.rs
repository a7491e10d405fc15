//! What is wrong, where, and what to do about it: the one type behind every message of `apportion`.
//!
//! A step returns [`Diagnostic`]s beside (or instead of) its result; only `cli` prints them, through [`render`]
//! and [`render_json`].

mod code;
mod count;
mod guard;
mod json;
mod render;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use code::{Code, Family, OF_REASONS, PAGE};
pub use count::{count, counted, grouped};
pub use guard::{guarded, hush_guarded_panics};
pub use json::render_json;
pub use render::{render, render_coloured};

/// How bad it is. `Error` stops a run; the others are reported beside its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can't be done.
    Error,
    /// Money is probably paid wrongly, or not at all.
    Warning,
    /// True and worth knowing.
    Note,
}

/// A text that spans point into: the project file or a rule file.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// As shown to people: relative to the project's folder where it lies in it.
    pub name: String,
    /// All of it, without a byte-order mark.
    pub text: Arc<str>,
}

/// Dense index of a text in [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// All texts that spans may point into, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Files {
    texts: Vec<SourceText>,
}

impl Files {
    /// Registers a text and returns its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(SourceText { name: name.into(), text: text.into() });
        id
    }

    /// The text behind an index, if it was handed out by this registry.
    pub fn get(&self, id: FileId) -> Option<&SourceText> {
        self.texts.get(id.0 as usize)
    }
}

/// A place in a text, as bytes.
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
    /// What is said of it; may be empty.
    pub message: String,
}

/// One message: a code that is documented, a sentence for an analyst, places, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops what was asked for.
    pub severity: Severity,
    /// What was found; its page explains it.
    pub code: Code,
    /// What was found, as a sentence.
    pub message: String,
    /// Where, the primary place first.
    pub labels: Vec<Label>,
    /// `= help: …` lines.
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

    /// A note without a place yet: true and worth knowing, and no mistake by itself.
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

/// The name among `known` that `given` was most likely meant to be, if one is near.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(given, known, 1).into_iter().next()
}

/// The same, up to `most` of them, the nearest first.
pub fn nearest_few<'a>(given: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().max(given.len()) / 4)
        .collect();
    near.sort_unstable();
    near.truncate(most);
    near.into_iter().map(|(_, name)| name).collect()
}
