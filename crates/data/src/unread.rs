//! What expressions of a source could not compute, so that it is null there, and counted: texts that were to be read as something else,
//! and dates that were moved outside of the calendar.

use std::collections::BTreeMap;

use apportion_expr::{Expr, Input};

/// Counts by what was computed: the name of a column, or `where`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UnreadCounts {
    texts: BTreeMap<String, u64>,
    /// By what was computed and the date that was moved, as the expression names it.
    beyond: BTreeMap<(String, String), Beyond>,
}

/// Dates that were moved outside of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beyond {
    pub(super) count: u64,
    /// The number of the first row with one.
    pub(super) row: u64,
}

impl UnreadCounts {
    /// Adds so many texts.
    pub(super) fn add(&mut self, what: &str, count: u64) {
        if count > 0 {
            *self.texts.entry(what.to_owned()).or_default() += count;
        }
    }

    /// Adds what an expression could not compute on these rows, which have these numbers in their file.
    pub(super) fn of_expression(&mut self, what: &str, expr: &Expr, input: &Input, numbers: &[u64]) {
        if expr.reads_texts() {
            self.add(what, expr.unread(input));
        }
        // Mostly nothing, so that nothing is computed twice.
        let Some(moved) = expr.tree().moved_beyond().first().copied() else { return };
        if let (count, Some(first)) = expr.beyond(input) {
            let date = moved.children().first().map_or("", |date| expr.source(date));
            let beyond = Beyond { count, row: numbers.get(first).copied().unwrap_or(0) };
            self.add_beyond((what.to_owned(), date.to_owned()), beyond);
        }
    }

    fn add_beyond(&mut self, what: (String, String), beyond: Beyond) {
        let known = self.beyond.entry(what).or_insert(Beyond { count: 0, row: beyond.row });
        known.count += beyond.count;
    }

    /// Adds the counts of the next chunk of texts; the dates that were moved are the staging table's to take.
    pub(super) fn absorb(&mut self, other: Self) -> impl Iterator<Item = ((String, String), Beyond)> {
        other.texts.iter().for_each(|(what, count)| self.add(what, *count));
        other.beyond.into_iter()
    }

    /// What texts and how many, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.texts.iter().map(|(what, count)| (what.as_str(), *count))
    }
}
