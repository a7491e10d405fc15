//! The channel: what its policies make of a project's tables before anything is credited.
//!
//! ```text
//! tables ─► known      what is known at the end of a day
//!           milestones that were done → rows of the deals, which are not won
//!           attributes segment, lead, priority, crossed; the registration; the price: columns of deals and opportunities
//!           coverage   territories → engagements
//!           registration  claims → states → the holder of a deal
//!           conflict   detected and raised → clocks → decisions
//!           price      list, given and allowed discounts, breaches
//!      ─► effects      what the engine has to know: whose work counts as what, what is decided, what is held
//! ```
//!
//! Everything here is pure. The engine is below none of it and above nothing: it gets tables with more columns and engagements, and
//! [`Effects`](apportion_data::Effects).

#![deny(missing_docs)]

pub mod assumed;
pub mod attributes;
pub mod clock;
pub mod conflict;
pub mod coverage;
pub mod fault;
pub mod governance;
pub mod known;
pub mod milestones;
pub mod model;
pub mod prepare;
pub mod price;
pub mod registration;
pub mod scope;
pub mod subject;
#[cfg(test)]
mod testing;
pub mod texts;

pub use assumed::{Assumed, AssumedState};
pub use fault::{FaultSubject, PolicyFault};
pub use governance::{Claim, ClaimState, ConflictState, FoundConflict, Governance, PriceAudit};
pub use known::known;
pub use prepare::{Ground, Prepared, Settler, has_policies, prepare};
pub use scope::{Dated, DatedTerms, Judge, Judged, JudgedKind, Number};
pub use subject::Subject;
pub use texts::Texts;

apportion_base::overflow_probe!();
