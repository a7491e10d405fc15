//! The files of closes: how they are written and read again.

mod asset_files;
mod close_json;
mod csv_files;
mod entries_file;
mod posted_file;

pub use asset_files::{
    read_assets, read_contract_reversals, read_schedules, write_assets, write_contract_reversals,
    write_liabilities, write_schedules,
};
pub use close_json::{
    Approval, BookRecord, CloseRecord, CloseTotals, EngineRecord, FileRecord, InputRecord, LedgerRecord,
    Sealed, read_sealed, seal,
};
pub use csv_files::{
    FindingRow, ReversalRow, balance_cells, digits_of, read_balances, read_opening, read_people,
    read_reversals, write_balances, write_findings, write_held, write_payouts, write_people, write_reversals,
};
pub use entries_file::{entry_cells, read_entries, write_entries};
pub use posted_file::read_posted;

use apportion_base::diagnostic::{Code, Diagnostic};

/// A file of the ledger that is not what the ledger wrote.
pub fn unreadable(path: &str, why: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadableLedger, format!("{path} can't be used: {why}"))
        .help("`apportion verify ledger` says what is wrong; put the file back from a copy of the ledger")
}
