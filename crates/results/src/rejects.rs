//! rejects.csv: every row that could not be used, or was used without a part of it, and why.
//!
//! People open this file in a spreadsheet, and its cells hold texts of the data. OWASP, "CSV Injection": a
//! cell that starts with `=`, `+`, `-`, `@` (also in their full width), tab, line feed or carriage return may run as a
//! formula. So such a cell is written with a leading apostrophe, which spreadsheets take as "this is text", unless it is a plain number: a sign and
//! digits (`-5`, `+1,200.50`) compute nothing, and an apostrophe would change what the reader has to look for.
//! Only this file is guarded: in the others, ids must match the payroll system's byte for byte.

use std::borrow::Cow;
use std::io;

use super::Outcome;
use super::sink::{Sink, csv_writer};
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
            &guarded(&reject.file),
            &reject.row.to_string(),
            &guarded(&reject.key),
            &guarded(&reject.column),
            reject.code.word(),
            &guarded(&reject.value),
            &guarded(&reject.message),
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

/// The cell, with an apostrophe before it where a spreadsheet might run it.
fn guarded(cell: &str) -> Cow<'_, str> {
    let runs = match cell.as_bytes() {
        [b'+' | b'-', rest @ ..] => !is_plain_number(rest),
        [b'=' | b'@' | b'\t' | b'\n' | b'\r', ..] => true,
        _ => cell.starts_with(['\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']),
    };
    if runs { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Digits with thousands commas and a decimal point: text that a spreadsheet can only take as a number.
fn is_plain_number(unsigned: &[u8]) -> bool {
    unsigned.first().is_some_and(u8::is_ascii_digit)
        && unsigned.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\tx",
            "\r=1",
            "\n=1",
            "-",
            "+",
            "-.5",
            "--5",
            "\u{ff1d}1+1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}A1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn plain_numbers_and_words_stay_as_they_are() {
        for cell in ["", "-5", "-12.30", "+1,200.50", "D-1", "a=b", "'quoted", "(12.30)", " =1"] {
            assert_eq!(guarded(cell), cell);
        }
    }
}
