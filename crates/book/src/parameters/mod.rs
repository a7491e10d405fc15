//! Descriptions of the keys of `apportion.toml`, from which it is read, and its schema and reference are made.

pub(crate) mod accounts;
pub(crate) mod book;
pub(crate) mod dialect;
pub mod exports;
pub(crate) mod forecast;
pub(crate) mod ledger;
pub(crate) mod report;
pub(crate) mod reshape;
pub(crate) mod source;
pub(crate) mod statements;

pub use accounts::ACCOUNTS;
pub use book::BOOK;
pub use forecast::FORECAST;
pub use ledger::LEDGER;
pub use report::REPORT;
pub use source::{RATE_SOURCE, SOURCE};
pub use statements::STATEMENTS;
