//! The fiscal years that a close settles, with where each row of the data is: what explanations of it are made of.

use std::sync::Arc;

use super::{CRATES, CloseRequest, Closing};
use crate::ledger::Ledger;
use crate::scope::CloseDays;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{Book, Period, TableName};
use apportion_data::{Origins, Progress, Tables};
use apportion_engine::diff::Side;
use apportion_engine::diff::cells::TracedTables;
use apportion_engine::project::{Governance, Prepared, Project};
use apportion_engine::settle::PeriodView;
use apportion_rules::RuleBook;

/// What a close settles.
#[derive(Debug)]
pub struct SettledClose {
    /// The project file.
    pub book: Arc<Book>,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// The data, at the end of the month.
    pub tables: Arc<Tables>,
    /// Where the rows are.
    pub origins: Arc<Origins>,
    /// What the policies of the channel found.
    pub governance: Option<Arc<Governance>>,
    /// The days of the close.
    pub days: CloseDays,
    /// Each fiscal year as a whole, and which it is.
    pub years: Vec<(Period, PeriodView)>,
}

impl SettledClose {
    /// The side of a comparison that a fiscal year is; none where the close does not settle it.
    pub fn side(&self, year: Period) -> Option<Side<'_>> {
        let (_, settlement) = self.years.iter().find(|(own, _)| *own == year)?;
        Some(Side { book: &self.book, tables: &self.tables, rules: &self.rules, settlement })
    }

    /// The data with their places.
    pub fn traced(&self) -> TracedTables<'_> {
        TracedTables::new(&self.tables, &self.origins, self.days.last)
    }
}

/// Settles what the close of a month settles, by a project and its own ledger's settings, and posts nothing.
///
/// # Errors
/// `no-ledger` where the project has none, and what would keep a run from finishing.
pub fn settled(
    project: &Project,
    ledger: &Ledger,
    period: Period,
    progress: &dyn Progress,
) -> Result<SettledClose, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    let book = project.book();
    let Some(settings) = &book.ledger else {
        return Err(vec![Diagnostic::error(Code::NoLedger, "the project had no ledger then")]);
    };
    let days = CloseDays::new(book, settings.first, settings.true_up, period);
    let request = CloseRequest { period, preparer: String::new() };
    let closing = Closing { project, ledger, request: &request, progress, rehearsed: None };
    let mut columns = closing.columns();
    // What names a row, beside what rules need.
    for (table, column) in [(TableName::Engagements, "engagement_id"), (TableName::Splits, "role")] {
        columns.entry(table).or_default().insert(column.to_owned());
    }
    let (tables, origins) = project.sources().traced(&columns, progress)?;
    let mut tables = Tables::at_end_of(tables, days.last);
    let mut history = ledger.history_before(period).map_err(|error| vec![error])?;
    closing.add_roles(Arc::make_mut(&mut tables), &history);
    let as_of = closing.as_of(&history.closes, days).map_err(|error| vec![error])?;
    let Prepared { tables, governance } = project.prepared_as_of(tables, days.last, as_of)?;
    let origins = origins.with_milestones(&tables.effects.milestones);
    let (counted, drawn_in, reversals) = closing.drawn_in(&tables, &history, days)?;
    let mut names = std::mem::take(&mut history.names);
    let known = (&history, &reversals);
    let views = closing.settle(&counted, known, (days, &drawn_in), &mut names)?.years.views;
    drop(counted);
    let years = days.years(&drawn_in).into_iter().map(|period| days.calendar.year_of(period));
    let years = years.zip(views).collect();
    let (book, rules) = (Arc::clone(book), Arc::clone(project.rules()));
    Ok(SettledClose { book, rules, tables, origins, governance, days, years })
}
