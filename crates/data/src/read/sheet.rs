//! Excel workbooks: one sheet of them, whose first filled row is the header.
//!
//! Cells are untyped: text, `true` and `false`, errors as Excel shows them (`#N/A`), formulas as their stored result,
//! and numbers with a mark (see [`cells`](super::cells)): whether one is an id or a date depends on the column that
//! it is for.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, Style, Xlsx, XlsxCellReader, open_workbook_from_rs};
use sha2::{Digest, Sha256};

use super::cells::{CellColumns, Marks, cell_as_day, cell_as_text, cell_kind, clean, shows_percent};
use super::ordered::{Delivery, Part};
use super::{CellKind, Done, Header, RawColumn, RawType, Request, Sink, SourceFile, fault, input};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Source, display_day};

/// Rows of a chunk.
const CHUNK: usize = 1 << 16;
/// Columns of the widest sheet (`XFD`): a damaged name of a cell must not make a row of billions.
const MOST_COLUMNS: u32 = 16_384;

type Workbook = Xlsx<Cursor<Vec<u8>>>;

pub(super) fn header(file: &SourceFile, source: &Source) -> Result<Header, Diagnostic> {
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    if bytes.is_empty() {
        return Err(fault::empty_file(file));
    }
    let names = guarded(file, || {
        let (mut workbook, sheet) = open(file, source, bytes)?;
        let mut rows = Rows::new(file, &mut workbook, &sheet)?;
        Ok(rows.next()?.map(|row| names(&row)).unwrap_or_default())
    })?;
    let mut columns: Vec<RawColumn> = Vec::new();
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        if columns.iter().any(|column| column.name == name) {
            return Err(fault::duplicate_column(file, &name));
        }
        columns.push(RawColumn { name, ty: RawType::Cells });
    }
    Ok(Header { columns })
}

pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    let Request { file, source, .. } = request;
    let bytes = file.handle()?.read_all().map_err(|error| fault::unreadable(file, error))?;
    let sha256 = input::hex(Sha256::new_with_prefix(&bytes));
    let (mut workbook, sheet) = guarded(file, || open(file, source, bytes))?;
    let mut rows = guarded(file, || Rows::new(file, &mut workbook, &sheet))?;
    let names = guarded(file, || rows.next())?.map(|row| names(&row)).unwrap_or_default();
    let places = request
        .names()
        .into_iter()
        .map(|wanted| names.iter().position(|name| name == wanted))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| fault::unreadable(file, "its header changed while it was read"))?;
    let mut delivery = Delivery { request, expected: names.len(), sink, records: 0 };
    loop {
        let (part, ended) = guarded(file, || chunk(&mut rows, names.len(), &places))?;
        delivery.take(part)?;
        if ended {
            return Ok(Done { rows: delivery.records, sha256 });
        }
    }
}

/// The next rows, and whether they are the last.
fn chunk(rows: &mut Rows<'_>, width: usize, places: &[usize]) -> Result<(Part, bool), Diagnostic> {
    let mut columns = CellColumns::new(places.len());
    let mut part = Part::default();
    let mut ended = false;
    for record in 0..CHUNK {
        let Some(row) = rows.next()? else {
            ended = true;
            break;
        };
        if row.len() > width {
            part.ragged.push((record as u64, row.len()));
            continue;
        }
        for (column, &place) in places.iter().enumerate() {
            columns.push(column, row.get(place).and_then(|cell| clean(cell)));
        }
        part.rows += 1;
    }
    part.columns = columns.finish();
    Ok((part, ended))
}

/// The workbook and the name of the sheet that the source means.
fn open(file: &SourceFile, source: &Source, bytes: Vec<u8>) -> Result<(Workbook, String), Diagnostic> {
    let workbook: Workbook =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| fault::unreadable(file, error))?;
    let tables = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets: Vec<String> = tables.map(|sheet| sheet.name.clone()).collect();
    let sheet = match &source.sheet {
        Some(wanted) if sheets.contains(&wanted.value) => wanted.value.clone(),
        Some(wanted) => {
            return Err(fault::unknown_sheet(file, &wanted.value, wanted.span.clone(), &sheets));
        }
        None => sheets.into_iter().next().ok_or_else(|| fault::empty_file(file))?,
    };
    Ok((workbook, sheet))
}

