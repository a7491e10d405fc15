//! A finding about an expression in bytes of its own text, before it is placed in a file.

use std::ops::Range;

use super::ExprText;
use apportion_base::diagnostic::{Code, Diagnostic};

/// One thing that is wrong with an expression. The first label is the primary one.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub code: Code,
    pub message: String,
    pub labels: Vec<(Range<usize>, String)>,
    pub help: Vec<String>,
}

impl Problem {
    /// A problem whose place needs no words of its own.
    pub fn new(code: Code, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: vec![(range, String::new())], help: Vec::new() }
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn label(mut self, words: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.1 = words.into();
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn and(mut self, range: Range<usize>, words: impl Into<String>) -> Self {
        self.labels.push((range, words.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same with places in the file that the expression stands in.
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
