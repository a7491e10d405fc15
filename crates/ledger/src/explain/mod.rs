//! Why a close posted what it posted, and paid what it paid.
//!
//! | file | idea |
//! |---|---|
//! | `payment` | how a payment came about: each step with its inputs, so that it can be computed again |
//! | `terms` | the terms that were in force for a payee |
//! | `postings` | what was posted when, of a payee or a deal |
//! | `held` | which part of a line may be paid, before the close and after it |
//! | `reversals` | reversals that count for the first time, as events |
//! | `moved` | what differs between the close that posted a line last and the one that posted it anew |
//!
//! Nothing is computed in another way than a close does: a payment's steps are those of [`payment`](crate::payment) and are held
//! against what the close wrote, and what differs behind a line is what `diff` finds between the two settled closes.

pub mod held;
pub mod moved;
pub mod payment;
pub mod postings;
pub mod reversals;
mod tables;
pub mod terms;
