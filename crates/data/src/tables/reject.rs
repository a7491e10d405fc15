//! A row that was rejected.

use apportion_book::TableName;
use apportion_contract::{RejectAction, RejectCode};

/// One finding about one row: what could not be used, where, and why. `docs/reference/rejects.md` lists the codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The input table.
    pub table: TableName,
    /// The file as in run.json: relative to the project's folder, with `/`.
    pub file: String,
    /// The number of the row in its file, as a spreadsheet shows it; in a text file the line on which the record begins.
    pub row: u64,
    /// The parts of the row's key joined with `|`; empty if it has none.
    pub key: String,
    /// The column; empty if the finding is about the whole row.
    pub column: String,
    /// What is wrong.
    pub code: RejectCode,
    /// The raw text of the cell; empty if the finding is about the whole row.
    pub value: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// False if the row was kept without a part of it.
    pub rejected: bool,
}

impl Reject {
    /// What happened to the row.
    pub fn action(&self) -> RejectAction {
        if self.rejected { RejectAction::Rejected } else { RejectAction::Kept }
    }
}
