//! Texts that a spreadsheet would run.
//!
//! People open CSV files in spreadsheets, and cells hold texts of the data. OWASP, "CSV Injection": a cell that starts with `=`, `+`, `-`,
//! `@` (also in their full width), tab, line feed or carriage return may run as a formula. Such a cell is written with a leading
//! apostrophe, which spreadsheets take as "this is text", unless it is a plain number: a sign and digits (`-5`, `+1,200.50`) compute
//! nothing, and an apostrophe would change what the reader has to look for. A text that has apostrophes before such a beginning gets one
//! more, so that every cell can be read back.

use std::borrow::Cow;

/// The cell, with an apostrophe before it where a spreadsheet might run it.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if would_run(cell.trim_start_matches('\'')) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Whether a spreadsheet might run a cell as a formula.
fn would_run(cell: &str) -> bool {
    match cell.as_bytes() {
        [b'+' | b'-', rest @ ..] => !is_plain_number(rest),
        [b'=' | b'@' | b'\t' | b'\n' | b'\r', ..] => true,
        [first, ..] if first.is_ascii() => false,
        _ => cell.starts_with(['\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']),
    }
}

/// The cell as it was before [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| would_run(cell.trim_start_matches('\''))).unwrap_or(cell)
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
            "'=1+1",
            "''-x",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"), "{cell:?}");
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
    }

    #[test]
    fn plain_numbers_and_words_stay_as_they_are() {
        for cell in
            ["", "'", "'-5", "-5", "-12.30", "+1,200.50", "D-1", "a=b", "'quoted", "(12.30)", " =1", "é=1"]
        {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }
}
