//! Reads the input tables from the sources of a project, checks them, and builds dense tables and rejects.
//! `docs/reference/inputs.md` describes the tables.
//!
//! Rules are unknown here. The columns that they name are passed as [`UsedColumns`].

#![deny(missing_docs)]

mod accept;
mod accounts;
mod added_deals;
mod added_engagements;
mod adjustments;
mod arena;
mod assignments;
mod bound;
mod buckets;
mod cell_value;
mod cells;
mod channel;
mod column;
mod column_plan;
mod combine;
mod conflict;
mod contract;
mod currencies;
mod deals;
mod engagements;
mod fill;
mod filtered;
mod finding;
mod frames;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod fx;
mod hashed_keys;
mod intake;
mod intern;
mod keys;
mod left_out;
mod load;
mod managers;
mod mapping;
mod notations;
mod nulls;
mod numbers;
mod open;
mod open_file;
mod origins;
pub mod own;
mod packed;
mod parsed;
mod part;
mod payees;
mod payees_alone;
pub mod payment_details;
mod profile;
mod progress;
mod purchases;
mod quotas;
pub mod read;
mod readings;
mod receipts;
mod references;
mod rejects;
mod repeats;
mod reversals;
mod rounding;
mod seed;
mod slots;
mod splits;
mod staging;
mod states;
pub mod tables;
mod taken;
#[cfg(test)]
mod tests;
mod texts;
mod typed_columns;
mod unread;

pub use added_deals::{AddedDeal, WithAddedDeals};
pub use added_engagements::AddedIds;
pub use bound::{Bound, TemporaryTable};
pub use cell_value::{CellReader, CellValue};
pub use channel::OpportunitiesOn;
pub use contract::contract_columns;
pub use engagements::{EngagementRanges, Parting, ReadEngagements};
pub use frames::indexed;
pub use fx::{Rate, Rates};
pub use open::{OpenSources, look, open};
pub use origins::{Conversion, FilteredDeal, Origin, Origins, RejectedRow};
pub use part::{IdSet, Part, RowIds};
pub use payees_alone::{PayeesAlone, payees_alone};
pub use payment_details::{DetailRow, PaymentDetails, RejectedDetail, payment_details};
pub use profile::{ColumnOrigin, ColumnProfile, FileProfile, SourceProfile, UnreadableCell};
pub use progress::{NoProgress, Progress};
pub use readings::TwoReadings;
pub use tables::*;
pub use taken::{ColumnTakenByName, UnevenColumn};

apportion_base::overflow_probe!();
