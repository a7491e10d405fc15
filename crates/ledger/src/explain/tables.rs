//! Small files of a close, row by row.

use std::collections::BTreeMap;

use crate::folder::unreadable;
use crate::ledger::{Close, Ledger};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::spreadsheet::unguarded;

/// A row: its cells by column.
pub(super) type Row = BTreeMap<String, String>;

/// The rows of a CSV file of a close.
///
/// # Errors
/// `unreadable-ledger`.
pub(super) fn rows(ledger: &Ledger, close: &Close, file: &str) -> Result<Vec<Row>, Diagnostic> {
    let bytes = ledger.file(&close.record, file)?;
    let damaged =
        |error: csv::Error| unreadable(&ledger.shown(&close.record.close, file), &error.to_string());
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().map_err(damaged)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(damaged)?;
        let cells = record.iter().map(|cell| unguarded(cell).to_owned());
        rows.push(header.iter().map(str::to_owned).zip(cells).collect());
    }
    Ok(rows)
}

/// A cell; empty where there is none.
pub(super) fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}
