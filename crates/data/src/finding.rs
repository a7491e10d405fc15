//! What is wrong with a row, before it has its place in a file.

use apportion_base::diagnostic::counted;
use apportion_contract::RejectCode;

use super::read::chunk::{BrokenRecord, RecordFault};

/// Something wrong with a row of a staging table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Row of the staging table.
    pub(super) row: u32,
    /// Column of the staging table; `None` where it is the row as a whole.
    pub(super) column: Option<usize>,
    pub(super) code: RejectCode,
    pub(super) value: String,
    pub(super) message: String,
    /// False if the row is kept without a part of it.
    pub(super) rejected: bool,
}

/// A record that is no row of the staging table: its cells can't be placed. Files may have millions of them, so what is said
/// of them is made later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BrokenRow {
    /// Index into the files of the staging table.
    pub(super) file: u32,
    pub(super) record: BrokenRecord,
}

impl BrokenRow {
    pub(super) fn code(&self) -> RejectCode {
        match self.record.fault {
            RecordFault::Ragged { .. } => RejectCode::RaggedRow,
            RecordFault::BadQuote { .. } => RejectCode::BadQuote,
        }
    }

    pub(super) fn message(&self) -> String {
        match self.record.fault {
            RecordFault::Ragged { cells, expected } => format!(
                "the row has {} and the header {expected}; each row needs as many cells as the header",
                counted(cells as u64, "cell"),
            ),
            RecordFault::BadQuote { last } if last > self.record.row => format!(
                "a quote opens or closes inside a cell, so the lines {} to {last} are read as one record; good rows may be \
                 among them",
                self.record.row
            ),
            RecordFault::BadQuote { .. } => {
                "a quote opens or closes inside a cell; write a quote inside a quoted cell \
                                             twice, and quote the whole cell"
                    .to_owned()
            }
        }
    }
}
