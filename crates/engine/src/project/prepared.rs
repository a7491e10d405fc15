//! The tables of a project as they count for whatever is settled: at the end of its last day, and as the policies of the channel leave
//! them.

use std::sync::Arc;

use super::Project;
use crate::kinds::Clawbacks;
use crate::plan::Window;
use crate::settle::{self, describe};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Book;
use apportion_channel::{Assumed, Ground, Prepared, Settler, prepare};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::RuleBook;

impl Project {
    /// The project as it is known at the end of a day; `None` is the last day of whatever is settled.
    #[must_use]
    pub fn with_as_of(self, as_of: Option<i32>) -> Self {
        Self { as_of, ..self }
    }

    /// The day at whose end things are known, where one is set.
    pub fn as_of(&self) -> Option<i32> {
        self.as_of
    }

    /// Tables as they count for what ends on a day: every settlement of the project goes through this. Where the project has nothing of
    /// the channel, they are the same tables with the columns filled that depend on that day.
    ///
    /// # Errors
    /// An expression of a policy without a value, and numbers that can't be held.
    pub fn prepared(&self, tables: Arc<Tables>, last_day: i32) -> Result<Prepared, Vec<Diagnostic>> {
        self.prepared_as_of(tables, last_day, self.as_of.unwrap_or(last_day))
    }

    /// The same as of a day that somebody else reckons, such as a ledger.
    ///
    /// # Errors
    /// As [`Project::prepared`].
    pub fn prepared_as_of(
        &self,
        tables: Arc<Tables>,
        last_day: i32,
        as_of: i32,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        self.prepared_assuming(tables, (last_day, as_of), &Assumed::default())
    }

    /// The same with what is assumed beside the tables, to see what would be: of a last day and an as-of day.
    ///
    /// # Errors
    /// As [`Project::prepared`].
    pub fn prepared_assuming(
        &self,
        tables: Arc<Tables>,
        (last_day, as_of): (i32, i32),
        assumed: &Assumed,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        let (book, rules) = (self.book(), self.rules());
        let tables = Tables::at_end_of(tables, last_day);
        let settler = Settling { book, rules, last_day };
        prepare(Ground { book, rules, used: self.used(), as_of, assumed }, tables, &settler)
    }
}

/// What the engine says to the channel.
struct Settling<'a> {
    book: &'a Book,
    rules: &'a RuleBook,
    /// The day up to which reversals count and at whose end gates are asked.
    last_day: i32,
}

impl Settler for Settling<'_> {
    fn with_lines(
        &self,
        tables: &Tables,
        deals: &[DealIx],
    ) -> Result<Vec<(DealIx, PayeeIx)>, Vec<Diagnostic>> {
        let window = Window::of_years(self.book.calendar(), self.last_day, self.last_day);
        let counted = settle::count(self.book, tables, self.rules, window.counting_until(self.last_day))?;
        let lines = settle::lines_on((self.book, self.rules), &counted, self.last_day, deals)?;
        Ok(lines.iter().map(|line| (line.deal, line.payee)).collect())
    }

    fn reversals(&self, tables: &Tables) -> Result<Vec<DealIx>, Vec<Diagnostic>> {
        let matched = Clawbacks::new(tables, self.rules, self.last_day, &[]);
        let matched = matched.map_err(|(rule, fault)| vec![describe(tables, self.rules, rule, &fault)])?;
        Ok(matched.reversals.iter().map(|reversal| reversal.deal).collect())
    }
}
