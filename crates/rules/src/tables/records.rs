//! The records of a rate table, with their places in its text.

use std::ops::Range;

use csv::StringRecord;
use memchr::{memchr, memchr_iter};

/// A record after the header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'r> {
    pub cells: &'r [&'r str],
    /// In the text, without line ends around them.
    pub bytes: Range<usize>,
    /// The line on which it begins; the first is 1.
    pub line: u32,
}

/// The names of the header, trimmed; `None` for a text without one.
pub(super) fn header(text: &str) -> Option<Vec<String>> {
    let mut record = StringRecord::new();
    let is_there = reader(text).read_record(&mut record).unwrap_or(false);
    is_there.then(|| record.iter().map(|name| name.trim().to_owned()).collect())
}

/// Hands each record after the header on, until `each` says `false`.
pub(super) fn each_record(text: &str, each: &mut dyn FnMut(&Record<'_>) -> bool) {
    // A table has thousands of lines, and a book hundreds of tables. What needs no rules of quotes is read without them.
    if has_plain_lines(text.as_bytes()) { each_line(text, each) } else { each_csv_record(text, each) }
}

/// Whether each line is a record, and each comma ends a cell.
fn has_plain_lines(text: &[u8]) -> bool {
    memchr(b'"', text).is_none() && memchr_iter(b'\r', text).all(|place| text.get(place + 1) == Some(&b'\n'))
}

fn each_line(text: &str, each: &mut dyn FnMut(&Record<'_>) -> bool) {
    let mut cells: Vec<&str> = Vec::new();
    let (mut begins, mut line, mut is_header) = (0, 0_u32, true);
    let ends = memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for end in ends {
        let whole = &text[begins..end];
        let record = whole.strip_suffix('\r').unwrap_or(whole);
        let bytes = begins..begins + record.len();
        begins = end + 1;
        line = line.saturating_add(1);
        if record.is_empty() {
            continue;
        }
        if std::mem::take(&mut is_header) {
            continue;
        }
        cells.clear();
        let mut cell = 0;
        for comma in memchr_iter(b',', record.as_bytes()) {
            cells.push(&record[cell..comma]);
            cell = comma + 1;
        }
        cells.push(&record[cell..]);
        if !each(&Record { cells: &cells, bytes, line }) {
            return;
        }
    }
}

fn each_csv_record(text: &str, each: &mut dyn FnMut(&Record<'_>) -> bool) {
    let mut reader = reader(text);
    let mut record = StringRecord::new();
    // The header.
    let _ = reader.read_record(&mut record);
    let (mut counted, mut line) = (0, 1_u32);
    loop {
        let begins = reader.position().byte();
        if !reader.read_record(&mut record).unwrap_or(false) {
            return;
        }
        let bytes = place(text, begins, reader.position().byte());
        let passed = memchr_iter(b'\n', &text.as_bytes()[counted..bytes.start]).count();
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        counted = bytes.start;
        let cells: Vec<&str> = record.iter().collect();
        if !each(&Record { cells: &cells, bytes, line }) {
            return;
        }
    }
}

/// The bytes of a record in the text, without line ends around it.
fn place(text: &str, begins: u64, ends: u64) -> Range<usize> {
    let position = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let (start, end) = (position(begins), position(ends));
    let record = &text[start..end];
    let start = start + record.len() - record.trim_start_matches(['\r', '\n']).len();
    let end = end - (record.len() - record.trim_end_matches(['\r', '\n']).len());
    start..end.max(start)
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Found = (Vec<String>, Range<usize>, u32);
    type Reading = fn(&str, &mut dyn FnMut(&Record<'_>) -> bool);

    fn found(text: &str, read: Reading) -> Vec<Found> {
        let mut all = Vec::new();
        read(text, &mut |record| {
            let cells = record.cells.iter().map(|cell| (*cell).to_owned()).collect();
            all.push((cells, record.bytes.clone(), record.line));
            true
        });
        all
    }

    proptest! {
        #[test]
        fn lines_without_quotes_are_the_records_of_csv(
            pieces in prop::collection::vec(prop::sample::select(vec![",", "a", "\u{e9}", " ", "\n", "\r\n", "\n\n"]), 0..30),
        ) {
            let text = pieces.concat();
            prop_assert!(has_plain_lines(text.as_bytes()));
            prop_assert_eq!(found(&text, each_line), found(&text, each_csv_record));
        }
    }

    #[test]
    fn quotes_and_lone_returns_are_left_to_csv() {
        assert!(!has_plain_lines(b"a\n\"b\"\n") && !has_plain_lines(b"a\rb\r") && has_plain_lines(b"a\r\nb"));
    }
}
