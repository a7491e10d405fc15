//! Months that are closed, by the command: what is posted, paid, carried and held, worked out by hand.

mod compared;
mod desk;
mod explained;
mod kept;
mod properties;
mod refusals;
mod stories;
mod year;
