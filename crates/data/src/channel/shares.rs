//! What members or claimants get has to add up to 100.

use apportion_base::notation::shortest;
use apportion_contract::RejectCode;

use crate::column::NO_NUMBER;
use crate::conflict::whole_row;
use crate::references::KeyIndex;
use crate::staging::{StagingTable, Status};
use crate::tables::indices::some_index;

/// 100, in billionths.
const HUNDRED_E9: i128 = 100_000_000_000;

/// The rows that share something of another table's.
pub(super) struct Shares<'a> {
    pub(super) staging: &'a StagingTable,
    /// The column that names of what.
    pub(super) of: usize,
    pub(super) percent: usize,
}

/// What rows share of one thing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shared {
    pub(super) rows: u32,
    sum_e9: i128,
    rejected: bool,
}

impl Shared {
    /// What is wrong with it, if something is.
    pub(super) fn fault(self, what: &str) -> Option<String> {
        if self.rejected {
            return Some(format!("a row of its {what} was rejected"));
        }
        let sum = shortest(self.sum_e9, 9);
        (self.sum_e9 != HUNDRED_E9).then(|| format!("its {what} add up to {sum}, not to 100"))
    }

    /// Whether any row shares it.
    pub(super) fn is_shared(self) -> bool {
        self.rows > 0 || self.rejected
    }
}

/// By dense index of what is shared.
pub(super) fn shared(shares: Option<Shares<'_>>, known: &KeyIndex) -> Vec<Shared> {
    let mut found = vec![Shared::default(); known.len()];
    let Some(Shares { staging, of, percent }) = shares else { return found };
    for (row, status) in staging.status.iter().enumerate() {
        let Some(index) = some_index(known.index(staging.column(of).code(row))) else { continue };
        let shared = &mut found[index as usize];
        if *status == Status::Kept {
            shared.rows += 1;
            let percent = staging.column(percent).fixed(row);
            shared.sum_e9 += if percent == NO_NUMBER { 0 } else { i128::from(percent) };
        } else if status.takes_share() {
            shared.rejected = true;
        }
    }
    found
}

/// Rejects these rows.
pub(super) fn reject(staging: &mut StagingTable, code: RejectCode, faults: Vec<(u32, String)>) {
    for (row, message) in faults {
        staging.find(whole_row(row, code, message), Status::Reference);
    }
}
