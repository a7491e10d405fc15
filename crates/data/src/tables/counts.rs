//! How many rows were read, and what became of them.

use super::indices::DealIx;
use apportion_book::TableName;

/// Texts that expressions of a source were to read as a number, a date or something else, and could not: they are null
/// there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadTexts {
    /// The table that the source feeds.
    pub table: TableName,
    /// Our name of the column that the expression makes, the column's name in `types`, or `where`.
    pub what: String,
    /// How many of them.
    pub count: u64,
}

/// Dates that an expression of a source moved outside of the years 1 to 9999: they are null there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatesBeyond {
    /// The table that the source feeds.
    pub table: TableName,
    /// Our name of the column that the expression makes, or `where`.
    pub what: String,
    /// The date that was moved, as the expression names it: mostly a column of the file.
    pub date: String,
    /// How many of them.
    pub count: u64,
    /// The file of the first of them.
    pub file: String,
    /// Its row.
    pub row: u64,
}

/// A record of a text file with a quoted cell whose lines look like records of the file: two stray quotes make one of all that is
/// between them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinesInCell {
    /// The file, relative to the project's folder.
    pub file: String,
    /// The line on which the record begins.
    pub first: u64,
    /// The line on which it ends.
    pub last: u64,
}

/// Engagements without an id that equal an earlier one in all columns that were read. Each of them counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepeatedEngagements {
    /// How many there are; the first of equal ones is not among them.
    pub rows: u64,
    /// How many of them are in another file than the first one, and both files are of one source.
    pub across_files: u64,
    /// The deals that they name, ascending, each once.
    pub deals: Vec<DealIx>,
    /// Some of them: file and row of the first, file and row of the repeat. Those in two files come first.
    pub examples: Vec<[(String, u64); 2]>,
}

/// Rows of a table: read = used + filtered + repeated + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The input table.
    pub table: TableName,
    /// Rows of all its files.
    pub read: u64,
    /// Rows of the dense table, and those that `sum` added to one of them.
    pub used: u64,
    /// Rows that a `where` left out, and those that name a deal that one left out.
    pub filtered: u64,
    /// Of the filtered rows those that name such a deal.
    pub of_filtered_deals: u64,
    /// Rows that equal another one, of sources with `distinct`.
    pub repeated: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Of these, rows that share their record in the file with one before: parts of what was turned or taken apart.
    pub rejected_parts: u64,
    /// Rows after the end of a table, which were not read.
    pub passed_over: u64,
    /// Cells that were rounded, as `decimals` of their source says.
    pub rounded: u64,
}

/// One input file and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Relative to the project's folder, with `/`.
    pub path: String,
    /// The input table that it was read for.
    pub table: TableName,
    /// SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
}
