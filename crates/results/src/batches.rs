//! A result in memory: record batches for whoever goes on computing with it.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow::error::ArrowError;

use super::sums::sums;
use super::{Outcome, lines, statements};
use apportion_base::diagnostic::Diagnostic;
use apportion_data::Tables;
use apportion_engine::project::Close;

/// Digits of the sums of amounts.
const SUM_DIGITS: u8 = 38;

/// Some of the lines, by their places, with the columns and types of lines.parquet.
///
/// # Errors
///
/// `too-many-lines` where a batch can't hold them: ask for fewer at a time.
pub fn lines_batch(close: &Close, rows: Range<usize>) -> Result<RecordBatch, Diagnostic> {
    lines::batch(&Outcome::new(close), rows).map_err(|error| no_batch(&error))
}

/// The payouts, with the columns of payouts.csv; an amount is a decimal of 38 digits with those of the currency.
///
/// # Errors
///
/// As [`super::sums`] and [`lines_batch`].
pub fn payouts_batch(close: &Close) -> Result<RecordBatch, Diagnostic> {
    let Close { book, tables, settlement, rules, .. } = close;
    let sums = sums(settlement, tables, rules)?;
    let text = |text: &dyn Fn(u32) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(sums.payouts.iter().map(|payout| text(payout.payee))))
    };
    let digits = i8::try_from(book.currency.digits()).unwrap_or(i8::MAX);
    let amounts = Decimal128Array::from_iter_values(sums.payouts.iter().map(|payout| payout.amount));
    let columns = || {
        RecordBatch::try_from_iter([
            ("payee_id", text(&|payee| tables.payees.ids.value(payee as usize).to_owned())),
            ("name", text(&|payee| payee_name(tables, payee).to_owned())),
            ("amount", Arc::new(amounts.with_precision_and_scale(SUM_DIGITS, digits)?)),
            ("currency", text(&|_| book.currency.code().to_owned())),
        ])
    };
    columns().map_err(|error| no_batch(&error))
}

/// A payee's name, empty where none is known. `payee` is a `PayeeIx`.
pub fn payee_name(tables: &Tables, payee: u32) -> &str {
    statements::text_in(&tables.payees.frame, "name", payee as usize).unwrap_or("")
}

fn no_batch(error: &ArrowError) -> Diagnostic {
    Diagnostic::error("too-many-lines", format!("the lines do not fit into one record batch: {error}"))
        .help("ask for fewer lines at a time")
}
