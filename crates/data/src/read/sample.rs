//! The beginning of a file, before it is known how it is written: for those who have to find out.

use super::cells::{CellKind, cell_as_day, cell_as_text, cell_kind};
use super::chunk::Chunk;
use super::file::SourceFile;
use super::format::Format;
use super::header::RawColumn;
use super::input::{self, TextInput};
use crate::cells::array::Cells;
use crate::cells::cell::Cell;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{Source, display_day};

/// A cell of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCell {
    /// Its text; of a date `2026-07-31`, of a number its digits with a decimal point; empty for an empty cell.
    pub text: String,
    /// What the file says that it is. Cells of text files are texts.
    pub kind: CellKind,
}

/// The first rows of a table.
#[derive(Debug, Clone, Default)]
pub struct RowSample {
    /// The columns.
    pub columns: Vec<RawColumn>,
    /// The number of each row, and its cells.
    pub rows: Vec<(u64, Vec<SampleCell>)>,
}

impl SourceFile {
    /// The first bytes of a text file, unpacked and decoded as the source says; `None` of a file that is no delimited text.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn text_sample(&self, source: &Source, most: u64) -> Result<Option<Vec<u8>>, Diagnostic> {
        let Format::Delimited { packed, .. } = self.format else { return Ok(None) };
        let bytes = TextInput::open(self, source, packed)?.first(most);
        bytes.map(Some).map_err(|error| input::read_fault(self, source, &error))
    }

    /// The first rows, as the source reads the file.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn row_sample(&self, source: &Source, most: usize) -> Result<RowSample, Diagnostic> {
        let header = self.header(source)?;
        let wanted: Vec<usize> = (0..header.columns.len()).collect();
        let mut rows = Vec::new();
        let enough = || Diagnostic::error(Code::Internal, "no more rows are wanted");
        let read = self.rows(source, &header, &wanted, &mut |chunk| {
            let missing = most.saturating_sub(rows.len());
            rows.extend(of_chunk(&chunk, missing));
            if rows.len() < most { Ok(()) } else { Err(enough()) }
        });
        match read {
            Err(error) if rows.len() < most => Err(error),
            _ => Ok(RowSample { columns: header.columns, rows }),
        }
    }
}

fn of_chunk(chunk: &Chunk, most: usize) -> Vec<(u64, Vec<SampleCell>)> {
    let columns: Vec<Cells> = chunk.columns.iter().map(Cells::new).collect();
    let row =
        |row: usize| (chunk.row_number(row), columns.iter().map(|cells| sample(cells.cell(row))).collect());
    (0..chunk.rows.min(most)).map(row).collect()
}

fn sample(cell: Cell<'_>) -> SampleCell {
    let mut buffer = String::new();
    let kind = match cell {
        Cell::Marked(text) => cell_kind(text),
        Cell::Number(..) => CellKind::Number,
        Cell::Date(_) => CellKind::Date,
        Cell::Null | Cell::Text(_) | Cell::Boolean(_) => CellKind::Text,
    };
    let text = match cell {
        Cell::Marked(text) if kind == CellKind::Date => {
            cell_as_day(text).map_or_else(|| cell_as_text(text).to_owned(), display_day)
        }
        cell => cell.text(&mut buffer).unwrap_or_default().trim().to_owned(),
    };
    SampleCell { text, kind }
}
