//! The first rows of a file, and how it is written: encoding, delimiter, where the table begins and ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, FileId, Span};
use apportion_base::notation::NumberNotation;
use apportion_base::world::World;
use apportion_book::{
    Dates, Encoding, HeaderRow, Layout, Numbers, RateQuotation, Reshape, Source, SourceValue, TableName,
};
use apportion_data::read::{CellKind, RawType, SampleCell, SourceFile, resolve};

use super::facts::ColumnFacts;
use super::table::{self, TablePlace};

/// How much of a text is looked at.
const MOST_BYTES: u64 = 8 << 20;
/// How many rows are looked at.
const MOST_ROWS: usize = 20_000;
/// How many columns of a sheet.
const MOST_COLUMNS: usize = 256;

/// What is known of a file.
#[derive(Debug)]
pub struct Sample {
    /// As it was given.
    pub path: PathBuf,
    /// Its name without extensions, in lower case.
    pub stem: String,
    pub delimiter: Option<Delimiter>,
    pub encoding: Encoding,
    pub sheet: Option<SheetChoice>,
    /// Where the table is in a file of cells; `None` of a typed file.
    pub place: Option<TablePlace>,
    pub columns: Vec<ColumnFacts>,
    /// How many rows were looked at.
    pub rows: usize,
    /// By row: the cells.
    pub cells: Vec<Vec<SampleCell>>,
}

/// What separates the cells of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter {
    pub byte: u8,
    /// Whether the reader takes it without being told.
    pub known: bool,
}

/// A sheet of a workbook.
#[derive(Debug, Clone)]
pub struct SheetChoice {
    pub name: String,
    /// Whether there are others, so that it has to be said.
    pub others: bool,
}

/// Rows of cells with their numbers.
pub type Grid = Vec<(u64, Vec<SampleCell>)>;

impl Sample {
    /// Looks at a file.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn read(world: &Arc<dyn World>, path: &Path) -> Result<Self, Diagnostic> {
        let source = source(path, HeaderRow::First);
        let file = file(world, &source)?;
        let stem = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default().to_lowercase();
        let mut sample = Self {
            path: path.to_owned(),
            stem,
            delimiter: None,
            encoding: Encoding::Utf8,
            sheet: None,
            place: None,
            columns: Vec::new(),
            rows: 0,
            cells: Vec::new(),
        };
        if file.is_workbook() {
            sample.read_workbook(world, path, &file)?;
        } else if let Some(bytes) = file.text_sample(&source, MOST_BYTES)? {
            sample.read_text(&bytes, path);
        } else {
            sample.read_typed(&file, &source)?;
        }
        Ok(sample)
    }

    fn read_text(&mut self, bytes: &[u8], path: &Path) {
        let (text, encoding) = decoded(bytes);
        self.encoding = encoding;
        let (named, body) = table::named_delimiter(&text);
        let name = path.to_string_lossy().to_lowercase();
        let usual = if name.contains(".tsv") { b'\t' } else { b',' };
        let byte = named.unwrap_or_else(|| table::delimiter(body, usual));
        self.delimiter = Some(Delimiter { byte, known: named.is_some() || byte == usual });
        let first = if named.is_some() { 2 } else { 1 };
        let grid = table::records(body, byte, first, MOST_ROWS);
        let cell = |text: String| SampleCell { text, kind: CellKind::Text };
        let grid =
            grid.into_iter().map(|(row, cells)| (row, cells.into_iter().map(cell).collect())).collect();
        // A text that goes on behind the sample ends with a record that is cut.
        self.take(grid, bytes.len() as u64 == MOST_BYTES);
    }

    fn read_workbook(
        &mut self,
        world: &Arc<dyn World>,
        path: &Path,
        whole: &SourceFile,
    ) -> Result<(), Diagnostic> {
        let names: Vec<String> = (1..=MOST_COLUMNS).map(|column| format!("c{column}")).collect();
        let sheets = whole.sheets()?;
        let mut best: Option<(usize, String, Grid)> = None;
        for sheet in &sheets {
            let header = HeaderRow::Names(placed(names.clone()));
            let source = Source { sheet: Some(placed(sheet.clone())), ..source(path, header) };
            let grid = file(world, &source)?.row_sample(&source, MOST_ROWS)?.rows;
            let size = TablePlace::find(&grid).map_or(0, |place| place.width * (grid.len() - place.index));
            if best.as_ref().is_none_or(|(largest, ..)| size > *largest) {
                best = Some((size, sheet.clone(), grid));
            }
        }
        if let Some((_, name, grid)) = best {
            let others = sheets.first() != Some(&name);
            self.sheet = Some(SheetChoice { name, others });
            self.take(grid, false);
        }
        Ok(())
    }

    fn read_typed(&mut self, file: &SourceFile, source: &Source) -> Result<(), Diagnostic> {
        let rows = file.row_sample(source, MOST_ROWS)?;
        self.cells = rows.rows.into_iter().map(|(_, cells)| cells).collect();
        self.rows = self.cells.len();
        let of = |index: usize| self.cells.iter().map(move |row| &row[index]);
        let columns = rows.columns.iter().enumerate();
        self.columns = columns
            .map(|(index, column)| ColumnFacts::new(index, &column.name, of(index), column.ty))
            .collect();
        Ok(())
    }

    /// Finds the table in rows of cells.
    fn take(&mut self, grid: Grid, cut: bool) {
        let Some(mut place) = TablePlace::find(&grid) else { return };
        let header = grid[place.index].1.clone();
        let names: Vec<String> = header.iter().map(|cell| cell.text.clone()).collect();
        let last = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let names: Vec<String> = names.into_iter().take(last).collect();
        let until = place.end_at.unwrap_or(grid.len() - usize::from(cut && grid.len() > place.index + 1));
        self.cells = grid.into_iter().take(until).skip(place.index + 1).map(|(_, cells)| cells).collect();
        self.cells.retain(|row| row.iter().any(|cell| !cell.text.is_empty()));
        self.rows = self.cells.len();
        let is_beside =
            |row: &Vec<SampleCell>| row.iter().skip(names.len()).any(|cell| !cell.text.is_empty());
        if self.sheet.is_some() && self.cells.iter().any(is_beside) {
            place.range = table::range(&header, place.row);
        }
        let empty = SampleCell { text: String::new(), kind: CellKind::Text };
        for row in &mut self.cells {
            row.resize(names.len(), empty.clone());
        }
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        names.iter().for_each(|name| *counts.entry(name).or_default() += 1);
        let facts = names.iter().enumerate().filter(|(_, name)| !name.is_empty() && counts[name] == 1);
        let of = |index: usize| self.cells.iter().map(move |row| &row[index]);
        self.columns =
            facts.map(|(index, name)| ColumnFacts::new(index, name, of(index), RawType::Cells)).collect();
        self.place = Some(place);
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&ColumnFacts> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The text of a file, and how it is encoded.
fn decoded(bytes: &[u8]) -> (String, Encoding) {
    let wide = |big: bool, bytes: &[u8]| {
        let unit = |pair: &[u8]| {
            if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) }
        };
        String::from_utf16_lossy(&bytes.chunks_exact(2).map(unit).collect::<Vec<_>>())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => (wide(false, rest), Encoding::Utf16),
        [0xFE, 0xFF, rest @ ..] => (wide(true, rest), Encoding::Utf16),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), Encoding::Utf8),
                // Only the last character of a sample may be cut.
                Err(error) if bytes.len() - error.valid_up_to() < 4 => {
                    (String::from_utf8_lossy(bytes).into_owned(), Encoding::Utf8)
                }
                Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), Encoding::Windows1252),
            }
        }
    }
}

