//! The cells of a workbook, row by row: `.xlsx`, `.xlsm`, `.xlsb`, `.xls` and `.ods`, a sheet of it or a range.

use std::io::{self, Cursor};

use calamine::{
    Data, DataRef, Ods, Reader, Sheet, SheetType, Style, Xls, Xlsb, Xlsx, XlsxCellReader,
    open_workbook_from_rs,
};
use zip::ZipArchive;

use super::cells::{Marks, shows_percent};
use super::fault;
use super::file::SourceFile;
use super::format::{Format, Workbook};
use super::percent::{self, PercentCells};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Layout, Source, SourceValue};

/// Columns of the widest sheet (`XFD`): a damaged name of a cell must not make a row of billions.
const MOST_COLUMNS: u32 = 16_384;

type Bytes = Cursor<Vec<u8>>;

/// An open workbook, and the cells of it that the source means.
pub(super) struct OpenWorkbook {
    book: Book,
    sheet: String,
    range: Area,
    /// The bytes, where which cells are percentages is found beside the reader of cells.
    bytes: Option<Vec<u8>>,
}

enum Book {
    Xlsx(Xlsx<Bytes>),
    Xlsb(Xlsb<Bytes>),
    Xls(Xls<Bytes>),
    Ods(Ods<Bytes>),
}

/// Rows and columns from 0, the last ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    first: (u32, u32),
    last: (u32, u32),
}

impl Area {
    const ALL: Self = Self { first: (0, 0), last: (u32::MAX, u32::MAX) };
}

/// The names of the sheets of a workbook that hold cells.
pub(super) fn sheets(file: &SourceFile, bytes: Vec<u8>) -> Result<Vec<String>, Diagnostic> {
    if let Some(archive) = archive(file, &bytes)? {
        check_size(file, Layout::default().unpacked_at_most(file.handle()?.length()), archive)?;
    }
    Ok(Book::new(file, bytes)?.sheets())
}

impl OpenWorkbook {
    pub fn new(file: &SourceFile, source: &Source, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        if let Some(archive) = archive(file, &bytes)? {
            check_size(file, unpacked_at_most(file, source)?, archive)?;
        }
        let copy = (!matches!(format(file), Workbook::Xlsx)).then(|| bytes.clone());
        let mut book = Book::new(file, bytes)?;
        let (sheet, range) = match &source.layout.range {
            Some(range) => book.range(file, source, range)?,
            None => (book.sheet(file, source.sheet.as_ref())?, Area::ALL),
        };
        Ok(Self { book, sheet, range, bytes: copy })
    }

    /// The name of the sheet.
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    pub fn rows<'w>(&'w mut self, file: &'w SourceFile) -> Result<Rows<'w>, Diagnostic> {
        let Self { book, sheet, range, bytes } = self;
        let percent = match bytes {
            Some(bytes) => {
                let place = book.metadata().iter().position(|known| known.name == *sheet).unwrap_or(0);
                percent::cells(file, format(file), bytes, place)?
            }
            None => PercentCells::new(),
        };
        let bad = |error: &dyn std::fmt::Display| fault::unreadable(file, error);
        let whole = |range: calamine::Range<Data>, percent: PercentCells| {
            let (row, column) = range.start().unwrap_or_default();
            let cells = range.used_cells();
            let cells: Vec<(u32, u32, Data)> =
                cells.map(|(r, c, cell)| (row + r as u32, column + c as u32, cell.clone())).collect();
            Cells::Whole(cells.into_iter(), percent)
        };
        let from_1904 = match book {
            Book::Xlsx(book) => book.has_1904_epoch(),
            Book::Xlsb(book) => book.has_1904_epoch(),
            Book::Xls(book) => book.has_1904_epoch(),
            // dates are written as texts
            Book::Ods(_) => false,
        };
        let cells = match book {
            Book::Xlsx(book) => {
                let cells = book.worksheet_cells_reader(sheet).map_err(|error| bad(&error))?;
                let shown = |style: &Style| {
                    style.number_format.as_ref().is_some_and(|format| shows_percent(&format.format_code))
                };
                let percent = cells.styles().iter().map(shown).collect();
                Cells::Xlsx(Box::new(cells), percent)
            }
            Book::Xlsb(book) => whole(book.worksheet_range(sheet).map_err(|error| bad(&error))?, percent),
            Book::Xls(book) => whole(book.worksheet_range(sheet).map_err(|error| bad(&error))?, percent),
            Book::Ods(book) => whole(book.worksheet_range(sheet).map_err(|error| bad(&error))?, percent),
        };
        let last = u64::from(range.first.0);
        let marks = Marks { from_1904 };
        Ok(Rows { file, cells, marks, range: *range, ahead: None, ended: false, last })
    }
}

