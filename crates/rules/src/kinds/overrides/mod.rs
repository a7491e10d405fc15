//! `[[override]]`: rates of a payee's credit for the managers above.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
