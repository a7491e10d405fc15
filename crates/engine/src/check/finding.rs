//! One finding: a diagnostic, and its parts for programs.

use apportion_base::diagnostic::{Code, Diagnostic, Span};

/// How many examples are named.
const NAMED: usize = 5;

/// Something suspicious, with its place, how often it occurs, and the first examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The sentence, with its code, severity and places.
    pub diagnostic: Diagnostic,
    /// Ids of the rules that it is about; the first is the one whose place is shown.
    pub rules: Vec<String>,
    /// How many of `of` there are; 0 where there is nothing to count.
    pub count: u64,
    /// What is counted, in the singular: `deal`, `payee`; empty where there is nothing to count.
    pub noun: &'static str,
    /// The first five of them.
    pub examples: Vec<String>,
}

impl Finding {
    /// A finding about money that is probably paid wrongly or not at all.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Diagnostic::warning(code, message))
    }

    /// A finding that is worth knowing and often meant.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Diagnostic::note(code, message))
    }

    fn new(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, rules: Vec::new(), count: 0, noun: "", examples: Vec::new() }
    }

    /// Adds a rule that it is about.
    #[must_use]
    pub fn rule(mut self, id: &str) -> Self {
        self.rules.push(id.to_owned());
        self
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.at(span, label);
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.help(help);
        self
    }

    /// The same with how many things it is about, and what they are: `deal`.
    #[must_use]
    pub fn counted(mut self, count: u64, noun: &'static str) -> Self {
        self.count = count;
        self.noun = noun;
        self
    }

    /// Names the first examples, also as a line of help.
    #[must_use]
    pub fn examples(mut self, examples: impl IntoIterator<Item = String>) -> Self {
        let mut examples = examples.into_iter();
        self.examples = examples.by_ref().take(NAMED).collect();
        if self.examples.is_empty() {
            return self;
        }
        let ellipsis = if examples.next().is_some() { ", …" } else { "" };
        let help = format!("{}s: {}{ellipsis}", self.noun, self.examples.join(", "));
        self.help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_examples_are_named_and_more_are_hinted_at() {
        let finding = |n: u64| {
            Finding::note(Code::UnusedCase, "")
                .counted(n, "deal")
                .examples((1..=n).map(|deal| format!("D{deal}")))
        };
        assert_eq!(finding(2).diagnostic.help, ["deals: D1, D2"]);
        assert_eq!(finding(6).diagnostic.help, ["deals: D1, D2, D3, D4, D5, …"]);
        assert_eq!(finding(6).examples.len(), 5);
        assert!(finding(0).diagnostic.help.is_empty());
    }
}
