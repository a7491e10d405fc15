//! A chunk of a file, parsed: what a staging table appends.

use arrow::array::StringArray;

use super::finding::Finding;
use super::intern::Interner;
use super::read::chunk::BrokenRecord;
use super::tables::Moment;
use super::tables::indices::{NO_DAY, NONE};
use super::texts::TextChunk;
use super::unread::UnreadCounts;

/// Fixed-point integers of the contract's columns are below this: 10^12 with 6 decimals, 10^9 with 9.
pub(super) const FIXED_BELOW: i64 = 1_000_000_000_000_000_000;

/// The values of one column of a chunk.
pub(super) struct ParsedColumn {
    pub(super) values: ParsedValues,
    /// Codes of the raw texts, if the column keeps them.
    pub(super) raw_text: Option<Vec<u32>>,
    /// New texts. Their codes are temporary until the staging table gives them their final codes.
    pub(super) fresh: Interner,
    /// Row of the chunk and text of long amounts, by row.
    pub(super) long: Vec<(u32, String)>,
    /// The numbers with the mark of a currency, by row.
    pub(super) marks: Vec<MarkedCell>,
}

/// By row of the chunk; null is the sentinel of the column of the staging table.
pub(super) enum ParsedValues {
    Codes(Vec<u32>),
    /// Texts nearly all of which are new, and none of which is null: they get their codes where the staging table
    /// takes them.
    New(StringArray),
    /// `Utf8` or `Dictionary(UInt32, Utf8)`.
    Texts(TextChunk),
    /// Hashes of keys, and the texts of some rows of the chunk: those with findings.
    Hashed(Vec<u64>, Vec<(u32, String)>),
    Days(Vec<i32>),
    Moments(Vec<Moment>),
    Fixed(Vec<i64>),
    Wide(Vec<i128>),
    Flags(Vec<u8>),
}

impl ParsedColumn {
    /// Whether a row has a text, of a column of codes.
    pub(super) fn has_text(&self, row: usize) -> bool {
        match &self.values {
            ParsedValues::Codes(codes) => codes[row] != NONE,
            ParsedValues::New(_) => true,
            _ => false,
        }
    }

    /// Whether all rows do.
    pub(super) fn has_all_texts(&self) -> bool {
        match &self.values {
            ParsedValues::Codes(codes) => !codes.contains(&NONE),
            ParsedValues::New(_) => true,
            _ => false,
        }
    }

    /// The day of a row, of a column of days.
    pub(super) fn day(&self, row: usize) -> Option<i32> {
        match &self.values {
            ParsedValues::Days(days) => Some(days[row]).filter(|day| *day != NO_DAY),
            _ => None,
        }
    }
}

/// A number that was read with a mark beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MarkedCell {
    /// Row of the chunk.
    pub(super) row: u32,
    /// As it is written.
    pub(super) mark: String,
    /// The whole cell.
    pub(super) value: String,
}

/// A row of deals that a `where` left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilteredRow {
    /// Its `deal_id`, where it has one.
    pub(super) id: Option<String>,
    /// Its number in the file.
    pub(super) number: u64,
    /// What is known of it, if it is won and its day could be read.
    pub(super) won: Option<WonRow>,
}

/// A won deal, so far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WonRow {
    /// Days since 1970-01-01.
    pub(super) day: i32,
    /// Millionths in its own currency, or `NO_NUMBER`.
    pub(super) amount_e6: i64,
    /// The code of its currency; `None` for the book's.
    pub(super) currency: Option<String>,
}

/// A parsed chunk, which a staging table appends.
pub(super) struct ParsedChunk {
    /// Rows of the file, filtered and ragged ones included.
    pub(super) read: u64,
    pub(super) filtered: u64,
    /// Cells with more decimals than `decimals` leaves.
    pub(super) rounded: u64,
    /// The rows of deals that were filtered.
    pub(super) filtered_deals: Vec<FilteredRow>,
    /// By row: its number in the file.
    pub(super) numbers: Vec<u64>,
    pub(super) broken: Vec<BrokenRecord>,
    /// By column of the staging table; `None` where it has no values.
    pub(super) columns: Vec<Option<ParsedColumn>>,
    /// Rows are counted from the first of these.
    pub(super) findings: Vec<Finding>,
    /// Texts that expressions could not read.
    pub(super) unread: UnreadCounts,
}
