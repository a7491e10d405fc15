//! Rows of one key that differ.

use super::finding::Finding;
use super::intern::Names;
use super::rejects::key;
use super::staging::{StagingTable, Status};
use apportion_contract::RejectCode;

/// Finds that the rows of a key contradict each other.
pub(super) fn conflict(staging: &mut StagingTable, names: &Names, row: u32) {
    let message = format!(
        "rows with the key `{}` differ from each other; none is used, because choosing one would be guessing",
        key(staging, names, row, &[])
    );
    staging.find(whole_row(row, RejectCode::ConflictingKey, message), Status::Conflict);
}

/// A finding about a row as a whole, which is not kept.
pub(super) fn whole_row(row: u32, code: RejectCode, message: String) -> Finding {
    Finding { row, column: None, code, value: String::new(), message, rejected: true }
}
