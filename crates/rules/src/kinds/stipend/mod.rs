//! `[[stipend]]`: an amount for every deal and payee with engagements that count.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
