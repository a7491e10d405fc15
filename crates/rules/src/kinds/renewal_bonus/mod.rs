//! `[[renewal_bonus]]`: a rate of a renewal that grows with the work done.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
