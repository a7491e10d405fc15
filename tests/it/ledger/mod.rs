//! Months that are closed, by the command: what is posted, paid, carried and held, worked out by hand.

mod clawbacks;
mod compared;
mod desk;
pub mod explained;
mod forger;
mod kept;
mod properties;
mod refusals;
mod replay;
mod replayed_year;
mod stories;
mod tampering;
mod year;
