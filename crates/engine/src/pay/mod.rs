//! Stage two, by payee: tiers, overrides, caps. Pure: slices in, lines out; no files, no clock, no printing.
//!
//! [`lines`] has a rule's lines payee by payee; [`credits`] makes each payee's credits in time order of those of stage
//! one, on which the kernels of some kinds pay; [`caps`] limits every rule's amounts by payee. [`calendar`] says which
//! credits share a period, and [`fraction`] holds what no decimal does.

pub mod calendar;
pub mod caps;
pub mod credits;
pub mod fraction;
pub mod lines;

pub use calendar::{DayPeriods, PeriodKey};
pub use credits::Credit;
pub use lines::LinesByPayee;
