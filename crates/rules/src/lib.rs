//! Rule files → typed rules with their places. Contract, section 4. Knows no data: only the names and types of columns.
//!
//! [`read`] expands the globs and reads the files; each kind has a folder under `kinds`, and what the
//! kinds share is read by `common` (id, dates, `when`, caps), `engaged` and `numbers`. `versions` puts the tables of
//! all files together. A new kind is a new folder under `kinds` and its lines in `kinds/mod.rs`.

mod common;
mod context;
pub mod description;
mod engaged;
pub mod kinds;
pub mod model;
mod numbers;
pub mod outline;
pub mod read;
pub mod reference;
/// A catalogue and rule texts for the tests of this crate and of those above it.
#[doc(hidden)]
pub mod testing;
mod values;
mod versions;

pub use description::{Constraint, Description, describe};
pub use model::*;
pub use outline::{Outline, Sketch, outline};
pub use read::{Pattern, Rules, read, read_from, read_some};
pub use values::{ParameterValue, values};

apportion_base::overflow_probe!();
