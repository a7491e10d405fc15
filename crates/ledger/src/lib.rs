//! The ledger: the months that were closed, what they posted, and what each payee was paid.
//!
//! ```text
//! settled years ─► earned     entries of lines: what is earned now less what was posted
//!                  holds      which part of it may be paid
//!                  drawn_in   older deals that are settled until what a conflict or a gate holds of them is released
//!                  vanished   what the ledger rests on and the data no longer give
//!                  reversals  what counted as a reversal in the close before, and counts now
//!                  originals  what mirrored reversals take a part of: lines as the close leaves them
//!                  balances   payee by payee: draws, debts, minimum and maximum, the payee's currency
//!                  accruals   what of the entries is an asset, and what is owed
//!                  closing    drives them, and stops where somebody has to decide
//!                  ledger     the folder: drafts, approvals, closes
//! closes         ─► kept       the files that a close rested on, as a world in which its project can be opened again
//!                  replay     each close settled again from them, and held against what was posted
//! beside it        cases      worked examples that close months, in memory
//! ```
//!
//! [`payment`] is arithmetic: what a payee has and what the rules say in, what is paid and carried out. Of all modules only
//! [`ledger`] and [`kept`] read or write files.

#![deny(missing_docs)]

pub mod accruals;
pub mod adjustments;
pub mod balances;
pub mod cases;
pub mod causes;
pub mod closing;
pub mod compare;
pub mod drawn_in;
pub mod earned;
pub mod entry;
pub mod explain;
pub mod folder;
pub mod kept;
pub mod key;
pub mod ledger;
pub mod originals;
pub mod payment;
pub mod people;
pub mod posted;
pub mod replay;
pub mod reversals;
pub mod rewritten;
pub mod scope;
pub mod stopped;
pub mod terms;
pub mod vanished;

apportion_base::overflow_probe!();