impl Book {
    fn new(file: &SourceFile, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let bytes = Cursor::new(bytes);
        let bad = |error: &dyn std::fmt::Display| fault::unreadable(file, error);
        Ok(match format(file) {
            Workbook::Xlsx => Self::Xlsx(open_workbook_from_rs(bytes).map_err(|error| bad(&error))?),
            Workbook::Xlsb => Self::Xlsb(open_workbook_from_rs(bytes).map_err(|error| bad(&error))?),
            Workbook::Xls => Self::Xls(open_workbook_from_rs(bytes).map_err(|error| bad(&error))?),
            Workbook::Ods => Self::Ods(open_workbook_from_rs(bytes).map_err(|error| bad(&error))?),
        })
    }

    /// All sheets, charts among them.
    fn metadata(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        }
    }

    /// The names of the sheets that hold cells.
    fn sheets(&self) -> Vec<String> {
        let tables = self.metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        tables.map(|sheet| sheet.name.clone()).collect()
    }

    fn defined_names(&self) -> &[(String, String)] {
        match self {
            Self::Xlsx(book) => book.defined_names(),
            Self::Xlsb(book) => book.defined_names(),
            Self::Xls(book) => book.defined_names(),
            Self::Ods(book) => book.defined_names(),
        }
    }

    /// The sheet of this name, or the first.
    fn sheet(&self, file: &SourceFile, wanted: Option<&SourceValue<String>>) -> Result<String, Diagnostic> {
        let sheets = self.sheets();
        match wanted {
            Some(wanted) if sheets.contains(&wanted.value) => Ok(wanted.value.clone()),
            Some(wanted) => Err(fault::unknown_sheet(file, &wanted.value, wanted.span.clone(), &sheets)),
            None => sheets.into_iter().next().ok_or_else(|| fault::empty_file(file)),
        }
    }

    /// The sheet and the cells of a range: cells, a table, or a defined name.
    fn range(
        &mut self,
        file: &SourceFile,
        source: &Source,
        range: &SourceValue<String>,
    ) -> Result<(String, Area), Diagnostic> {
        let wanted = range.value.trim();
        if let Some((sheet, area)) = area(wanted) {
            let placed = sheet.map(|sheet| SourceValue { value: sheet, span: range.span.clone() });
            return Ok((self.sheet(file, placed.as_ref().or(source.sheet.as_ref()))?, area));
        }
        let mut known: Vec<String> = self.defined_names().iter().map(|(name, _)| name.clone()).collect();
        let named = self.defined_names().iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if let Some((sheet, area)) = named.and_then(|(_, cells)| area(cells)) {
            let placed = sheet.map(|sheet| SourceValue { value: sheet, span: range.span.clone() });
            return Ok((self.sheet(file, placed.as_ref().or(source.sheet.as_ref()))?, area));
        }
        if let Self::Xlsx(book) = self {
            book.load_tables().map_err(|error| fault::unreadable(file, error))?;
            let tables: Vec<String> = book.table_names().into_iter().cloned().collect();
            if let Some(name) = tables.iter().find(|name| name.eq_ignore_ascii_case(wanted)) {
                let table = book.table_by_name(name).map_err(|error| fault::unreadable(file, error))?;
                if let (Some(first), Some(last)) = (table.data().start(), table.data().end()) {
                    // A table's data come after its header.
                    let first = (first.0.saturating_sub(1), first.1);
                    return Ok((table.sheet_name().to_owned(), Area { first, last }));
                }
            }
            known.extend(tables);
        }
        Err(fault::unknown_range(file, wanted, range.span.clone(), &known))
    }
}

