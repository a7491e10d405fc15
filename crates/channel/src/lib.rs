//! The channel: what its policies make of a project's tables before anything is credited.
//!
//! ```text
//! tables ─► known         what is known at the end of a day
//!           milestones    those that were done, as rows among the deals
//!           model         segment, lead, priority, crossed: columns of deals and of what is open
//!           registration  claims → states → the holder of a deal
//!           price         list, given and allowed discounts, breaches
//!           coverage      territories → engagements
//!           conflict      detected and raised → clocks → decisions
//!      ─► effects         what the engine has to know: whose work counts as what, what is decided, what is held
//! ```
//!
//! [`prepare`] puts these in order. Everything here is pure, and knows nothing of the engine, which gets tables with more columns and
//! engagements, and [`Effects`](apportion_data::Effects). What only the engine can say is asked through [`Settler`].

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
pub use governance::{
    Claim, ClaimState, ConflictState, FoundConflict, Governance, PriceAudit, RegistrationCourse,
};
pub use known::known;
pub use prepare::{Ground, Prepared, Settler, has_policies, prepare};
pub use scope::{Dated, DatedTerms, Judge, Judged, JudgedKind, Number};
pub use subject::Subject;
pub use texts::Texts;

apportion_base::overflow_probe!();
