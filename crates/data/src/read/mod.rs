//! Reads files into columns of cells, before anything is checked: `docs/reference/project.md#formats`.
//!
//! Every format arrives in one shape: a [`Header`], then [`Chunk`]s of Arrow columns in file order. Text formats and
//! spreadsheets are untyped ([`RawType::Cells`]); Parquet and Arrow files keep their types. The readers trim cells,
//! make empty ones null, and find records that do not fit the header. They do not know our columns and judge no
//! value: the next step applies `nulls` and parses dates and numbers.
//!
//! Details that are decided here:
//!
//! - A blank is what Unicode calls white space, the no-break space among it. Header names of untyped files are trimmed
//!   too, and a column without a name is never delivered.
//! - A blank line of a text file and an empty row of a sheet are no records, but have a number.
//! - A line of NDJSON that is no JSON object, or that has one key twice, is a ragged record: its cells can't be placed.
//! - A row of a sheet that is shorter than its header lacks nothing (a sheet has no short rows); one with a filled cell
//!   right of the header is ragged.
//! - `unpivot`: see [`unpivot`].

mod cells;
mod convert;
mod decimals;
mod delimited;
mod fault;
mod format;
mod input;
mod ipc;
mod joins;
mod layout;
mod long_texts;
mod looks;
mod messages;
mod ndjson;
mod ordered;
mod parquet;
mod percent;
mod quotes;
mod reshape;
mod resolve;
mod sample;
mod sheet;
#[cfg(test)]
mod tests;
mod typed;
mod unpivot;
mod workbook;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};
use std::thread;

use arrow::array::ArrayRef;

use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_base::notation::Zone;
use apportion_base::world::{FileHandle, World};
use apportion_book::Source;

pub use cells::{CellKind, cell_as_day, cell_as_text, cell_in_expressions, cell_kind};
pub use fault::{guarded, hush_guarded_panics};
pub use format::has_known_format;
pub use layout::FileLayout;
pub use resolve::resolve;
pub use sample::{RowSample, SampleCell};
#[cfg(test)]
pub(crate) use tests::workbook::workbook;

use format::Format;

/// A column of a file: its name and what the file says of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawColumn {
    /// The name in the header.
    pub name: String,
    /// What the file says of its type.
    pub ty: RawType,
    /// The join of the source that it comes from; `None` for a column of the file itself.
    pub join: Option<usize>,
}

/// What a file says of the type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawType {
    /// Untyped text of a text format or a spreadsheet: `Utf8`. Cells of a spreadsheet that hold a number carry a
    /// mark, and so do numbers of JSON beside texts with a decimal comma: take their text with [`cell_as_text`],
    /// their date with [`cell_as_day`].
    Cells,
    /// `Utf8`, or `Dictionary(UInt32, Utf8)` where the file has categories; trimmed like cells. Columns of a kind that
    /// no rule can use (binary, lists, structs, times) are listed as text too: reading one is an error.
    Text,
    /// `Decimal128(38, s)`, s being what the chunk needs. A chunk of a float column that has a value which is no
    /// decimal of 38 digits (`NaN`, infinities, extremes) arrives as `Utf8`, each value as its shortest decimal text.
    Number,
    /// `Date32`; of a timestamp its date as it stands, of an instant its date in the zone of the book, without one in its own.
    Date,
    /// `Boolean`.
    Boolean,
}

/// The columns of a file that have a name of their own, in file order; with `unpivot`, the long form's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// In file order.
    pub columns: Vec<RawColumn>,
    /// Names that several columns have. They are not among `columns`: who asks for one of them has to say which is meant.
    pub repeated: Vec<String>,
}

impl Header {
    /// The header of these columns; those without a name are left out.
    fn new(columns: impl IntoIterator<Item = RawColumn>) -> Self {
        let mut named: Vec<RawColumn> =
            columns.into_iter().filter(|column| !column.name.is_empty()).collect();
        let (mut once, mut repeated) = (HashSet::new(), BTreeSet::new());
        for column in &named {
            if !once.insert(column.name.clone()) {
                repeated.insert(column.name.clone());
            }
        }
        named.retain(|column| !repeated.contains(&column.name));
        Self { columns: named, repeated: repeated.into_iter().collect() }
    }

    /// The header of untyped columns with these names.
    fn untyped(names: impl IntoIterator<Item = String>) -> Self {
        Self::new(names.into_iter().map(|name| RawColumn { name, ty: RawType::Cells, join: None }))
    }
}

/// One file of a source.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it is read from.
    pub path: PathBuf,
    /// Relative to the project's folder, with `/`: the name in all outputs.
    pub shown: String,
    /// The path or glob in the project file that led here.
    pub span: Span,
    format: Format,
    /// Instants of typed files have their days there; without it, in the zone of their column.
    zone: Option<Zone>,
    world: Arc<dyn World>,
    /// Opened when the first byte is wanted, and never again: header, rows and digest are of one file.
    handle: OnceLock<FileHandle>,
    /// The other files of its source's joins.
    joins: Arc<joins::Joins>,
}

