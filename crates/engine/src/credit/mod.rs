//! Stage one, by deal: pools and splits. Pure: slices in, lines out; no files, no clock, no printing.
//!
//! Every kind of rule goes the same way (scope → units → pool → split → limit). `plan` has found the scope and the
//! groups, and the kernels of the kinds (`kinds::…::kernel`) differ where the rules differ. What they share is in
//! [`batch`] (the input of a kernel), [`units`] (attribution models), [`limit`] (the cap per deal) and [`lines`] (the
//! output), which [`packed`] keeps small until stage two.

pub mod batch;
pub mod decay;
pub mod limit;
pub mod lines;
pub mod packed;
pub mod units;

pub use batch::{Batch, Fault, Groups, Numbers, Outcome, RateTie, Shares, Slots, Subject};
pub use lines::*;
