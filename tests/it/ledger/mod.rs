//! Months that are closed, by the command: what is posted, paid, carried and held, worked out by hand.

mod accruals;
mod clawbacks;
mod compared;
pub mod desk;
mod eventful;
pub mod explained;
mod forger;
mod kept;
mod killed;
mod pages;
pub mod properties;
mod refusals;
mod replay;
mod statements;
mod stories;
mod tampering;
pub mod year;
