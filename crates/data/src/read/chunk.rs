//! Rows of a file that follow each other, and what is known at its end.

use apportion_base::diagnostic::Diagnostic;
use arrow::array::ArrayRef;

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