/// Rows of a file that follow each other.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Number of the first row of `columns`: as a spreadsheet shows it, and in a text file the line on which its record
    /// begins. 1 is the first row of a file without a header.
    pub first_row: u64,
    /// Rows in `columns`: broken records are not among them.
    pub rows: usize,
    /// In the order of `wanted`, each of length `rows`.
    pub columns: Vec<ArrayRef>,
    /// The number of each row, where they are not `first_row ..`.
    pub row_numbers: Option<Vec<u64>>,
    /// Records of the chunk whose cells can't be placed, by row.
    pub broken: Vec<BrokenRecord>,
    /// Rows for which a join finds several rows: the row, counted from 0, and what was looked up.
    pub several: Vec<(u32, String)>,
}

impl Chunk {
    /// The number of a row of the chunk.
    pub fn row_number(&self, row: usize) -> u64 {
        match &self.row_numbers {
            Some(numbers) => numbers.get(row).copied().unwrap_or(self.first_row),
            None => self.first_row + row as u64,
        }
    }
}

/// A record whose cells can't be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenRecord {
    /// The number of the row on which it begins.
    pub row: u64,
    /// Why.
    pub fault: RecordFault,
}

/// Why the cells of a record can't be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFault {
    /// It has more or fewer cells than the header.
    Ragged {
        /// How many cells it has; 0 if a line of NDJSON is not an object.
        cells: usize,
        /// How many cells the header has.
        expected: usize,
    },
    /// A quote opens or closes where none should be.
    BadQuote {
        /// The last line of the record.
        last: u64,
    },
}

/// What is known at the end of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// Rows read, broken records included; after `unpivot` and `explode`.
    pub rows: u64,
    /// Rows with a text that come after the end of the table.
    pub passed_over: u64,
    /// The first and the last line of records with a quoted cell whose lines look like records: the first thousand.
    pub lines_in_cells: Vec<(u64, u64)>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Of the file's bytes as they lie on disk, in lower-case hex.
    pub sha256: String,
}

/// Takes chunks in file order; its error ends the reading.
pub type Sink<'a> = dyn FnMut(Chunk) -> Result<(), Diagnostic> + 'a;

/// Columns of a file that are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Projection<'a> {
    /// The source that the file belongs to.
    pub source: &'a Source,
    /// The header of the file.
    pub header: &'a Header,
    /// Places in the header, in the order in which the columns are handed out.
    pub columns: &'a [usize],
}

/// What a format has to read: the columns `wanted` of `header`, which is the file's own (before `unpivot`).
#[derive(Clone, Copy)]
struct Request<'a> {
    file: &'a SourceFile,
    source: &'a Source,
    header: &'a Header,
    wanted: &'a [usize],
}

impl<'a> Request<'a> {
    /// The names of the wanted columns, in their order.
    fn names(&self) -> Vec<&'a str> {
        self.wanted
            .iter()
            .filter_map(|&index| self.header.columns.get(index))
            .map(|c| c.name.as_str())
            .collect()
    }
}

impl SourceFile {
    /// The same file, with its instants dated in a zone.
    #[must_use]
    pub fn dated_in(self, zone: Option<Zone>) -> Self {
        Self { zone, ..self }
    }

    /// The open file.
    fn handle(&self) -> Result<&FileHandle, Diagnostic> {
        if let Some(handle) = self.handle.get() {
            return Ok(handle);
        }
        let opened = self.world.open(&self.path).map_err(|error| fault::unreadable(self, error))?;
        Ok(self.handle.get_or_init(|| opened))
    }

    /// What was read is worth something only where all of it was of one file.
    fn unchanged(&self, done: FileSummary) -> Result<FileSummary, Diagnostic> {
        self.handle()?.check_unchanged().map_err(|error| fault::unreadable(self, error))?;
        Ok(done)
    }

    /// The columns of the file, and those that joins bring. Reads no rows, except of NDJSON, whose columns are the keys of
    /// all its records.
    pub fn header(&self, source: &Source) -> Result<Header, Diagnostic> {
        let own = self.own_header(source)?;
        if reshape::reshapes(source) { reshape::header(self, source, own) } else { Ok(own) }
    }

    /// How the file is laid out, as the source's keys and the file itself say it.
    pub fn layout(&self, source: &Source) -> Result<FileLayout, Diagnostic> {
        match self.format {
            Format::Delimited { .. } => delimited::layout(self, source),
            Format::Sheet(_) => sheet::layout(self, source),
            format => Ok(FileLayout::of(format)),
        }
    }