/// The character of a byte; the few between the control characters that matter in exports, else Latin-1.
fn windows_1252(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x91 => '\u{2018}',
        0x92 => '\u{2019}',
        0x93 => '\u{201c}',
        0x94 => '\u{201d}',
        0x96 => '\u{2013}',
        0x97 => '\u{2014}',
        other => char::from(other),
    }
}

fn file(world: &Arc<dyn World>, source: &Source) -> Result<SourceFile, Diagnostic> {
    let found = resolve(world, Path::new(""), source).map_err(|mut errors| {
        errors
            .drain(..)
            .next()
            .unwrap_or_else(|| Diagnostic::error(Code::MissingFile, "there is no such file"))
    })?;
    found.into_iter().next().ok_or_else(|| Diagnostic::error(Code::MissingFile, "there is no such file"))
}

fn placed<T>(value: T) -> SourceValue<T> {
    SourceValue { value, span: Span { file: FileId(0), range: 0..0 } }
}

/// A source that has this file and says nothing else about it.
fn source(path: &Path, header: HeaderRow) -> Source {
    Source {
        table: TableName::Deals,
        span: Span { file: FileId(0), range: 0..0 },
        paths: vec![placed(path.to_string_lossy().into_owned())],
        columns: BTreeMap::new(),
        condition: None,
        dates: Dates::All("%Y-%m-%d".to_owned()),
        types: BTreeMap::new(),
        values: BTreeMap::new(),
        defaults: BTreeMap::new(),
        nulls: Vec::new(),
        delimiter: None,
        quote: b'"',
        encoding: Encoding::Utf8,
        numbers: Numbers::All(NumberNotation::PLAIN),
        marks: BTreeMap::new(),
        with_channel: false,
        sheet: None,
        unpivot: None,
        quoted: RateQuotation::BookPerUnit,
        layout: Layout { header, ..Layout::default() },
        reshape: Reshape::default(),
    }
}
