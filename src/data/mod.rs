//! Files → frames → contract tables and rejects. Contract, section 2.
//!
//! Knows no rule: what rules name reaches it as column names ([`Used`]).

mod cells;
mod column;
mod contract;
mod deals;
mod engagements;
mod frames;
mod fx;
mod intern;
mod keys;
mod lane;
mod load;
mod managers;
mod mapping;
mod open;
mod payees;
mod progress;
mod quotas;
pub mod read;
mod references;
mod rejects;
mod seen;
mod sheet;
mod splits;
pub mod tables;
#[cfg(test)]
mod tests;

pub use contract::contract_columns;
pub use open::{Opened, open};
pub use progress::{Progress, Unwatched};
pub use tables::*;