    /// The names of the sheets of a workbook that hold cells; of any other file none.
    pub fn sheets(&self) -> Result<Vec<String>, Diagnostic> {
        if self.is_workbook() { sheet::names_of_sheets(self) } else { Ok(Vec::new()) }
    }

    /// Whether it is a workbook, whose numbers have 15 digits.
    pub fn is_workbook(&self) -> bool {
        matches!(self.format, Format::Sheet(_))
    }

    /// What is between the cells of delimited text, by its extension.
    pub fn delimiter(&self) -> Option<u8> {
        match self.format {
            Format::Delimited { delimiter, .. } => Some(delimiter),
            _ => None,
        }
    }

    /// Whether it is a table of cells without types, with a header row: a workbook or delimited text.
    pub fn has_header_row(&self) -> bool {
        matches!(self.format, Format::Sheet(_) | Format::Delimited { .. })
    }

    /// Path and digest of each other file that was read for joins; the same for all files of a source.
    pub fn joined_files(&self) -> Vec<(String, String)> {
        self.joins.read()
    }

    /// Whether it says which columns it has: objects of JSON may lack any.
    pub fn lists_columns(&self) -> bool {
        !matches!(self.format, Format::Ndjson { .. })
    }

    /// How many rows the file says that it has: a number for reserving memory, no more than its size makes likely. 0
    /// where it does not say.
    pub fn rows_said(&self) -> usize {
        match self.format {
            Format::Parquet => parquet::rows_said(self),
            _ => 0,
        }
    }

    /// Reads the columns `wanted` (ascending indices into `header.columns`) and hands them on chunk by chunk.
    pub fn rows(
        &self,
        source: &Source,
        header: &Header,
        wanted: &[usize],
        sink: &mut Sink<'_>,
    ) -> Result<FileSummary, Diagnostic> {
        if !reshape::reshapes(source) {
            return self.own_rows(Request { file: self, source, header, wanted }, sink);
        }
        let own = self.own_header(source)?;
        let mut shaping = reshape::Shaping::new(self, source, own, wanted)?;
        let (own, own_wanted) = (shaping.own().clone(), shaping.own_wanted.clone());
        let mut rows = 0;
        let request = Request { file: self, source, header: &own, wanted: &own_wanted };
        let done = self.own_rows(request, &mut |chunk| {
            let chunk = shaping.shaped(chunk)?;
            rows += chunk.rows as u64 + chunk.broken.len() as u64;
            sink(chunk)
        })?;
        Ok(FileSummary { rows, ..done })
    }

    /// Reads the columns `wanted`, as [`SourceFile::rows`] does: several threads turn chunks into what `take` makes of
    /// them, and `append` gets that in file order.
    pub fn rows_taken<T: Send>(
        &self,
        columns: Projection<'_>,
        take: impl Fn(Chunk) -> Result<T, Diagnostic> + Sync,
        mut append: impl FnMut(T) -> Result<(), Diagnostic> + Send,
    ) -> Result<FileSummary, Diagnostic> {
        let Projection { source, header, columns: wanted } = columns;
        if matches!(self.format, Format::Parquet) && !reshape::reshapes(source) {
            let done = parquet::taken(Request { file: self, source, header, wanted }, take, append)?;
            return self.unchanged(done);
        }
        if ordered::workers() == 1 {
            return self.rows(source, header, wanted, &mut |chunk| append(take(chunk)?));
        }
        let (send, chunks) = sync_channel::<Chunk>(1);
        thread::scope(|scope| {
            let reader = scope.spawn(move || {
                // The receiver is gone if a chunk could not be parsed, and that error will be reported.
                let given_up = |_| Diagnostic::error(Code::Internal, "reading was given up");
                self.rows(source, header, wanted, &mut |chunk| send.send(chunk).map_err(given_up))
            });
            let broken = |reason| fault::unreadable(self, reason);
            let taken = ordered::in_order(move || Ok(chunks.recv().ok()), take, broken, append);
            match reader.join() {
                Ok(done) => taken.and(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn own_header(&self, source: &Source) -> Result<Header, Diagnostic> {
        let header = match self.format {
            Format::Delimited { .. } => delimited::header(self, source),
            Format::Ndjson { .. } => ndjson::header(self, source),
            Format::Parquet => parquet::header(self),
            Format::Arrow => ipc::header(self),
            Format::Sheet(_) => sheet::header(self, source),
        }?;
        if header.columns.is_empty() && header.repeated.is_empty() {
            Err(fault::empty_file(self))
        } else {
            Ok(header)
        }
    }

    fn own_rows(&self, request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
        match self.format {
            Format::Delimited { .. } => delimited::rows(request, sink),
            Format::Ndjson { .. } => ndjson::rows(request, sink),
            Format::Parquet => parquet::rows(request, sink),
            Format::Arrow => ipc::rows(request, sink),
            Format::Sheet(_) => sheet::rows(request, sink),
        }
        .and_then(|done| self.unchanged(done))
    }
}
