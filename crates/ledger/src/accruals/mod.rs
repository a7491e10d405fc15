//! The asset of what was earned for contracts, and what is owed to payees: `docs/reference/rules/capitalise.md`.
//!
//! ```text
//! schedule    pure arithmetic: which part of a cost has become an expense by a day
//! contracts   reversals of contracts, and the day on which a contract ended
//! costs       Σ earned of the ledger's entries by contract, rule and payee
//! shares      pure arithmetic: cost, amortised and written off so far, by payee
//! assets      what a close makes of them, by the policies in force, and the asset's movements
//! period      the movements of several closes, added up
//! liabilities what is earned and not posted, held or carried
//! ```
//!
//! Nothing here changes what is paid. Each close judges all contracts anew with its own data and policies, so what differs from the
//! close before is its movement, and what was reported stays.

pub mod assets;
pub mod contracts;
mod costs;
pub mod liabilities;
pub mod period;
pub mod schedule;
pub mod shares;

pub use assets::{AssetFigures, AssetRow, Assets};
pub use contracts::ContractReversal;
pub use shares::ScheduleRow;