/// A header row as names; a date is named as a date.
fn names(row: &[String]) -> Vec<String> {
    let name = |cell: &String| match cell_as_day(cell) {
        Some(day) if cell_kind(cell) == CellKind::Date => display_day(day),
        _ => cell_as_text(cell).trim().to_owned(),
    };
    row.iter().map(name).collect()
}

/// The rows of a sheet that have a filled cell.
struct Rows<'w> {
    file: &'w SourceFile,
    cells: XlsxCellReader<'w, Cursor<Vec<u8>>>,
    marks: Marks,
    /// By style: whether it shows percentages.
    percent: Vec<bool>,
    /// The first cell of the row after.
    ahead: Option<(u32, u32, String)>,
    /// Calamine must not be called again after the end.
    ended: bool,
}

impl<'w> Rows<'w> {
    fn new(file: &'w SourceFile, workbook: &'w mut Workbook, sheet: &str) -> Result<Self, Diagnostic> {
        let marks = Marks { from_1904: workbook.has_1904_epoch() };
        let cells = workbook.worksheet_cells_reader(sheet).map_err(|error| fault::unreadable(file, error))?;
        let shown = |style: &Style| {
            style.number_format.as_ref().is_some_and(|format| shows_percent(&format.format_code))
        };
        let percent = cells.styles().iter().map(shown).collect();
        Ok(Self { file, cells, marks, percent, ahead: None, ended: false })
    }

    /// The cells of the next row up to its last filled one, by column of the sheet.
    fn next(&mut self) -> Result<Option<Vec<String>>, Diagnostic> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((row, column, text)) = first else { return Ok(None) };
        let mut cells = Vec::new();
        put(&mut cells, column, text);
        while let Some((next_row, column, text)) = self.next_cell()? {
            if next_row != row {
                self.ahead = Some((next_row, column, text));
                break;
            }
            put(&mut cells, column, text);
        }
        Ok(Some(cells))
    }

    /// The next filled cell: its row, its column and its text.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, Diagnostic> {
        while !self.ended {
            let cell =
                self.cells.next_cell_with_style_id().map_err(|error| fault::unreadable(self.file, error))?;
            let Some((cell, style)) = cell else {
                self.ended = true;
                break;
            };
            let text = match cell.get_value() {
                DataRef::Float(value) if self.percent.get(style) == Some(&true) => {
                    self.marks.percentage(*value)
                }
                value => text(value, self.marks),
            };
            if !text.trim().is_empty() {
                let (row, column) = cell.get_position();
                if column >= MOST_COLUMNS {
                    let place = format!(
                        "its row {} has a cell in column {}, and a sheet has {MOST_COLUMNS}",
                        u64::from(row) + 1,
                        u64::from(column) + 1
                    );
                    return Err(fault::unreadable(self.file, place));
                }
                return Ok(Some((row, column, text)));
            }
        }
        Ok(None)
    }
}

fn put(cells: &mut Vec<String>, column: u32, text: String) {
    let column = column as usize;
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    cells[column] = text;
}

fn text(cell: &DataRef<'_>, marks: Marks) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Float(value) => marks.number(*value, false),
        DataRef::Int(value) => marks.integer(*value),
        DataRef::DateTime(value) => marks.number(value.as_f64(), value.is_datetime()),
        // rare: a cell that holds ISO text; a date at midnight is a date
        DataRef::DateTimeIso(text) => text.split("T00:00").next().unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
    }
}

/// Calamine reports damage as errors; a panic in it or its dependencies is an error too.
fn guarded<T>(file: &SourceFile, read: impl FnOnce() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
    fault::guarded(read).unwrap_or_else(|reason| Err(fault::unreadable(file, reason)))
}
