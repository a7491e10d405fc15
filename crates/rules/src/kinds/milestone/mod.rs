//! `[[milestone]]`: an amount for every milestone of a joint account plan that was done.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(crate) use parameters::WHEN;
pub(super) use reader::read;
