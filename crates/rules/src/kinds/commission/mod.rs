//! `[[commission]]`: tiers over a payee's credit in a period.

mod model;
mod parameters;
mod reader;
mod tiers;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
