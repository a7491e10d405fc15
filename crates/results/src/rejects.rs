//! rejects.csv: every row that could not be used, or was used without a part of it, and why. It is sorted by the texts of the data,
//! before they are guarded.

use std::io;

use super::Outcome;
use super::records::csv_writer;
use super::sink::Sink;
use apportion_contract::output::REJECT_FILE;
use apportion_data::Reject;

/// One row a finding, by bytes of source, key, column, code, file and then row.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    let mut rows: Vec<&Reject> = outcome.tables.rejects.iter().collect();
    rows.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut csv = csv_writer(sink);
    csv.write_record(REJECT_FILE.header())?;
    for reject in rows {
        csv.write_record([
            reject.table.word(),
            &outcome.cell(&reject.file),
            &reject.row.to_string(),
            &outcome.cell(&reject.key),
            &outcome.cell(&reject.column),
            reject.code.word(),
            &outcome.cell(&reject.value),
            &outcome.cell(&reject.message),
            reject.action().word(),
        ])?;
    }
    csv.flush()
}

/// The order of the file. Value and message decide between rows that are otherwise equal.
fn order(reject: &Reject) -> (&str, &str, &str, &str, &str, u64, &str, &str) {
    (
        reject.table.word(),
        &reject.key,
        &reject.column,
        reject.code.word(),
        &reject.file,
        reject.row,
        &reject.value,
        &reject.message,
    )
}
