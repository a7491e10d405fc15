//! The lines of fiscal years, as the tables are known.

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Every, Period};

use super::ground::Ground;
use crate::settle::{self, PeriodView};

/// A fiscal year, settled.
///
/// # Errors
/// As [`settle::settle`].
pub(super) fn settled(ground: &Ground<'_>, year: Period) -> Result<PeriodView, Vec<Diagnostic>> {
    Ok(settle::settle(ground.book, ground.tables, ground.rules, year)?.period(ground.tables, year))
}

/// The fiscal year of a day.
pub(super) fn year_of(ground: &Ground<'_>, day: i32) -> Period {
    ground.book.calendar().period_of(day, Every::Year)
}
