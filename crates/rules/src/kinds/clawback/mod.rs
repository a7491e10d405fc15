//! `[[clawback]]`: what a deal paid is taken back where a later deal reverses it.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
