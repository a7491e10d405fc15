//! Reading the CSV files of a result: the header as a run writes it, and every record with its texts as they are in the data.
//!
//! A text that a spreadsheet would run has an apostrophe before it, unless run.json says that the files are raw.

use std::io::{self, BufReader};
use std::path::Path;

use csv::StringRecord;

use super::folder::cannot_read;
use super::report::{Finding, Findings};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::spreadsheet::unguarded;
use apportion_base::world::open_regular;
use apportion_contract::{OutputFile, OutputType};

/// Hands every record with its number, from 1, to `each`; `raw` is what run.json says of the texts. Returns how many there were; `None` where the file is not
/// there or is not CSV under this header, which is a finding.
///
/// # Errors
/// `cannot-read` where the disk does not give the file.
pub fn records(
    (out, raw): (&Path, bool),
    described: &'static OutputFile,
    findings: &mut Findings,
    mut each: impl FnMut(u64, &StringRecord, &mut Findings),
) -> Result<Option<u64>, Diagnostic> {
    let name = described.name;
    let path = out.join(name);
    let file = match open_regular(&path) {
        Ok(file) => file,
        // That it is missing is found where the names of the files are checked.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_read(&path, &error)),
    };
    let mut reader = csv::Reader::from_reader(BufReader::with_capacity(1 << 20, file));
    let found = match reader.headers() {
        Ok(found) => found.iter().map(str::to_owned).collect::<Vec<_>>(),
        Err(error) => return unreadable(name, error, &path, findings).map(|()| None),
    };
    if !described.header().eq(found.iter().map(String::as_str)) {
        let finding = Finding::new(Code::BadCsv, name, "its header is not the one that a run writes");
        findings.push(finding.numbers(found.join(","), described.header().collect::<Vec<_>>().join(",")));
        return Ok(None);
    }
    let is_text: Vec<bool> =
        described.columns.iter().map(|column| !raw && column.holds == OutputType::Text).collect();
    let (mut record, mut bare) = (StringRecord::new(), StringRecord::new());
    let mut row = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(Some(row)),
            Ok(true) => {
                row += 1;
                let is_guarded =
                    |(cell, is_text): (&str, &bool)| *is_text && unguarded(cell).len() < cell.len();
                if record.iter().zip(&is_text).any(is_guarded) {
                    bare.clear();
                    let cells = record.iter().zip(&is_text);
                    cells
                        .map(|(cell, is_text)| if *is_text { unguarded(cell) } else { cell })
                        .for_each(|cell| bare.push_field(cell));
                    each(row, &bare, findings);
                } else {
                    each(row, &record, findings);
                }
            }
            Err(error) => return unreadable(name, error, &path, findings).map(|()| None),
        }
    }
}

/// What the CSV reader found is a finding, unless it was the disk.
fn unreadable(
    name: &'static str,
    error: csv::Error,
    path: &Path,
    findings: &mut Findings,
) -> Result<(), Diagnostic> {
    if let csv::ErrorKind::Io(error) = error.kind() {
        return Err(cannot_read(path, error));
    }
    findings.push(Finding::new(Code::BadCsv, name, format!("it is no CSV: {error}")));
    Ok(())
}
