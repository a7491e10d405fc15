//! A result in memory, as record batches for further computation.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow::error::ArrowError;

use super::sums::Sums;
use super::{Outcome, lines};
use apportion_data::{PayeeIx, Tables};
use apportion_engine::project::Close;

/// Digits of the sums of amounts.
const SUM_DIGITS: u8 = 38;

/// Some of the lines, by their places, with the columns and types of lines.parquet.
///
/// # Errors
///
/// Texts of more than 2 GiB in a column, which a batch can't hold: take fewer lines at a time.
pub fn lines_batch(close: &Close, rows: Range<usize>) -> Result<RecordBatch, ArrowError> {
    lines::batch(&Outcome::new(close, true), rows)
}

/// The payouts, with the columns of payouts.csv; an amount is a decimal of 38 digits with those of the currency.
///
/// # Errors
///
/// A sum over 38 digits.
pub fn payouts_batch(close: &Close, sums: &Sums) -> Result<RecordBatch, ArrowError> {
    let Close { book, tables, .. } = close;
    let text = |text: &dyn Fn(PayeeIx) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(sums.payouts.iter().map(|payout| text(payout.payee))))
    };
    let digits = i8::try_from(book.currency.digits()).unwrap_or(i8::MAX);
    let amounts = Decimal128Array::from_iter_values(sums.payouts.iter().map(|payout| payout.amount));
    let amounts = amounts.with_precision_and_scale(SUM_DIGITS, digits)?;
    amounts.validate_decimal_precision(SUM_DIGITS)?;
    RecordBatch::try_from_iter([
        ("payee_id", text(&|payee| tables.payees.id(payee).to_owned())),
        ("name", text(&|payee| payee_name(tables, payee).to_owned())),
        ("amount", Arc::new(amounts) as ArrayRef),
        ("currency", text(&|_| book.currency.code().to_owned())),
    ])
}

/// A payee's name, empty where none is known.
pub fn payee_name(tables: &Tables, payee: PayeeIx) -> &str {
    tables.payees.frame.text("name", payee.at()).unwrap_or("")
}
