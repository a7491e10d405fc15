//! The tables of a project as they count for whatever is settled: at the end of its last day, and as the policies of the channel leave
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Project;
use crate::settle;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Period};
use apportion_channel::{Ground, Prepared, prepare};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::{Kind, RuleBook};

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
        let (book, rules) = (self.book(), self.rules());
        let tables = Tables::at_end_of(tables, last_day);
        let interested = |tables: &Tables, deals: &[DealIx]| interested((book, rules), tables, deals);
        prepare(Ground { book, rules, used: self.used(), as_of }, tables, &interested)
    }
}

/// Who has a line on some deals, clawbacks apart: each month in which one of them closed is settled.
fn interested(
    (book, rules): (&Book, &RuleBook),
    tables: &Tables,
    deals: &[DealIx],
) -> Result<Vec<(DealIx, PayeeIx)>, Vec<Diagnostic>> {
    let calendar = book.calendar();
    let mut by_month: BTreeMap<Period, BTreeSet<DealIx>> = BTreeMap::new();
    for deal in deals {
        let month = calendar.month_of(tables.deals.close_date[*deal]);
        by_month.entry(month).or_default().insert(*deal);
    }
    let mut found = BTreeSet::new();
    for (month, wanted) in by_month {
        let settled = settle::settle(book, tables, rules, month)?.period(tables, month);
        let own = settled.lines.iter().filter(|line| rules[line.rule].kind != Kind::Clawback);
        found.extend(own.map(|line| (line.deal, line.payee)).filter(|(deal, _)| wanted.contains(deal)));
    }
    Ok(found.into_iter().collect())
}
