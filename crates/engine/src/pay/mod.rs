//! Stage two, by payee: tiers, overrides, caps. Pure: slices in, lines out; no files, no clock, no printing.
//!
//! A [`ledger`] has a rule's lines payee by payee; [`credits`] makes each payee's credits in time order of those of stage
//! one; [`commission`] and [`overrides`] pay on them; [`caps`] limits every rule's amounts by payee. [`calendar`] says
//! which credits share a period.

pub mod calendar;
pub mod caps;
pub mod credits;
pub mod ledger;

pub use calendar::{DayPeriods, PeriodKey};
pub use credits::Credit;
pub use ledger::Ledger;
