//! Texts that an expression was to read as something else and could not: they are null there, and counted.

use std::collections::BTreeMap;

use apportion_expr::{Expr, Input};

/// Counts by what was read: the name of a column, or `where`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UnreadCounts(BTreeMap<String, u64>);

impl UnreadCounts {
    /// Adds so many.
    pub(super) fn add(&mut self, what: &str, count: u64) {
        if count > 0 {
            *self.0.entry(what.to_owned()).or_default() += count;
        }
    }

    /// Adds what the functions of an expression could not read on these rows.
    pub(super) fn of_expression(&mut self, what: &str, expr: &Expr, input: &Input) {
        if expr.reads_texts() {
            self.add(what, expr.unread(input));
        }
    }

    /// Adds the counts of another chunk.
    pub(super) fn absorb(&mut self, other: Self) {
        other.0.iter().for_each(|(what, count)| self.add(what, *count));
    }

    /// What and how many, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(what, count)| (what.as_str(), *count))
    }
}
