//! Cells that are needed, or not allowed, because of others of their row.

use std::collections::BTreeSet;

use apportion_book::TableName;
use apportion_contract::RejectCode;

use super::Staged;
use crate::finding::Finding;
use crate::intern::Names;
use crate::staging::{StagingTable, Status};
use crate::tables::indices::NONE;

/// Checks cells against others of their row, as long as no row was compared with another one.
pub(crate) fn check_cells(staged: &mut Staged, names: &Names) {
    if let Some(registrations) = staged.get_mut(&TableName::Registrations) {
        days_of_decisions(registrations);
    }
    if let Some(conflicts) = staged.get_mut(&TableName::Conflicts) {
        conflicts_with_oneself(conflicts, names);
    }
}

/// A decision about a registration has its time.
fn days_of_decisions(staging: &mut StagingTable) {
    let (decision, decided_at) = (place!(Registrations, "decision"), place!(Registrations, "decided_at"));
    let of_time = staging.findings.iter().filter(|found| found.column == Some(decided_at));
    let bad: BTreeSet<u32> = of_time.map(|found| found.row).collect();
    for row in (0_u32..).take(staging.len()) {
        let lacks = !staging.column(decision).is_null(row as usize)
            && staging.column(decided_at).is_null(row as usize);
        if lacks && !bad.contains(&row) {
            let message = "the cell is empty, and a decision needs its time".to_owned();
            let (column, code, value) = (Some(decided_at), RejectCode::MissingValue, String::new());
            staging.find(Finding { row, column, code, value, message, rejected: true }, Status::BadCell);
        }
    }
}

/// Nobody has a conflict with themselves.
fn conflicts_with_oneself(staging: &mut StagingTable, names: &Names) {
    let (a, b) = (place!(Conflicts, "claimant_a"), place!(Conflicts, "claimant_b"));
    for row in (0_u32..).take(staging.len()) {
        let code = staging.column(a).code(row as usize);
        if code == NONE || code != staging.column(b).code(row as usize) {
            continue;
        }
        let value = staging.raw_text(names, b, row);
        let message = format!("`{value}` is both claimants; a conflict is between two payees");
        let finding =
            Finding { row, column: Some(b), code: RejectCode::NotAChoice, value, message, rejected: true };
        staging.find(finding, Status::BadCell);
    }
}
