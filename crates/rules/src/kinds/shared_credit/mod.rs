//! `[[shared_credit]]`: a deal's credit and pool, shared over roles and payees.

mod model;
mod parameters;
mod reader;

pub use model::*;
pub(super) use parameters::DESCRIPTION;
pub(super) use reader::read;