/// The sheet, if it is named, and the cells of `B4:H900`, `'My sheet'!$B$4:$H$900` or `$Sheet.B4:.H900`.
fn area(text: &str) -> Option<(Option<String>, Area)> {
    let text = text.trim().trim_start_matches('=');
    let (sheet, cells) = match text.rfind(['!']).or_else(|| sheet_dot(text)) {
        Some(index) => (Some(sheet_name(&text[..index])), &text[index + 1..]),
        None => (None, text),
    };
    let (first, last) = cells.split_once(':')?;
    let (first_column, first_row) = cell(first)?;
    let (last_column, last_row) = cell(last.rsplit(['.', '!']).next()?)?;
    let area = Area {
        first: (first_row.map_or(0, |row| row - 1), first_column),
        last: (last_row.map_or(u32::MAX, |row| row - 1), last_column),
    };
    (area.first.0 <= area.last.0 && area.first.1 <= area.last.1).then_some((sheet, area))
}

/// The dot between sheet and cells, as LibreOffice writes it.
fn sheet_dot(text: &str) -> Option<usize> {
    let before_last = text.split_once(':').map_or(text, |(first, _)| first);
    before_last.rfind('.').filter(|index| *index > 0)
}

fn sheet_name(text: &str) -> String {
    let text = text.trim_start_matches('$');
    match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(quoted) => quoted.replace("''", "'"),
        None => text.to_owned(),
    }
}

/// Column from 0 and row from 1 of `$B$4`; a whole column has no row.
fn cell(text: &str) -> Option<(u32, Option<u32>)> {
    let text = text.trim().trim_start_matches('$');
    let letters = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (column, row) = text.split_at(letters);
    if column.is_empty() || column.len() > 3 {
        return None;
    }
    let column =
        column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = row.trim_start_matches('$');
    let row = if row.is_empty() { None } else { Some(row.parse::<u32>().ok().filter(|row| *row > 0)?) };
    (column <= MOST_COLUMNS).then_some((column - 1, row))
}

/// The rows of a sheet that have a filled cell.
pub(super) struct Rows<'w> {
    file: &'w SourceFile,
    cells: Cells<'w>,
    marks: Marks,
    range: Area,
    /// The first cell of the row after.
    ahead: Option<(u32, u32, String)>,
    /// Calamine must not be asked again after the end.
    ended: bool,
    /// The number of the last row that was given.
    last: u64,
}

enum Cells<'w> {
    /// With, by style, whether it shows percentages.
    Xlsx(Box<XlsxCellReader<'w, Bytes>>, Vec<bool>),
    /// With the places of percentages.
    Whole(std::vec::IntoIter<(u32, u32, Data)>, PercentCells),
}

impl Rows<'_> {
    /// The number of the first row of the range, as the sheet shows it.
    pub fn first_number(&self) -> u64 {
        u64::from(self.range.first.0) + 1
    }

    /// The number of the row that was given last; before all rows, of the one above the range.
    pub fn last_number(&self) -> u64 {
        self.last
    }

    /// The number of the next row, and its cells up to its last filled one, by column of the range.
    pub fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, Diagnostic> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((row, column, text)) = first else { return Ok(None) };
        let number = u64::from(row) + 1;
        if number <= self.last {
            let place = format!("it has cells of row {number} after some of row {}", self.last);
            return Err(fault::unreadable(self.file, place));
        }
        let mut cells = Vec::new();
        put(&mut cells, column, text);
        while let Some((next_row, column, text)) = self.next_cell()? {
            if next_row != row {
                self.ahead = Some((next_row, column, text));
                break;
            }
            put(&mut cells, column, text);
        }
        self.last = number;
        Ok(Some((number, cells)))
    }

    /// The next filled cell of the range: its row, its column in the range and its text.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, Diagnostic> {
        while !self.ended {
            let Some((row, column, text)) = self.cells.next(self.file, self.marks)? else {
                self.ended = true;
                break;
            };
            if column >= MOST_COLUMNS {
                let place = format!(
                    "its row {} has a cell in column {}, and a sheet has {MOST_COLUMNS}",
                    u64::from(row) + 1,
                    u64::from(column) + 1
                );
                return Err(fault::unreadable(self.file, place));
            }
            let Area { first, last } = self.range;
            let inside = (first.0..=last.0).contains(&row) && (first.1..=last.1).contains(&column);
            if inside && !text.trim().is_empty() {
                return Ok(Some((row, column - first.1, text)));
            }
        }
        Ok(None)
    }
}

