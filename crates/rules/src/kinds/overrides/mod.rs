mod model;
pub(super) mod reader;

pub use model::*;
