//! A mistake in an expression, with bytes of the expression's text as its place.

use std::ops::Range;

use super::expr_text::ExprText;
use apportion_base::diagnostic::{Code, Diagnostic};

/// One mistake in an expression.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// The code of the finding that it becomes.
    pub code: Code,
    /// One sentence.
    pub message: String,
    /// Places and what is written beside each; the first one is the primary one.
    pub labels: Vec<(Range<usize>, String)>,
    /// What to do about it, a line each.
    pub help: Vec<String>,
}

impl Problem {
    /// A problem with one place, without words beside it.
    pub fn new(code: Code, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: vec![(range, String::new())], help: Vec::new() }
    }

    /// Adds words beside the primary place.
    #[must_use]
    pub fn label(mut self, words: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.1 = words.into();
        }
        self
    }

    /// Adds another place with words beside it.
    #[must_use]
    pub fn and(mut self, range: Range<usize>, words: impl Into<String>) -> Self {
        self.labels.push((range, words.into()));
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// A finding with places in the file that the expression comes from.
    pub fn into_diagnostic(self, text: &ExprText) -> Diagnostic {
        let placed =
            self.labels.into_iter().fold(Diagnostic::error(self.code, self.message), |d, (range, words)| {
                d.at(text.place(range), words)
            });
        self.help.into_iter().fold(placed, Diagnostic::help)
    }
}

pub(super) const SYNTAX: Code = Code::Syntax;
pub(super) const UNSUPPORTED: Code = Code::UnsupportedExpression;
pub(super) const WRONG_TYPE: Code = Code::WrongType;
pub(super) const BAD_LITERAL: Code = Code::BadLiteral;
pub(super) const UNKNOWN_COLUMN: Code = Code::UnknownColumn;
pub(super) const UNKNOWN_TABLE: Code = Code::UnknownTable;
pub(super) const AMBIGUOUS: Code = Code::AmbiguousColumn;
pub(super) const UNKNOWN_FUNCTION: Code = Code::UnknownFunction;
pub(super) const WRONG_ARGUMENTS: Code = Code::WrongArguments;
