//! Rule files → typed rules with their places; docs/reference/rules.md says what they mean. Knows no data: only the names
//! and types of columns.
//!
//! [`RuleFiles`] expands the globs and reads the files. Each kind of rule has a folder under [`kinds`] with its types, its reader
//! and the description of its parameters ([`describe`]). From the description come the keys, choices and defaults of the
//! reader, the schema of rule files, the tables of the [`reference`](mod@reference) and the texts by which versions are
//! compared ([`values()`]). What the kinds share is read by `common` (id, dates, `when`, caps), `engaged` and `numbers`, and
//! `versions` puts the tables of all files together.

#![deny(missing_docs)]

mod cap_per;
mod common;
mod context;
pub mod description;
mod engaged;
pub mod kinds;
pub mod model;
mod numbers;
pub mod outline;
pub mod policies;
pub mod read;
pub mod reference;
pub mod tables;
/// A catalogue and rule texts for the tests of this crate and of those above it.
#[doc(hidden)]
pub mod testing;
mod values;
mod versions;

pub use context::{ORIGINAL, table_of};
pub use description::{CapScope, Constraint, Description};
pub use kinds::describe;
pub use model::*;
pub use outline::{Outline, PolicySketch, Sketch};
pub use policies::{PolicyDescription, describe_policy, made_of_deals, policy_values};
pub use read::{Pattern, RuleFiles, Rules};
pub use values::{ParameterValue, TableRow, values};

apportion_base::overflow_probe!();
