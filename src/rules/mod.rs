//! Rule files → typed rules with their places. Contract, section 4. Knows no data: only the names and types of columns.

pub mod model;

pub use model::*;
