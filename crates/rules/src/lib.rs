//! Rule files → typed rules with their places. Contract, section 4. Knows no data: only the names and types of columns.
//!
//! [`RuleFiles`] expands the globs and reads the files; each kind has a folder under `kinds`, and what the
//! kinds share is read by `common` (id, dates, `when`, caps), `engaged` and `numbers`. `versions` puts the tables of
//! all files together. A new kind is a new folder under `kinds` and its lines in `kinds/mod.rs`.

mod common;
mod context;
mod engaged;
pub mod kinds;
pub mod model;
mod numbers;
pub mod outline;
pub mod read;
/// A catalogue and rule texts for the tests of this crate and of those above it.
#[doc(hidden)]
pub mod testing;
mod versions;

pub use model::*;
pub use outline::{Outline, Sketch};
pub use read::{Pattern, RuleFiles, Rules};

apportion_base::overflow_probe!();
