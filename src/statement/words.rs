//! The contract's words for tables, reject codes and a book's settings, as the files spell them.

use crate::book::{Incomplete, TableName};
use crate::data::RejectCode;
use crate::money::Rounding;

/// The source's name: `deals`, `engagements`, …
pub fn table_word(table: TableName) -> &'static str {
    match table {
        TableName::Deals => "deals",
        TableName::Engagements => "engagements",
        TableName::Payees => "payees",
        TableName::Splits => "splits",
        TableName::Quotas => "quotas",
        TableName::FxRates => "fx_rates",
    }
}

/// The code of rejects.csv: `missing-value`, `bad-date`, …
pub fn reject_word(code: RejectCode) -> &'static str {
    match code {
        RejectCode::MissingValue => "missing-value",
        RejectCode::BadDate => "bad-date",
        RejectCode::BadNumber => "bad-number",
        RejectCode::TooLarge => "too-large",
        RejectCode::NegativeWeight => "negative-weight",
        RejectCode::NotAChoice => "not-a-choice",
        RejectCode::RaggedRow => "ragged-row",
        RejectCode::DuplicateRow => "duplicate-row",
        RejectCode::ConflictingKey => "conflicting-key",
        RejectCode::UnknownDeal => "unknown-deal",
        RejectCode::UnknownPayee => "unknown-payee",
        RejectCode::DealRejected => "deal-rejected",
        RejectCode::NoFxRate => "no-fx-rate",
        RejectCode::UnknownManager => "unknown-manager",
        RejectCode::ManagerCycle => "manager-cycle",
    }
}

/// As in `[book] rounding`.
pub(super) fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfAwayFromZero => "half-away-from-zero",
        Rounding::HalfEven => "half-even",
    }
}

/// As in `[book] incomplete`.
pub(super) fn incomplete_word(incomplete: Incomplete) -> &'static str {
    match incomplete {
        Incomplete::Hold => "hold",
        Incomplete::Pay => "pay",
    }
}
