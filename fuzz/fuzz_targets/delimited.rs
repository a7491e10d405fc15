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
    match reading {
        Ok(reading) => agrees(&reading, &records.expect("only text is read")),
        Err(error) => {
            let names = records.as_ref().and_then(|records| records.first().cloned()).unwrap_or_default();
            let named: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
            match error.code.word() {
                "empty-file" => assert!(records.is_none() || named.is_empty()),
                "duplicate-column" => {
                    assert!(records.is_none() || (1..named.len()).any(|at| named[..at].contains(&named[at])));
                }
                "bad-encoding" => assert!(records.is_none(), "{}", error.message),
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
    let named: Vec<usize> = (0..names.len()).filter(|&at| !names[at].trim().is_empty()).collect();
    let header: Vec<&str> = reading.header.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(header, named.iter().map(|&at| names[at].trim()).collect::<Vec<_>>());
    assert_eq!(reading.done.rows, records.len() as u64);
    let mut rows = reading.rows.iter();
    let mut ragged = reading.ragged.iter();
    for (number, record) in (1..).zip(records) {
        if record.len() != names.len() {
            assert_eq!(ragged.next(), Some(&(number, record.len())));
            continue;
        }
        let cells = named.iter().map(|&at| cleaned(&record[at])).collect();
        assert_eq!(rows.next(), Some(&(number, cells)));
    }
}

fn cleaned(cell: &str) -> Option<String> {
    // A cell that begins with a mark of the spreadsheet reader is shown without it.
    let cell = apportion::data::read::cell_as_text(cell.trim());
    (!cell.is_empty() && cell != "N/A").then(|| cell.to_owned())
}
