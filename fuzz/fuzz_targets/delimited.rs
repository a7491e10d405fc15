//! CSV and its kin: our blocks, headers and dialects against the `csv` crate over the whole text at once.
//! The first byte of the input says the dialect.
#![no_main]

use apportion::book::Encoding;
use apportion_fuzz::reading::{Reading, read, source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&dialect, bytes)) = data.split_first() else { return };
    let packed = match dialect >> 5 {
        0 => ".gz",
        1 => ".zst",
        _ => "",
    };
    let name = format!("t.csv{packed}");
    apportion_fuzz::put(&name, bytes);
    let mut source = source(&name);
    source.delimiter = [None, Some(b';'), Some(b'\t'), Some(b'|')][usize::from(dialect & 3)];
    source.quote = if dialect & 4 == 0 { b'"' } else { b'\'' };
    source.encoding =
        [Encoding::Utf8, Encoding::Utf8, Encoding::Utf16, Encoding::Windows1252][usize::from((dialect >> 3) & 3)];
    source.nulls = vec!["N/A".to_owned()];
    let reading = read(&source);
    if !packed.is_empty() {
        return;
    }
    let text = decoded(bytes, source.encoding);
    let records = text.as_deref().map(|text| records(text, source.delimiter.unwrap_or(b','), source.quote));
    // A first line that names the delimiter is none of the `csv` crate's.
    let begins = &bytes[..bytes.len().min(16)];
    if begins.windows(4).any(|four| four.eq_ignore_ascii_case(b"sep=")) {
        return;
    }
    match reading {
        // Bytes that are no text may be in records that can't be placed anyway.
        Ok(reading) => records.iter().for_each(|records| agrees(&reading, records)),
        Err(error) => {
            let names = records.as_ref().and_then(|records| records.first().cloned()).unwrap_or_default();
            let named: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
            match error.code.word() {
                "empty-file" => assert!(records.is_none() || named.is_empty()),
                "bad-encoding" => assert!(records.is_none(), "{}", error.message),
                // A letter of two bytes may be three in UTF-8.
                "record-too-long" => assert!(bytes.len() * 3 / 2 > 1 << 10),
                // A header of lines that end with a carriage return alone.
                "unreadable-file" => assert!(bytes.contains(&b'\r'), "{}", error.message),
                "unclosed-quote" => assert!(bytes.contains(&source.quote)),
                other => panic!("[{other}] {}", error.message),
            }
        }
    }
});

fn decoded(bytes: &[u8], encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Utf8 => String::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).to_vec()).ok(),
        Encoding::Utf16 => {
            let (text, _, bad) = encoding_rs::UTF_16LE.decode(bytes);
            (!bad).then(|| text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
        }
        Encoding::Windows1252 => {
            let (text, _, bad) = encoding_rs::WINDOWS_1252.decode(bytes);
            (!bad).then(|| text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
        }
    }
}

/// Records end in LF; a carriage return before it is white space, and elsewhere a character like any other.
fn records(text: &str, delimiter: u8, quote: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(quote)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.expect("text").iter().map(str::to_owned).collect());
    records.filter(|record: &Vec<String>| *record != ["\r"]).collect()
}

fn agrees(reading: &Reading, records: &[Vec<String>]) {
    let (names, records) = records.split_first().expect("a header");
    let once = |index: &usize| names.iter().filter(|name| name.trim() == names[*index].trim()).count() == 1;
    let named: Vec<usize> = (0..names.len()).filter(|&index| !names[index].trim().is_empty()).filter(once).collect();
    let header: Vec<&str> = reading.header.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(header, named.iter().map(|&index| names[index].trim()).collect::<Vec<_>>());
    assert_eq!(reading.done.rows, records.len() as u64);
    // Records with quotes inside cells are not taken apart.
    if reading.ragged.iter().any(|(_, cells)| *cells == 0) {
        return;
    }
    let mut rows = reading.rows.iter();
    let mut ragged = reading.ragged.iter();
    for record in records {
        if record.len() != names.len() {
            assert_eq!(ragged.next().map(|(_, cells)| *cells), Some(record.len()));
            continue;
        }
        let cells: Vec<Option<String>> = named.iter().map(|&index| cleaned(&record[index])).collect();
        assert_eq!(rows.next().map(|(_, cells)| cells), Some(&cells));
    }
}

fn cleaned(cell: &str) -> Option<String> {
    // A cell that begins with a mark of the spreadsheet reader is shown without it.
    let cell = apportion::data::read::cell_as_text(cell.trim());
    (!cell.is_empty() && cell != "N/A").then(|| cell.to_owned())
}