impl Cells<'_> {
    /// The next cell of the sheet, and its text.
    fn next(&mut self, file: &SourceFile, marks: Marks) -> Result<Option<(u32, u32, String)>, Diagnostic> {
        match self {
            Self::Xlsx(cells, percent) => {
                let found =
                    cells.next_cell_with_style_id().map_err(|error| fault::unreadable(file, error))?;
                Ok(found.map(|(cell, style)| {
                    let (row, column) = cell.get_position();
                    let text = match cell.get_value() {
                        DataRef::Float(value) if percent.get(style) == Some(&true) => {
                            marks.percentage(*value)
                        }
                        value => text(value, marks),
                    };
                    (row, column, text)
                }))
            }
            Self::Whole(cells, percent) => Ok(cells.next().map(|(row, column, cell)| {
                let text = match cell {
                    Data::Float(value) if percent.contains(&(row, column)) => marks.percentage(value),
                    // a whole number is far below what a float holds exactly
                    Data::Int(value) if percent.contains(&(row, column)) => marks.percentage(value as f64),
                    cell => text_of_data(&cell, marks),
                };
                (row, column, text)
            })),
        }
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
        DataRef::DateTimeIso(text) => iso_day(text),
        DataRef::DurationIso(text) => text.clone(),
    }
}

fn text_of_data(cell: &Data, marks: Marks) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::Error(error) => error.to_string(),
        Data::Float(value) => marks.number(*value, false),
        Data::Int(value) => marks.integer(*value),
        Data::DateTime(value) => marks.number(value.as_f64(), value.is_datetime()),
        Data::DateTimeIso(text) => iso_day(text),
    }
}

/// A cell that holds ISO text: a date at midnight is a date.
fn iso_day(text: &str) -> String {
    text.split("T00:00").next().unwrap_or(text).to_owned()
}

fn format(file: &SourceFile) -> Workbook {
    match file.format {
        Format::Sheet(workbook) => workbook,
        _ => Workbook::Xlsx,
    }
}

/// The archive that a workbook is; `None` of an `.xls`, which is none.
fn archive<'b>(
    file: &SourceFile,
    bytes: &'b [u8],
) -> Result<Option<ZipArchive<Cursor<&'b [u8]>>>, Diagnostic> {
    match format(file) {
        Workbook::Xls => Ok(None),
        Workbook::Xlsx | Workbook::Xlsb | Workbook::Ods => {
            ZipArchive::new(Cursor::new(bytes)).map(Some).map_err(|error| fault::unreadable(file, error))
        }
    }
}

/// What the parts of a workbook say that they unpack to is no more than the source allows.
fn check_size(
    file: &SourceFile,
    most: u64,
    mut archive: ZipArchive<Cursor<&[u8]>>,
) -> Result<(), Diagnostic> {
    let mut sum = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| fault::unreadable(file, error))?;
        sum = sum.saturating_add(part.size());
    }
    if sum > most { Err(fault::unpacks_too_large(file, most)) } else { Ok(()) }
}

fn unpacked_at_most(file: &SourceFile, source: &Source) -> Result<u64, Diagnostic> {
    Ok(source.layout.unpacked_at_most(file.handle()?.length()))
}

/// Compares the checksum of each part of a workbook.
pub(super) fn check(file: &SourceFile, source: &Source, bytes: &[u8]) -> Result<(), Diagnostic> {
    let Some(mut archive) = archive(file, bytes)? else { return Ok(()) };
    let most = unpacked_at_most(file, source)?;
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| fault::unreadable(file, error))?;
        let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
        let mut part = io::Read::take(part, left.saturating_add(1));
        let read = io::copy(&mut part, &mut io::sink());
        let read = read.map_err(|error| fault::unreadable(file, format!("its part {name}: {error}")))?;
        left = left.checked_sub(read).ok_or_else(|| fault::unpacks_too_large(file, most))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_cells() {
        let corners = |text: &str| area(text).map(|(sheet, area)| (sheet, area.first, area.last));
        assert_eq!(corners("B4:H900"), Some((None, (3, 1), (899, 7))));
        assert_eq!(corners("$b$4:AA5"), Some((None, (3, 1), (4, 26))));
        assert_eq!(corners("'It''s 1'!$B$4:$H$900"), Some((Some("It's 1".to_owned()), (3, 1), (899, 7))));
        assert_eq!(corners("$Deals.$B$4:.$H$900"), Some((Some("Deals".to_owned()), (3, 1), (899, 7))));
        assert_eq!(corners("B:D"), Some((None, (0, 1), (u32::MAX, 3))));
        for none in ["Deals", "B4", "H9:B4", "ABCD1:ABCD2", "B0:C2", "1:2", "", ":"] {
            assert_eq!(corners(none), None, "{none}");
        }
    }
}
