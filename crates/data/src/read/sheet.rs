//! Workbooks of Excel and of LibreOffice: one sheet of them, or a range of it.
//!
//! Cells are untyped: text, `true` and `false`, errors as Excel shows them (`#N/A`), formulas as their stored result,
//! and numbers with a mark (see [`cells`](super::cells)): whether one is an id or a date depends on the column that
//! it is for.

use std::thread;

use sha2::{Digest, Sha256};

use super::cells::{CellColumns, CellKind, cell_as_day, cell_as_text, cell_kind, clean};
use super::chunk::{FileSummary, RecordFault, Sink};
use super::file::SourceFile;
use super::header::Header;
use super::ordered::{Delivery, Part};
use super::request::Request;
use super::workbook::{self, OpenWorkbook, Rows};
use super::{FileLayout, fault, input};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{HeaderRow, Source, TableEnd, display_day};

/// Rows of a chunk.
const CHUNK: usize = 1 << 16;

pub(super) fn header(file: &SourceFile, source: &Source) -> Result<Header, Diagnostic> {
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    if bytes.is_empty() {
        return Err(fault::empty_file(file));
    }
    let names = guarded(file, || {
        let mut opened = OpenWorkbook::new(file, source, bytes)?;
        let mut rows = opened.rows(file)?;
        start(file, source, &mut rows)
    })?;
    Ok(Header::untyped(names.unwrap_or_default()))
}

/// Sheet and header row, as they are found.
pub(super) fn layout(file: &SourceFile, source: &Source) -> Result<FileLayout, Diagnostic> {
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    guarded(file, || {
        let mut opened = OpenWorkbook::new(file, source, bytes)?;
        let sheet = Some(opened.sheet().to_owned());
        let mut rows = opened.rows(file)?;
        let named = matches!(source.layout.header, HeaderRow::Names(_));
        let header_row = start(file, source, &mut rows)?.filter(|_| !named).map(|_| rows.last_number());
        Ok(FileLayout { sheet, header_row, ..FileLayout::of(file.format) })
    })
}

/// The sheets that hold cells.
pub(super) fn names_of_sheets(file: &SourceFile) -> Result<Vec<String>, Diagnostic> {
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    guarded(file, || workbook::sheets(file, bytes))
}

pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
    let Request { file, source, .. } = request;
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    let sha256 = input::hex(Sha256::new_with_prefix(&bytes));
    let copy = bytes.clone();
    thread::scope(|scope| {
        // What reads a sheet leaves off at its last cell, before the checksum is compared.
        let whole = scope.spawn(move || guarded(file, || workbook::check(file, source, &copy)));
        let done = sheet_rows(request, bytes, sha256, sink);
        let whole = whole.join().unwrap_or_else(|_| Err(fault::unreadable(file, "it could not be checked")));
        whole.and(done)
    })
}

fn sheet_rows(
    request: Request<'_>,
    bytes: Vec<u8>,
    sha256: String,
    sink: &mut Sink<'_>,
) -> Result<FileSummary, Diagnostic> {
    let Request { file, source, .. } = request;
    let mut opened = guarded(file, || OpenWorkbook::new(file, source, bytes))?;
    let sheet = Some(opened.sheet().to_owned());
    let mut rows = guarded(file, || opened.rows(file))?;
    let names = guarded(file, || start(file, source, &mut rows))?.unwrap_or_default();
    let places = request
        .names()
        .into_iter()
        .map(|wanted| names.iter().position(|name| name == wanted))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| fault::unreadable(file, "its header changed while it was read"))?;
    // Rows have the numbers that the sheet gives them.
    let mut delivery = Delivery::new(request, sink, 0);
    let mut ends =
        End { ends: source.layout.ends.as_ref().map(|ends| &ends.value), last: rows.last_number() };
    loop {
        let (part, ended) = guarded(file, || chunk(&mut rows, names.len(), &places, &mut ends))?;
        delivery.take(part)?;
        if ended {
            return Ok(FileSummary { sheet, ..delivery.done(sha256) });
        }
    }
}

/// Passes over what comes before the data; the names in the header row.
fn start(file: &SourceFile, source: &Source, rows: &mut Rows<'_>) -> Result<Option<Vec<String>>, Diagnostic> {
    let first = rows.first_number();
    let (span, what) = match &source.layout.header {
        HeaderRow::Names(names) => return Ok(Some(names.value.clone())),
        HeaderRow::First => return Ok(rows.next()?.map(|(_, row)| names(&row))),
        HeaderRow::Number(row) => {
            let wanted = first + u64::from(row.value) - 1;
            while let Some((number, cells)) = rows.next()? {
                if number == wanted {
                    return Ok(Some(names(&cells)));
                }
                if number > wanted {
                    break;
                }
            }
            (row.span.clone(), format!("its row {wanted} is empty"))
        }
        HeaderRow::Text(text) => {
            while let Some((_, cells)) = rows.next()? {
                let names = names(&cells);
                if names.contains(&text.value) {
                    return Ok(Some(names));
                }
            }
            (text.span.clone(), format!("no cell is `{}`", text.value))
        }
    };
    Err(fault::no_header(file, span, &what))
}

/// Where a table ends.
struct End<'a> {
    ends: Option<&'a TableEnd>,
    /// The number of the row before.
    last: u64,
}

impl End<'_> {
    /// Whether the table ends at a row, or before it.
    fn is_at(&mut self, number: u64, cells: &[String]) -> bool {
        let after_blank = number > self.last + 1;
        self.last = number;
        match self.ends {
            None => false,
            Some(TableEnd::BlankRow) => after_blank,
            Some(TableEnd::Text(text)) => {
                cells.first().is_some_and(|cell| cell_as_text(cell).trim().starts_with(text.as_str()))
            }
        }
    }
}

/// The next rows, and whether they are the last.
fn chunk(
    rows: &mut Rows<'_>,
    width: usize,
    places: &[usize],
    ends: &mut End<'_>,
) -> Result<(Part, bool), Diagnostic> {
    let mut columns = CellColumns::new(places.len());
    let mut part = Part::default();
    let mut ended = false;
    for _ in 0..CHUNK {
        let Some((number, row)) = rows.next()? else {
            ended = true;
            break;
        };
        part.ends = part.ends || ends.is_at(number, &row);
        part.filled += 1;
        if part.ends {
            part.passed_over += 1;
            continue;
        }
        if row.len() > width {
            part.broken.push((number, RecordFault::Ragged { cells: row.len(), expected: width }));
            continue;
        }
        for (column, &place) in places.iter().enumerate() {
            columns.push(column, row.get(place).and_then(|cell| clean(cell)));
        }
        part.numbers.push(number);
        part.rows += 1;
    }
    part.columns = columns.finish();
    Ok((part, ended))
}

/// A header row as names; a date is named as a date.
fn names(row: &[String]) -> Vec<String> {
    let name = |cell: &String| match cell_as_day(cell) {
        Some(day) if cell_kind(cell) == CellKind::Date => display_day(day),
        _ => cell_as_text(cell).trim().to_owned(),
    };
    row.iter().map(name).collect()
}

/// Calamine reports damage as errors; a panic in it or its dependencies is an error too.
fn guarded<T>(file: &SourceFile, read: impl FnOnce() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
    fault::guarded(read).unwrap_or_else(|reason| Err(fault::unreadable(file, reason)))
}
