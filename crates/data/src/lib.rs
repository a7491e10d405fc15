//! Files → frames → contract tables and rejects. Contract, section 2.
//!
//! Knows no rule: what rules name reaches it as column names ([`Used`]).

mod buckets;
mod cells;
mod column;
mod contract;
mod deals;
mod engagements;
mod fill;
mod frames;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod fx;
mod intake;
mod intern;
mod keys;
mod load;
mod managers;
mod mapping;
mod nulls;
mod numbers;
mod open;
mod origins;
mod payees;
mod progress;
mod quotas;
pub mod read;
mod references;
mod rejects;
mod repeats;
mod seen;
mod sheet;
mod slots;
mod splits;
pub mod tables;
#[cfg(test)]
mod tests;
mod texts;

pub use contract::contract_columns;
pub use open::{Opened, open};
pub use origins::{Conversion, Origin, Origins, RejectedRow};
pub use progress::{Progress, Unwatched};
pub use tables::*;

apportion_base::overflow_probe!();
